package org.vsml.cpu;

import java.util.Arrays;
import org.vsml.core.Aggregation;
import org.vsml.core.LayerShape;
import org.vsml.core.SubRnn;
import org.vsml.core.Vsml;

/**
 * A convolution (paper, section B.2). Every kernel state runs at all output positions at once,
 * which are the lanes; messages are made of each position's own h, see {@link SharedStateTiles}.
 *
 * <p>A is the number of kernel entries times input channels, B the output channels. The state holds
 * N floats of h and N of c for each pair.
 */
final class TiledConvolution implements Layer {

    final int patch;
    final int channels;
    final int forwardChannels;
    final TileKernels kernels;
    final Tiling tiling;
    final LayerCoordinates coordinates;
    final SharedStateTiles positions;
    final OutgoingMessages up;
    final OutgoingMessages down;

    /** [A], the inputs that each position reads through an entry of the patch. */
    final LaneUnits[] patchUnits;

    /** [B], the outputs of a channel. */
    final LaneUnits[] channelUnits;

    /** Tile: incoming messages. */
    final Slice message;

    private final Vsml model;
    private final int size;
    private final Slice upSums;
    private final Slice downSums;

    /** Made when it is first needed. */
    private TiledConvolutionAdjoint adjoint;

    /**
     * @param forwardChannels of the incoming forward messages
     * @param kernels of any width
     */
    TiledConvolution(
            LayerShape.Convolution shape,
            int forwardChannels,
            LayerCoordinates coordinates,
            Vsml model,
            TileKernels kernels) {
        this.forwardChannels = forwardChannels;
        this.coordinates = coordinates;
        this.model = model;
        patch = shape.stateInputs();
        channels = shape.outputChannels();
        int count = shape.outputHeight() * shape.outputWidth();
        this.kernels = kernels.forInputs(count);
        positions = new SharedStateTiles(count, channels, coordinates, model, this.kernels);
        tiling = positions.tiling;
        SubRnn rnn = model.subRnn();
        size = rnn.stateSize();
        boolean mean = model.dynamics().aggregation() == Aggregation.MEAN;
        int entries = shape.kernel() * shape.kernel();
        up =
                new OutgoingMessages(
                        rnn,
                        rnn.forwardMessageSize(),
                        mean ? 1f / patch : 1,
                        mean ? 1 : patch,
                        this.kernels);
        down =
                new OutgoingMessages(
                        rnn,
                        rnn.backwardMessageSize(),
                        mean ? 1f / (channels * entries) : 1,
                        mean ? 1f / entries : channels,
                        this.kernels);
        patchUnits = new LaneUnits[patch];
        Arrays.setAll(patchUnits, a -> new LaneUnits(tiling, count, p -> input(shape, a, p)));
        channelUnits = new LaneUnits[channels];
        Arrays.setAll(channelUnits, b -> new LaneUnits(tiling, count, p -> p * channels + b));
        message = Slice.zeros(Math.max(up.channels, down.channels) * tiling.width);
        upSums = up.newSums(channels * tiling.tiles);
        downSums = down.newSums(tiling.tiles);
    }

    /** The input that position p reads through entry a of the patch. */
    private static int input(LayerShape.Convolution shape, int a, int p) {
        int channel = a % shape.inputChannels();
        int kernelColumn = a / shape.inputChannels() % shape.kernel();
        int kernelRow = a / shape.inputChannels() / shape.kernel();
        int row = shape.inputIndex(p / shape.outputWidth(), kernelRow);
        int column = shape.inputIndex(p % shape.outputWidth(), kernelColumn);
        boolean inside = row >= 0 && row < shape.height() && column >= 0 && column < shape.width();
        return inside
                ? (row * shape.width() + column) * shape.inputChannels() + channel
                : LaneUnits.NONE;
    }

    @Override
    public int stateSize() {
        return patch * channels * 2 * size;
    }

    int stateOffset(int a, int b) {
        return (a * channels + b) * 2 * size;
    }

    @Override
    public void forward(Weights weights, float[] from, float[] to, Messages messages) {
        computeBackwardGates(weights, messages.backward());
        Arrays.fill(upSums.array(), 0);
        if (messages.down() != null) {
            Arrays.fill(messages.down(), 0);
        }
        for (int a = 0; a < patch; a++) {
            computeForwardGates(weights, messages.forward(), a);
            Arrays.fill(downSums.array(), 0);
            for (int b = 0; b < channels; b++) {
                int state = stateOffset(a, b);
                positions.run(weights, from, state, a, b, false);
                positions.writeState(to, state);
                if (messages.up() != null) {
                    collect(up, weights.up, upSums, b);
                }
                if (messages.down() != null) {
                    collect(down, weights.down, downSums, 0);
                }
            }
            if (messages.down() != null) {
                sendDown(weights.down, a, messages.down());
            }
        }
        if (messages.up() != null) {
            sendUp(weights.up, messages.up());
        }
    }

