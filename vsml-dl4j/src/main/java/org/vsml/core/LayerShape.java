package org.vsml.core;

import static org.vsml.core.Checks.require;

import java.util.Arrays;
import java.util.stream.Collectors;

/** A layer of an architecture once the task is known: all its sizes. */
public sealed interface LayerShape {

    /** Most sub-RNNs of a layer, and most messages. */
    long MAX_SUB_RNNS = 1 << 26;

    /** Number of incoming forward messages. */
    int inputs();

    /** Number of outgoing forward messages. */
    int outputs();

    /**
     * A in the learned variables [N, B, A]: inputs of a dense layer; kernel · kernel · input
     * channels of a convolution.
     */
    int stateInputs();

    /**
     * B in the learned variables [N, B, A]: outputs of a dense layer; output channels of a
     * convolution.
     */
    int stateOutputs();

    /** What the layer above reads. */
    default InputShape outputShape() {
        return InputShape.vector(outputs());
    }

    /** Number of output positions, at each of which all sub-RNNs run; 1 for a dense layer. */
    default int positions() {
        return 1;
    }

    /** Number of kernel entries, places in a patch that are averaged over; 1 for a dense layer. */
    default int kernelEntries() {
        return 1;
    }

    /**
     * What the inputs of one position are: the whole input of a dense layer, a convolution's patch.
     *
     * @param input shape of the layer's input
     */
    default InputShape patch(InputShape input) {
        return input;
    }

    /** Number of sub-RNN states, A·B. */
    default int subRnns() {
        return stateInputs() * stateOutputs();
    }

    /** Throws where sizes are beyond what the layer's sub-RNNs or messages can be counted by. */
    private static void requireProduct(String what, int... factors) {
        long product = 1;
        for (int factor : factors) {
            product *= factor;
            require(
                    product <= MAX_SUB_RNNS,
                    "a layer may have at most %d sub-RNNs and as many messages, got %s of %s",
                    MAX_SUB_RNNS,
                    what,
                    Arrays.stream(factors)
                            .mapToObj(Integer::toString)
                            .collect(Collectors.joining(" x ")));
        }
    }

    /** Fully connected: one sub-RNN for each pair of input and output. */
    record Dense(int inputs, int outputs) implements LayerShape {
        public Dense {
            requireProduct("inputs x outputs", inputs, outputs);
        }

        @Override
        public int stateInputs() {
            return inputs;
        }

        @Override
        public int stateOutputs() {
            return outputs;
        }
    }

    /**
     * Convolution with zero padding of kernel/2. Messages are ordered (row, column, channel),
     * channel fastest; the A axis of the state is ordered (kernel row, kernel column, input
     * channel).
     */
    record Convolution(
            int height, int width, int inputChannels, int outputChannels, int kernel, int stride)
            implements LayerShape {
        public Convolution {
            require(kernel % 2 == 1, "kernel must be odd, got %d", kernel);
            requireProduct(
                    "kernel x kernel x input channels x output channels",
                    kernel,
                    kernel,
                    inputChannels,
                    outputChannels);
            requireProduct("height x width x input channels", height, width, inputChannels);
            requireProduct(
                    "output height x width x channels",
                    steps(height, stride),
                    steps(width, stride),
                    outputChannels);
        }

        private static int steps(int size, int stride) {
            return (size - 1) / stride + 1;
        }

        /**
         * The row that an entry's row in the kernel reads at a row of the output, and likewise for
         * columns.
         *
         * @return below 0 or beyond the input in the padding
         */
        public int inputIndex(int output, int entry) {
            return output * stride + entry - kernel / 2;
        }

        /** Rows of the output: ceil(height / stride). */
        public int outputHeight() {
            return steps(height, stride);
        }

        /** Columns of the output: ceil(width / stride). */
        public int outputWidth() {
            return steps(width, stride);
        }

        @Override
        public InputShape outputShape() {
            return new InputShape(outputHeight(), outputWidth(), outputChannels);
        }

        @Override
        public int positions() {
            return outputHeight() * outputWidth();
        }

        @Override
        public int kernelEntries() {
            return kernel * kernel;
        }

        @Override
        public InputShape patch(InputShape input) {
            return new InputShape(kernel, kernel, inputChannels);
        }

        @Override
        public int inputs() {
            return height * width * inputChannels;
        }

        @Override
        public int outputs() {
            return outputHeight() * outputWidth() * outputChannels;
        }

        @Override
        public int stateInputs() {
            return kernel * kernel * inputChannels;
        }

        @Override
        public int stateOutputs() {
            return outputChannels;
        }
    }
}
