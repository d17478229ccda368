package org.vsml.samediff;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.vsml.core.Dynamics;
import org.vsml.core.LayerShape;
import org.vsml.core.Vsml;
import org.vsml.samediff.LayerGraph.Message;

/** One example through a VSML network (paper, algorithm 1 and appendix C). */
record VsmlStep(Vsml config) implements StepFunction {

    @Override
    public VsmlSteps begin(StepGraph graph) {
        return new VsmlSteps(config, graph);
    }

    /** The steps of a network; package-private for what stands beside its layers. */
    static final class VsmlSteps implements Steps {
        private final Vsml model;
        private final Dynamics dynamics;
        private final StepGraph graph;
        private final SameDiff sd;
        private final List<LayerShape> shapes;
        private final List<LayerGraph> layers = new ArrayList<>();
        private final Map<String, SubRnnGraph> subRnns = new HashMap<>();
        private final Message[] forward;
        private final Message[] backward;
        private final RestingInputsGraph resting;
        private SDVariable present;
        private SDVariable error;
        private SDVariable label;

        private VsmlSteps(Vsml model, StepGraph graph) {
            this.model = model;
            this.graph = graph;
            dynamics = model.dynamics();
            sd = graph.sameDiff();
            shapes = model.architecture().resolve(graph.task());
            forward = new Message[shapes.size()];
            backward = new Message[shapes.size()];
            for (int k = 0; k < shapes.size(); k++) {
                SDVariable hidden = graph.learnedVariable("hidden." + k);
                SDVariable cell = keepsCell() ? graph.learnedVariable("cell." + k) : null;
                LayerShape shape = shapes.get(k);
                layers.add(new LayerGraph(graph, model, k, hidden, cell));
                if (k < last()) {
                    int channels = model.subRnn().backwardMessageSize();
                    SDVariable message = graph.learnedVariable("backward_message." + k);
                    backward[k] =
                            new Message(
                                    FeatureMajor.enterMessage(
                                            graph, message, shape.outputs(), channels),
                                    channels);
                }
            }
            resting = model.inputsRest() ? new RestingInputsGraph(graph) : null;
            if (!dynamics.backwardPass()) {
                error = graph.learnedVariable("error").reshape(graph.batchSize(), classes());
                label = graph.learnedVariable("label").reshape(graph.batchSize(), classes());
            }
        }

        @Override
        public SDVariable predict(SDVariable input) {
            return bounded(unbounded(input));
        }

        /** The prediction before logits are bounded, [batch, classes]. */
        SDVariable unbounded(SDVariable input) {
            if (resting != null) {
                present = resting.observe(input);
                layers.get(0).setPresent(present);
            }
            for (LayerGraph layer : layers) {
                layer.averageOverParallel(dynamics.averagedChannels(model.subRnn().stateSize()));
            }
            forward[0] =
                    new Message(
                            input.reshape(1, (long) graph.batchSize() * shapes.get(0).inputs()), 1);
            backward[last()] = dynamics.backwardPass() ? null : topMessage(error, label);
            Message output = null;
            for (int k = 0; k <= last(); k++) {
                LayerGraph layer = layers.get(k);
                SubRnnGraph subRnn = subRnn(k, false);
                layer.tick(subRnn, forward[k], backward[k], dynamics.microTicks());
                output = layer.forwardMessage(subRnn);
                if (k < last()) {
                    forward[k + 1] = output;
                }
                if (k > 0) {
                    backward[k - 1] = layer.backwardMessage(subRnn);
                }
            }
            return outputs(output);
        }

        /**
         * 1 for inputs that take part in the step, 0 for the others, [batch, inputs]; null if all
         * do.
         */
        SDVariable present() {
            return present;
        }

        private SDVariable outputs(Message output) {
            INDArray channel = Nd4j.zeros(graph.dataType(), 1, output.channels());
            channel.putScalar(0, dynamics.outputChannel(), 1);
            return sd.mmul(graph.constant(channel), output.values())
                    .reshape(graph.batchSize(), classes());
        }

        /** Logits within the bound of the dynamics. */
        SDVariable bounded(SDVariable y) {
            double bound = dynamics.tanhBound();
            return Double.isFinite(bound) ? sd.math().tanh(y.div(bound)).mul(bound) : y;
        }

        @Override
        public void learn(SDVariable newError, SDVariable newLabel) {
            error = newError;
            label = newLabel;
            if (!dynamics.backwardPass()) {
                return;
            }
            backward[last()] = topMessage(error, label);
            for (int k = last(); k >= 0; k--) {
                LayerGraph layer = layers.get(k);
                SubRnnGraph subRnn = subRnn(k, true);
                layer.tick(subRnn, forward[k], backward[k], dynamics.microTicks());
                // The message upward would be overwritten by the next forward pass before anyone
                // reads it.
                if (k > 0) {
                    backward[k - 1] = layer.backwardMessage(subRnn);
                }
            }
        }

        /** Error in channel 0 and, if fed, the label in channel 1: [1 or 2, batch · classes]. */
        private Message topMessage(SDVariable errors, SDVariable labels) {
            long columns = (long) graph.batchSize() * classes();
            SDVariable first = errors.reshape(1, columns);
            return dynamics.feedLabel()
                    ? new Message(sd.concat(0, first, labels.reshape(1, columns)), 2)
                    : new Message(first, 1);
        }

        @Override
        public Map<String, SDVariable> learnedVariables() {
            Map<String, SDVariable> result = new LinkedHashMap<>();
            for (int k = 0; k < layers.size(); k++) {
                result.put("hidden." + k, layers.get(k).hidden());
                if (keepsCell()) {
                    result.put("cell." + k, layers.get(k).cell());
                }
                if (k < last()) {
                    Message message = backward[k];
                    result.put(
                            "backward_message." + k,
                            FeatureMajor.leaveMessage(
                                    graph,
                                    message.values(),
                                    shapes.get(k).outputs(),
                                    message.channels()));
                }
            }
            if (!dynamics.backwardPass()) {
                result.put("error", error.reshape(graph.episodes(), graph.parallel(), classes()));
                result.put("label", label.reshape(graph.episodes(), graph.parallel(), classes()));
            }
            if (resting != null) {
                result.putAll(resting.learnedVariables());
            }
            return result;
        }

        private SubRnnGraph subRnn(int layer, boolean reverse) {
            return subRnns.computeIfAbsent(
                    model.metaVariablePrefix(layer, reverse),
                    prefix -> new SubRnnGraph(graph, model.subRnn(), dynamics.stateClip(), prefix));
        }

        private boolean keepsCell() {
            return model.subRnn().cell().keepsCell();
        }

        private int classes() {
            return graph.task().classes();
        }

        private int last() {
            return shapes.size() - 1;
        }
    }
}
