package org.vsml.reference;

import static org.vsml.core.Checks.require;

import java.util.List;
import org.vsml.core.InputShape;
import org.vsml.core.LayerShape;

/** What is connected to what in one layer, whatever its kind. */
final class ReferenceLayer {
    final LayerShape shape;
    final int a;
    final int b;
    final int positions;

    ReferenceLayer(LayerShape shape) {
        require(
                shape instanceof LayerShape.Dense || shape instanceof LayerShape.Convolution,
                "nothing is known of what is connected to what in %s",
                shape);
        this.shape = shape;
        a = shape.stateInputs();
        b = shape.stateOutputs();
        positions = shape.positions();
    }

    /**
     * The incoming forward message that sub-RNNs (i, ·) read at a position, or -1 in the padding.
     */
    int input(int position, int i) {
        if (!(shape instanceof LayerShape.Convolution c)) {
            return i;
        }
        int channel = i % c.inputChannels();
        int kernelColumn = i / c.inputChannels() % c.kernel();
        int kernelRow = i / c.inputChannels() / c.kernel();
        int row = position / c.outputWidth() * c.stride() + kernelRow - c.kernel() / 2;
        int column = position % c.outputWidth() * c.stride() + kernelColumn - c.kernel() / 2;
        boolean inside = row >= 0 && row < c.height() && column >= 0 && column < c.width();
        return inside ? (row * c.width() + column) * c.inputChannels() + channel : -1;
    }

    /** The incoming backward message that sub-RNNs (·, j) read at a position. */
    int output(int position, int j) {
        return position * b + j;
    }

    /** What forward messages are divided by when they are averaged. */
    double forwardCount() {
        return a;
    }

    /** What backward messages are divided by: outputs, and in a convolution also kernel entries. */
    double backwardCount() {
        return (double) b * shape.kernelEntries();
    }

    /**
     * Coordinates of sub-RNN (i, j), worked out anew rather than asked of {@link
     * org.vsml.core.Coordinates}.
     *
     * @param layers all layers of the network
     * @param k which of them this is
     * @param input what the network reads
     */
    static double[] coordinates(
            List<ReferenceLayer> layers, int k, InputShape input, int j, int i) {
        int height = 1;
        int width = layers.get(k).a;
        int channels = 1;
        if (layers.get(k).shape instanceof LayerShape.Convolution c) {
            height = c.kernel();
            width = c.kernel();
            channels = c.inputChannels();
        } else if (k == 0) {
            height = input.height();
            width = input.width();
            channels = input.channels();
        } else if (layers.get(k - 1).shape instanceof LayerShape.Convolution c) {
            height = c.outputHeight();
            width = c.outputWidth();
            channels = c.outputChannels();
        }
        return new double[] {
            coordinate(i / (width * channels), height),
            coordinate(i / channels % width, width),
            coordinate(i % channels, channels),
            coordinate(j, layers.get(k).b),
            coordinate(k, layers.size())
        };
    }

    /** From −1 for the first to 1 for the last, 0 for one alone. */
    private static double coordinate(int index, int count) {
        return count == 1 ? 0 : -1 + index * 2 / (count - 1.0);
    }
}
