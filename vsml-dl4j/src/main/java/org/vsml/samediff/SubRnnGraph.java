package org.vsml.samediff;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.vsml.core.SubRnn;
import org.vsml.samediff.VsmlLayer.Message;

/**
 * The sub-RNN with one set of meta variables, in a graph. Everything is feature-major: channels
 * first, then whatever runs side by side.
 *
 * <p>States are kept halved, h/2 and c/2, because tanh(x) = 2·sigmoid(2x) − 1 and ND4J's sigmoid is
 * several times faster than its tanh: with halved states and a doubled pre-activation of g the
 * doubling costs no operation of its own,
 *
 * <pre>
 *   c'/2 = f·(c/2) + i·(sigmoid(2g) − ½)
 *   h'/2 = o·(sigmoid(4·c'/2) − ½)
 * </pre>
 */
final class SubRnnGraph {

    /** Halved states h/2 and c/2, each [N, S]. */
    record State(SDVariable hidden, SDVariable cell) {}

    private final StepGraph graph;
    private final SameDiff sd;
    private final SubRnn config;
    private final double clip;
    private final String prefix;
    private final Map<List<Integer>, SDVariable> gateWeights = new HashMap<>();
    private final Map<Boolean, Projection> projections = new HashMap<>();

    /**
     * Outgoing messages: weights [N, M] for halved states, bias [M, 1]; scale and offset [M, 1] if
     * normalised.
     */
    private record Projection(
            SDVariable weights, SDVariable bias, SDVariable scale, SDVariable offset) {}

    /**
     * @param prefix of the meta variables' names
     * @param clip bound of the cells, infinity for none
     */
    SubRnnGraph(StepGraph graph, SubRnn config, double clip, String prefix) {
        this.graph = graph;
        this.config = config;
        this.clip = clip;
        this.prefix = prefix;
        sd = graph.sameDiff();
    }

    /**
     * What does not change during the micro ticks of a step: messages and ones [F + G + 1, S], and
     * the weights for them.
     */
    record Incoming(SDVariable values, SDVariable weights) {}

    /**
     * Incoming messages at every sub-RNN, [C, S] each.
     *
     * @param forward the first channels of m_f, the others being zero
     * @param backward likewise of m_b; null if all are zero
     * @param ones [1, S]
     */
    Incoming incoming(Message forward, Message backward, SDVariable ones) {
        return backward == null
                ? new Incoming(
                        sd.concat(0, forward.values(), ones), gateWeights(forward.channels(), 0))
                : new Incoming(
                        sd.concat(0, forward.values(), backward.values(), ones),
                        gateWeights(forward.channels(), backward.channels()));
    }

    /** One micro tick (equation 7). */
    State tick(State state, Incoming incoming) {
        SDVariable all = sd.concat(0, state.hidden(), incoming.values());
        SDVariable z = sd.mmul(incoming.weights(), all, true, false, false);
        SDVariable[] gates = sd.split(sd.nn().sigmoid(z), 4, 0);
        SDVariable i = gates[0];
        SDVariable g = gates[1];
        SDVariable f = gates[2];
        SDVariable o = gates[3];
        SDVariable c = f.mul(state.cell()).add(i.mul(g.sub(0.5)));
        if (Double.isFinite(clip)) {
            c = sd.math().clipByValue(c, -clip / 2, clip / 2);
        }
        SDVariable h = o.mul(sd.nn().sigmoid(c.mul(4)).sub(0.5));
        return new State(h, c);
    }