    /** m_b·w_b for every output channel and position. */
    void computeBackwardGates(Weights weights, float[] backward) {
        Slice gates = positions.backwardGates;
        for (int b = 0; b < channels; b++) {
            for (int tile = 0; tile < tiling.tiles; tile++) {
                channelUnits[b].gather(backward, down.channels, tile, message);
                gates.at(positions.tileOf(b, tile) * positions.gateSpan);
                kernels.multiply(weights.backward, message, gates);
            }
        }
    }

    /** m_f·w_f of one entry of the patch at every position. */
    void computeForwardGates(Weights weights, float[] forward, int a) {
        Matrix matrix = weights.forward(forwardChannels);
        for (int tile = 0; tile < tiling.tiles; tile++) {
            patchUnits[a].gather(forward, forwardChannels, tile, message);
            Slice gates = positions.forwardGates.at(tile * positions.gateSpan);
            kernels.multiply(matrix, message, gates);
        }
    }

    /**
     * Adds every position's h to the sums that messages are made of.
     *
     * @param sums tiles of all positions, of so many channels as there are
     */
    void collect(OutgoingMessages direction, MessageWeights weights, Slice sums, int channel) {
        for (int tile = 0; tile < tiling.tiles; tile++) {
            direction.collect(
                    weights,
                    positions.hidden.at(tile * positions.span),
                    tiling.mask(tile),
                    sums.at(positions.tileOf(channel, tile) * sums.step()));
        }
    }

    private void sendUp(MessageWeights direction, float[] messages) {
        for (int b = 0; b < channels; b++) {
            for (int tile = 0; tile < tiling.tiles; tile++) {
                upSums.at(positions.tileOf(b, tile) * upSums.step());
                Slice projected = up.project(direction, upSums);
                for (int m = 0; m < up.channels; m++) {
                    float factor = up.factor(direction, m);
                    float constant = up.constant(direction, m);
                    channelUnits[b].put(
                            projected, up.channels, m, tile, factor, constant, messages);
                }
            }
        }
    }

    private void sendDown(MessageWeights direction, int a, float[] messages) {
        for (int tile = 0; tile < tiling.tiles; tile++) {
            Slice projected = down.project(direction, downSums.at(tile * downSums.step()));
            for (int m = 0; m < down.channels; m++) {
                float factor = down.factor(direction, m);
                float constant = down.constant(direction, m);
                int row = m * tiling.width;
                for (int l = 0; l < tiling.width; l++) {
                    message.array()[row + l] =
                            factor * projected.array()[projected.offset() + row + l] + constant;
                }
            }
            patchUnits[a].add(message, down.channels, tile, messages);
        }
    }

    @Override
    public void backward(
            Weights weights,
            WeightGradients gradients,
            float[] from,
            float[] ofState,
            Messages messages,
            Messages adjoints) {
        if (adjoint == null) {
            adjoint = new TiledConvolutionAdjoint(this, model);
        }
        adjoint.pullBack(weights, gradients, from, ofState, messages, adjoints);
    }

    @Override
    public void read(double[] values, int hiddenFrom, int cellFrom, float[] state) {
        for (int a = 0; a < patch; a++) {
            for (int b = 0; b < channels; b++) {
                int offset = stateOffset(a, b);
                for (int n = 0; n < size; n++) {
                    int index = (n * channels + b) * patch + a;
                    state[offset + n] = (float) values[hiddenFrom + index];
                    state[offset + size + n] = (float) values[cellFrom + index];
                }
            }
        }
    }

    @Override
    public void write(float[] state, double[] values, int hiddenTo, int cellTo) {
        for (int a = 0; a < patch; a++) {
            for (int b = 0; b < channels; b++) {
                int offset = stateOffset(a, b);
                for (int n = 0; n < size; n++) {
                    int index = (n * channels + b) * patch + a;
                    values[hiddenTo + index] = state[offset + n];
                    values[cellTo + index] = state[offset + size + n];
                }
            }
        }
    }

    @Override
    public void average(float[][] states, int count) {
        for (int pair = 0; pair < patch * channels; pair++) {
            int offset = pair * 2 * size;
            Floats.average(states, offset, count);
            Floats.average(states, offset + size, count);
        }
    }
}
