package org.vsml.samediff;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.vsml.core.Aggregation;
import org.vsml.core.Coordinates;
import org.vsml.core.LayerShape;
import org.vsml.core.SubRnn;
import org.vsml.core.Vsml;

/**
 * The sub-RNNs of one layer in a graph. Sub-RNN (a, b) reads forward message a and backward message
 * b; forward message b is aggregated over a, backward message a over b (paper, equation 7).
 *
 * <p>A convolution does the same at each of its output positions, where a runs over the patch and b
 * over the output channels (paper, section B.2): every position starts a tick from the same states,
 * and after the tick the states are averaged over positions. A dense layer has one position, whose
 * patch is the whole input.
 */
final class LayerGraph {

    /**
     * A message's first channels, feature-major: [channels, batch · messages]; the other channels
     * are zero.
     */
    record Message(SDVariable values, int channels) {}

    private final StepGraph graph;
    private final SameDiff sd;
    private final SubRnn config;
    private final Aggregation aggregation;
    private final int a;
    private final int b;
    private final int positions;
    private final int kernelEntries;
    private final Patches patches;

    /** 1 and, if they are fed, the coordinates at every sub-RNN: [1 or 6, places · B · A]. */
    private final SDVariable place;

    /** Halved, one a sub-RNN: [N, batch · B · A]. */
    private SubRnnGraph.State state;

    /**
     * h/2 after the last tick at every position, [N, batch · positions · B · A]: what messages are
     * made of.
     */
    private SDVariable sending;

    /** Which inputs take part, 1 or 0, at every sub-RNN: [1, batch · B · A]; null if all do. */
    private SDVariable presentStates;

    /** 1 where {@link #presentStates} is 0. */
    private SDVariable absentStates;

    /** 1 / number of inputs that take part at every row of the batch and output, [1, batch · B]. */
    private SDVariable presentShares;

    /**
     * @param model the model whose layer it is
     * @param layer k, from 0
     * @param hidden h, [episodes, P, N, B, A]
     * @param cell c likewise; null where the sub-RNN is no LSTM
     */
    LayerGraph(StepGraph graph, Vsml model, int layer, SDVariable hidden, SDVariable cell) {
        this.graph = graph;
        config = model.subRnn();
        aggregation = model.dynamics().aggregation();
        LayerShape shape = model.architecture().resolve(graph.task()).get(layer);
        sd = graph.sameDiff();
        a = shape.stateInputs();
        b = shape.stateOutputs();
        positions = shape.positions();
        kernelEntries = shape.kernelEntries();
        patches = Patches.of(graph, shape);
        place =
                config.coordinates()
                        ? graph.constant(
                                withCoordinates(
                                        Coordinates.ofInputs(
                                                model.architecture(), graph.task(), layer),
                                        Coordinates.ofOutputs(
                                                model.architecture(), graph.task(), layer)))
                        : graph.filled(1, 1, places() * b * a);
        state = new SubRnnGraph.State(hidden, cell).map(this::enter);
    }

    /** [1 + coordinates, places · B · A]: 1, what is known of a, what is known of b. */
    private INDArray withCoordinates(double[] ofInputs, double[] ofOutputs) {
        INDArray ones = Nd4j.ones(graph.dataType(), places(), b, a);
        List<INDArray> rows = new ArrayList<>(List.of(ones));
        for (int i = 0; i < Coordinates.OF_INPUT; i++) {
            rows.add(ones.mul(axis(ofInputs, i, Coordinates.OF_INPUT).reshape(1, 1, a)));
        }
        for (int i = 0; i < Coordinates.OF_OUTPUT; i++) {
            rows.add(ones.mul(axis(ofOutputs, i, Coordinates.OF_OUTPUT).reshape(1, b, 1)));
        }
        return Nd4j.stack(0, rows.toArray(INDArray[]::new))
                .reshape(1L + Coordinates.COUNT, places() * b * a);
    }

    private INDArray axis(double[] coordinates, int column, int columns) {
        double[] values = new double[coordinates.length / columns];
        Arrays.setAll(values, i -> coordinates[i * columns + column]);
        return Nd4j.createFromArray(values).castTo(graph.dataType());
    }

    /** Averages the first channels of h and c over the P parallel examples of each episode. */
    void averageOverParallel(int channels) {
        if (graph.parallel() == 1) {
            return;
        }
        SubRnnGraph.State average =
                state.map(
                        x ->
                                FeatureMajor.averageOverParallel(
                                        graph, x, config.stateSize(), (long) b * a, channels));
        state = presentStates == null ? average : wherePresent(average, state);
    }

    /**
     * Lets only some inputs of a dense layer take part in the ticks and messages to come: the
     * states of the others stay as they are.
     *
     * @param inputs 1 for those that take part, 0 for the others, [batch, A]; at least one of each
     *     row
     */
    void setPresent(SDVariable inputs) {
        SDVariable rows = inputs.reshape(graph.batchSize(), 1, a);
        presentStates =
                rows.mul(graph.filled(1, 1, b, 1)).reshape(1, (long) graph.batchSize() * b * a);
        absentStates = presentStates.rsub(1);
        presentShares =
                sd.math()
                        .reciprocal(rows.sum(true, 2))
                        .mul(graph.filled(1, 1, b, 1))
                        .reshape(1, (long) graph.batchSize() * b);
    }

