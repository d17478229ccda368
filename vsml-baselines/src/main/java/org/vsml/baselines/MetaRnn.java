package org.vsml.baselines;

import static org.vsml.core.Checks.require;

import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.vsml.core.ArrayLayout;
import org.vsml.core.InputShape;
import org.vsml.core.TaskShape;
import org.vsml.samediff.StepFunction;
import org.vsml.samediff.StepGraph;

/**
 * The Meta RNN (Hochreiter et al. 2001; paper, appendix C.2): one LSTM that reads the example with
 * the error and the label of the one before, and learns in its activations. V_M are its weights, so
 * |V_M| = O(N²) while |V_L| = O(N). With several parallel examples the first half of h and c is
 * averaged over them before each step.
 *
 * @param task the largest task; smaller ones are padded with zeros, but not in front of
 *     convolutions
 * @param hiddenSize N; 16 in the paper, 128 in the authors' code
 * @param microTicks LSTM ticks an example
 * @param convolutionChannels channels of each of three 3×3 convolutions of stride 2 (relu, relu,
 *     tanh) in front of the LSTM; 0 for none, 64 in the authors' code
 */
public record MetaRnn(TaskShape task, int hiddenSize, int microTicks, int convolutionChannels)
        implements FixedSizeLearner {

    private static final int CONVOLUTIONS = 3;
    private static final int KERNEL = 3;
    private static final int STRIDE = 2;

    public MetaRnn {
        require(task != null, "task of a Meta RNN must be given");
        require(
                hiddenSize >= 2 && hiddenSize <= 4096,
                "hiddenSize must be in [2, 4096], got %d",
                hiddenSize);
        require(
                microTicks >= 1 && microTicks <= 1000,
                "microTicks must be in [1, 1000], got %d",
                microTicks);
        require(
                convolutionChannels >= 0 && convolutionChannels <= 4096,
                "convolutionChannels must be in [0, 4096], got %d",
                convolutionChannels);
    }

    /** The Meta RNN of the paper: hidden size 16, two ticks, no convolution. */
    public static MetaRnn of(TaskShape task) {
        return new MetaRnn(task, 16, 2, 0);
    }

    /** This Meta RNN with another hidden size. */
    public MetaRnn withHiddenSize(int size) {
        return new MetaRnn(task, size, microTicks, convolutionChannels);
    }

    /** This Meta RNN with convolutions of so many channels in front, or none if 0. */
    public MetaRnn withConvolution(int channels) {
        return new MetaRnn(task, hiddenSize, microTicks, channels);
    }

    /** Shape below convolution k, or above the last for k = 3. */
    private InputShape features(int k) {
        InputShape shape = task.input();
        for (int i = 0; i < k; i++) {
            shape =
                    new InputShape(
                            (shape.height() + STRIDE - 1) / STRIDE,
                            (shape.width() + STRIDE - 1) / STRIDE,
                            convolutionChannels);
        }
        return shape;
    }

    @Override
    public Parameters parameters() {
        Parameters parameters = new Parameters();
        int features = task.inputs();
        if (convolutionChannels > 0) {
            for (int k = 0; k < CONVOLUTIONS; k++) {
                int channels = features(k).channels();
                parameters
                        .weights(
                                "convolution." + k + "_w",
                                KERNEL * KERNEL * channels,
                                KERNEL,
                                KERNEL,
                                channels,
                                convolutionChannels)
                        .constant("convolution." + k + "_b", 0, convolutionChannels);
            }
            features = features(CONVOLUTIONS).size();
        }
        int n = hiddenSize;
        int inputs = features + 2 * task.classes();
        return parameters
                .weights("input_w", inputs + n, inputs, 4 * n)
                .constant("input_b", 0, 4 * n)
                .weights("hidden_w", inputs + n, n, 4 * n)
                .linear("output", n, task.classes());
    }

    @Override
    public List<ArrayLayout.Entry> state(int parallel) {
        return List.of(
                ArrayLayout.Entry.of("hidden", parallel, hiddenSize),
                ArrayLayout.Entry.of("cell", parallel, hiddenSize),
                ArrayLayout.Entry.of("error", parallel, task.classes()),
                ArrayLayout.Entry.of("label", parallel, task.classes()));
    }

    @Override
    public Steps begin(StepGraph graph) {
        return new RnnSteps(this, graph);
    }

    private static final class RnnSteps implements StepFunction.Steps {
        private final MetaRnn rnn;
        private final StepGraph graph;
        private final StepOps ops;
        private StepOps.LstmState state;
        private SDVariable error;
        private SDVariable label;

        RnnSteps(MetaRnn rnn, StepGraph graph) {
            this.rnn = rnn;
            this.graph = graph;
            ops = new StepOps(graph, rnn.task);
            state = new StepOps.LstmState(ops.enter("hidden"), ops.enter("cell"));
            error = ops.enter("error");
            label = ops.enter("label");
        }

        @Override
        public SDVariable predict(SDVariable input) {
            int n = rnn.hiddenSize;
            state =
                    new StepOps.LstmState(
                            ops.averageOverParallel(state.hidden(), n / 2, n),
                            ops.averageOverParallel(state.cell(), n / 2, n));
            SDVariable x = rnn.convolutionChannels > 0 ? convolved(input) : ops.padInputs(input);
            SDVariable gates = ops.linear(graph.sameDiff().concat(1, x, error, label), "input");
            for (int tick = 0; tick < rnn.microTicks; tick++) {
                state = ops.lstm(state, gates, graph.metaVariable("hidden_w"));
            }
            return ops.logits(ops.linear(state.hidden(), "output"));
        }

        private SDVariable convolved(SDVariable input) {
            require(
                    graph.task().input().equals(rnn.task.input()),
                    "a Meta RNN with convolutions needs inputs of shape %s, got %s",
                    rnn.task.input(),
                    graph.task().input());
            SameDiff sd = graph.sameDiff();
            InputShape shape = rnn.task.input();
            SDVariable x =
                    input.reshape(
                            graph.batchSize(), shape.height(), shape.width(), shape.channels());
            Conv2DConfig config =
                    Conv2DConfig.builder()
                            .kH(KERNEL)
                            .kW(KERNEL)
                            .sH(STRIDE)
                            .sW(STRIDE)
                            .dataFormat(Conv2DConfig.NHWC)
                            .paddingMode(PaddingMode.SAME)
                            .build();
            for (int k = 0; k < CONVOLUTIONS; k++) {
                x =
                        sd.cnn()
                                .conv2d(
                                        x,
                                        graph.metaVariable("convolution." + k + "_w"),
                                        graph.metaVariable("convolution." + k + "_b"),
                                        config);
                x = k < CONVOLUTIONS - 1 ? sd.nn().relu(x, 0) : sd.math().tanh(x);
            }
            return x.reshape(graph.batchSize(), rnn.features(CONVOLUTIONS).size());
        }

        @Override
        public void learn(SDVariable newError, SDVariable newLabel) {
            error = ops.padClasses(newError);
            label = ops.padClasses(newLabel);
        }

        @Override
        public Map<String, SDVariable> learnedVariables() {
            int classes = rnn.task.classes();
            return Map.of(
                    "hidden", ops.leave(state.hidden(), rnn.hiddenSize),
                    "cell", ops.leave(state.cell(), rnn.hiddenSize),
                    "error", ops.leave(error, classes),
                    "label", ops.leave(label, classes));
        }
    }
}