    /** One matrix for h/2, m_f, m_b and 1: [N + F + G + 1, 4N]; g's columns are doubled. */
    private SDVariable gateWeights(int forwardChannels, int backwardChannels) {
        return gateWeights.computeIfAbsent(
                List.of(forwardChannels, backwardChannels),
                key -> {
                    int n = config.stateSize();
                    List<SDVariable> rows = new ArrayList<>();
                    rows.add(meta("w_h").mul(2));
                    if (forwardChannels > 0) {
                        rows.add(
                                firstRows(
                                        meta("w_f"), config.forwardMessageSize(), forwardChannels));
                    }
                    if (backwardChannels > 0) {
                        rows.add(
                                firstRows(
                                        meta("w_b"),
                                        config.backwardMessageSize(),
                                        backwardChannels));
                    }
                    INDArray shifts = Nd4j.zeros(graph.dataType(), 1, 4L * n);
                    shifts.get(NDArrayIndex.all(), NDArrayIndex.interval(0, n))
                            .assign(config.inputGateShift());
                    shifts.get(NDArrayIndex.all(), NDArrayIndex.interval(2L * n, 3L * n))
                            .assign(config.forgetGateShift());
                    rows.add(meta("bias").reshape(1, 4L * n).add(graph.constant(shifts)));
                    INDArray doubling = Nd4j.ones(graph.dataType(), 1, 4L * n);
                    doubling.get(NDArrayIndex.all(), NDArrayIndex.interval(n, 2L * n)).assign(2);
                    return sd.concat(0, rows.toArray(SDVariable[]::new))
                            .mul(graph.constant(doubling));
                });
    }

    /**
     * Forward messages of sub-RNNs, [N', S], before they are aggregated; with layer normalisation
     * only.
     *
     * @param forward false for backward messages [N'', S]
     */
    SDVariable normalisedMessages(SDVariable hidden, boolean forward) {
        Projection p = projection(forward);
        int size = messageSize(forward);
        // Weights and bias have been centred, so the messages have mean 0 over their channels.
        SDVariable centred = sd.mmul(p.weights(), hidden, true, false, false).add(p.bias());
        SDVariable variance = sd.mmul(graph.filled(1.0 / size, 1, size), centred.mul(centred));
        SDVariable deviation = sd.math().sqrt(variance.add(SubRnn.LAYER_NORM_EPSILON));
        return centred.div(deviation);
    }

    /**
     * Aggregated messages from aggregated normalised messages, or, without layer normalisation,
     * from aggregated halved hidden states: projections are linear, so the mean is projected
     * instead of every state.
     *
     * @param aggregated [M or N, columns]
     * @param terms how many sub-RNNs were added up in each column, 1 for a mean
     */
    SDVariable messages(SDVariable aggregated, boolean forward, int terms) {
        Projection p = projection(forward);
        return config.layerNorm()
                ? aggregated.mul(p.scale()).add(p.offset().mul(terms))
                : sd.mmul(p.weights(), aggregated, true, false, false).add(p.bias().mul(terms));
    }

    private Projection projection(boolean forward) {
        return projections.computeIfAbsent(
                forward,
                f -> {
                    String side = f ? "fwd_" : "bwd_";
                    int size = messageSize(f);
                    SDVariable weights = meta(side + "w").mul(2);
                    SDVariable bias = meta(side + "b").reshape(size, 1);
                    if (!config.layerNorm()) {
                        return new Projection(weights, bias, null, null);
                    }
                    SDVariable centring =
                            graph.constant(Nd4j.eye(size).castTo(graph.dataType()).sub(1.0 / size));
                    return new Projection(
                            sd.mmul(weights, centring),
                            sd.mmul(centring, bias),
                            meta(side + "ln_scale").reshape(size, 1),
                            meta(side + "ln_offset").reshape(size, 1));
                });
    }

    /** N' or N''. */
    int messageSize(boolean forward) {
        return forward ? config.forwardMessageSize() : config.backwardMessageSize();
    }

    private SDVariable meta(String name) {
        return graph.metaVariable(prefix + name);
    }

    private SDVariable firstRows(SDVariable matrix, int rows, int wanted) {
        // A product with a constant, because it is tiny and its gradient is beyond doubt.
        return wanted == rows
                ? matrix
                : sd.mmul(
                        graph.constant(
                                Nd4j.eye(rows)
                                        .get(NDArrayIndex.interval(0, wanted), NDArrayIndex.all())
                                        .dup('c')),
                        matrix);
    }
}