    /**
     * Micro ticks on the same incoming messages.
     *
     * @param forward from below, one for each input
     * @param backward from above, one for each output; null if all are zero
     */
    void tick(SubRnnGraph subRnn, Message forward, Message backward, int ticks) {
        SDVariable below =
                patches == null
                        ? forward.values()
                        : patches.unfold(forward.values(), forward.channels());
        Message m_f = new Message(spread(below, forward.channels(), 1, a), forward.channels());
        Message m_b =
                backward == null
                        ? null
                        : new Message(
                                spread(backward.values(), backward.channels(), b, 1),
                                backward.channels());
        SubRnnGraph.Incoming incoming = subRnn.incoming(m_f, m_b, place);
        for (int i = 0; i < ticks; i++) {
            SubRnnGraph.State next = subRnn.tick(state.map(this::toPositions), incoming);
            sending = next.hidden();
            state =
                    presentStates == null
                            ? next.map(this::overPositions)
                            : wherePresent(next, state);
        }
    }

    private SubRnnGraph.State wherePresent(SubRnnGraph.State next, SubRnnGraph.State before) {
        SubRnnGraph.State kept = before.map(x -> x.mul(absentStates));
        SubRnnGraph.State changed = next.map(x -> x.mul(presentStates));
        return new SubRnnGraph.State(
                changed.hidden().add(kept.hidden()),
                changed.cell() == null ? null : changed.cell().add(kept.cell()));
    }

    /**
     * Hands messages to every sub-RNN that reads them: [C, places, B or 1, A or 1] → [C, places · B
     * · A].
     */
    private SDVariable spread(SDVariable messages, int channels, int rows, int columns) {
        return messages.reshape(channels, places(), rows, columns)
                .mul(graph.filled(1, 1, 1, rows == 1 ? b : 1, columns == 1 ? a : 1))
                .reshape(channels, places() * b * a);
    }

    private SDVariable toPositions(SDVariable x) {
        return positions == 1
                ? x
                : x.reshape((long) config.stateSize() * graph.batchSize(), 1, (long) b * a)
                        .mul(graph.filled(1, 1, positions, 1))
                        .reshape(config.stateSize(), places() * b * a);
    }

    private SDVariable overPositions(SDVariable x) {
        return positions == 1
                ? x
                : x.reshape((long) config.stateSize() * graph.batchSize(), positions, (long) b * a)
                        .sum(1)
                        .mul(1.0 / positions)
                        .reshape(config.stateSize(), (long) graph.batchSize() * b * a);
    }

    /** The messages to the layer above, one for each output. */
    Message forwardMessage(SubRnnGraph subRnn) {
        int features = features(subRnn, true);
        SDVariable sent = sent(subRnn, true);
        SDVariable aggregated =
                sd.mmul(
                                (presentStates == null ? sent : sent.mul(presentStates))
                                        .reshape(features * places() * b, a),
                                graph.filled(presentStates == null ? share(a) : 1, a, 1))
                        .reshape(features, places() * b);
        if (presentStates != null) {
            aggregated = aggregated.mul(presentShares);
        }
        return new Message(subRnn.messages(aggregated, true, terms(a)), subRnn.messageSize(true));
    }

    /** The messages to the layer below, one for each input. */
    Message backwardMessage(SubRnnGraph subRnn) {
        int features = features(subRnn, false);
        int channels = subRnn.messageSize(false);
        SDVariable aggregated =
                sent(subRnn, false)
                        .reshape(features * places(), b, a)
                        .sum(1)
                        .mul(share(b))
                        .reshape(features, places() * a);
        SDVariable messages = subRnn.messages(aggregated, false, terms(b));
        return new Message(
                patches == null
                        ? messages
                        : patches.fold(messages.mul(share(kernelEntries)), channels),
                channels);
    }

    private SDVariable sent(SubRnnGraph subRnn, boolean forward) {
        return config.layerNorm() ? subRnn.normalisedMessages(sending, forward) : sending;
    }

    private int features(SubRnnGraph subRnn, boolean forward) {
        return config.layerNorm() ? subRnn.messageSize(forward) : config.stateSize();
    }

    /** What each of {@code count} messages counts. */
    private double share(int count) {
        return aggregation == Aggregation.MEAN ? 1.0 / count : 1;
    }

    private int terms(int count) {
        return aggregation == Aggregation.MEAN ? 1 : count;
    }

    /** h, [episodes, P, N, B, A]. */
    SDVariable hidden() {
        return leave(state.hidden());
    }

    /** c, [episodes, P, N, B, A]; LSTM only. */
    SDVariable cell() {
        return leave(state.cell());
    }

    private SDVariable enter(SDVariable x) {
        return FeatureMajor.enter(graph, x, config.stateSize(), (long) b * a).mul(0.5);
    }

    private SDVariable leave(SDVariable x) {
        return FeatureMajor.leave(graph, x.mul(2), config.stateSize(), b, a);
    }

    /** Positions of the whole batch. */
    private long places() {
        return (long) graph.batchSize() * positions;
    }
}
