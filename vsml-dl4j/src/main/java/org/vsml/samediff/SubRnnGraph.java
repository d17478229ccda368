package org.vsml.samediff;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.vsml.core.CellType;
import org.vsml.core.SubRnn;
import org.vsml.core.SubRnnArrays;
import org.vsml.samediff.LayerGraph.Message;

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

    /** Halved states h/2 and c/2, each [N, S]; c is null where the sub-RNN is no LSTM. */
    record State(SDVariable hidden, SDVariable cell) {

        /** The same function of both. */
        State map(UnaryOperator<SDVariable> function) {
            return new State(function.apply(hidden), cell == null ? null : function.apply(cell));
        }
    }

    private final StepGraph graph;
    private final SameDiff sd;
    private final SubRnn config;
    private final double clip;
    private final String prefix;
    private final Map<List<Integer>, List<SDVariable>> gateWeights = new HashMap<>();
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
     * What does not change during the micro ticks of a step: messages and ones [F + G + 1, S] (then
     * coordinates), and the weights for h/2 and them: one matrix, or, for a GRU, one for the gates
     * and one for the candidate.
     */
    record Incoming(SDVariable values, List<SDVariable> weights) {}

    /**
     * Incoming messages at every sub-RNN, [C, S] each.
     *
     * @param forward the first channels of m_f, the others being zero
     * @param backward likewise of m_b; null if all are zero
     * @param place 1 and, if they are fed, the coordinates [1 or 6, S]
     */
    Incoming incoming(Message forward, Message backward, SDVariable place) {
        return backward == null
                ? new Incoming(
                        sd.concat(0, forward.values(), place), gateWeights(forward.channels(), 0))
                : new Incoming(
                        sd.concat(0, forward.values(), backward.values(), place),
                        gateWeights(forward.channels(), backward.channels()));
    }

    /** One micro tick. */
    State tick(State state, Incoming incoming) {
        return switch (config.cell()) {
            case LSTM -> lstm(state, incoming);
            case GRU -> gru(state, incoming);
            case VANILLA -> vanilla(state, incoming);
        };
    }

    /** Equation 7. */
    private State lstm(State state, Incoming incoming) {
        SDVariable[] gates = sd.split(sd.nn().sigmoid(product(incoming, 0, state.hidden())), 4, 0);
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

    /** h'/2 = h/2 + u·(n/2 − h/2). */
    private State gru(State state, Incoming incoming) {
        SDVariable h = state.hidden();
        SDVariable[] gates = sd.split(sd.nn().sigmoid(product(incoming, 0, h)), 2, 0);
        SDVariable r = gates[0];
        SDVariable u = gates[1];
        SDVariable n = sd.nn().sigmoid(product(incoming, 1, r.mul(h))).sub(0.5);
        return new State(h.add(u.mul(n.sub(h))), null);
    }

    /** Equation 4: h'/2 = sigmoid(2z) − ½. */
    private State vanilla(State state, Incoming incoming) {
        SDVariable z = product(incoming, 0, state.hidden());
        return new State(sd.nn().sigmoid(z).sub(0.5), null);
    }

    private SDVariable product(Incoming incoming, int matrix, SDVariable hidden) {
        SDVariable all = sd.concat(0, hidden, incoming.values());
        return sd.mmul(incoming.weights().get(matrix), all, true, false, false);
    }

    /** For h/2, m_f, m_b, 1 and coordinates: [N + F + G + 1 (+ 5), parts · N]. */
    private List<SDVariable> gateWeights(int forwardChannels, int backwardChannels) {
        return gateWeights.computeIfAbsent(
                List.of(forwardChannels, backwardChannels),
                key -> {
                    SDVariable all = allGateWeights(forwardChannels, backwardChannels);
                    return config.cell() == CellType.GRU
                            ? List.of(parts(all, 0, 2), parts(all, 2, 3))
                            : List.of(all);
                });
    }

    private SDVariable allGateWeights(int forwardChannels, int backwardChannels) {
        List<SDVariable> rows = new ArrayList<>();
        rows.add(meta(SubRnnArrays.RECURRENT).mul(2));
        if (forwardChannels > 0) {
            rows.add(
                    firstRows(
                            meta(SubRnnArrays.FORWARD_INPUT),
                            config.forwardMessageSize(),
                            forwardChannels));
        }
        if (backwardChannels > 0) {
            rows.add(
                    firstRows(
                            meta(SubRnnArrays.BACKWARD_INPUT),
                            config.backwardMessageSize(),
                            backwardChannels));
        }
        rows.add(
                meta(SubRnnArrays.BIAS)
                        .reshape(1, config.gateSize())
                        .add(graph.constant(perPart(shifts()))));
        if (config.coordinates()) {
            rows.add(meta(SubRnnArrays.COORDINATES));
        }
        return sd.concat(0, rows.toArray(SDVariable[]::new))
                .mul(graph.constant(perPart(factors())));
    }

    /** What is added to the pre-activation of each part. */
    private double[] shifts() {
        return switch (config.cell()) {
            case LSTM -> new double[] {config.inputGateShift(), 0, config.forgetGateShift(), 0};
            case GRU -> new double[] {0, config.inputGateShift(), 0};
            case VANILLA -> new double[] {0};
        };
    }

    /** 2 for the parts that go through tanh. */
    private double[] factors() {
        return switch (config.cell()) {
            case LSTM -> new double[] {1, 2, 1, 1};
            case GRU -> new double[] {1, 1, 2};
            case VANILLA -> new double[] {2};
        };
    }

    /** [1, parts · N] with one value for all of a part. */
    private INDArray perPart(double[] values) {
        int n = config.stateSize();
        INDArray result = Nd4j.zeros(graph.dataType(), 1, config.gateSize());
        for (int part = 0; part < values.length; part++) {
            result.get(NDArrayIndex.all(), NDArrayIndex.interval((long) part * n, (part + 1L) * n))
                    .assign(values[part]);
        }
        return result;
    }

    /** The columns of some parts, by a product as in {@link #firstRows}. */
    private SDVariable parts(SDVariable weights, int from, int to) {
        int n = config.stateSize();
        INDArray chosen =
                Nd4j.eye(config.gateSize())
                        .get(
                                NDArrayIndex.all(),
                                NDArrayIndex.interval((long) from * n, (long) to * n))
                        .dup('c');
        return sd.mmul(weights, graph.constant(chosen));
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
                    String side = f ? SubRnnArrays.FORWARD : SubRnnArrays.BACKWARD;
                    int size = messageSize(f);
                    SDVariable weights = meta(side + SubRnnArrays.WEIGHTS).mul(2);
                    SDVariable bias = meta(side + SubRnnArrays.OFFSET).reshape(size, 1);
                    if (!config.layerNorm()) {
                        return new Projection(weights, bias, null, null);
                    }
                    SDVariable centring =
                            graph.constant(Nd4j.eye(size).castTo(graph.dataType()).sub(1.0 / size));
                    return new Projection(
                            sd.mmul(weights, centring),
                            sd.mmul(centring, bias),
                            meta(side + SubRnnArrays.NORM_SCALE).reshape(size, 1),
                            meta(side + SubRnnArrays.NORM_OFFSET).reshape(size, 1));
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
