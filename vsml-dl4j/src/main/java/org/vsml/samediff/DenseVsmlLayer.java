package org.vsml.samediff;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.vsml.core.Aggregation;
import org.vsml.core.LayerShape;
import org.vsml.core.SubRnn;

/**
 * A dense layer: sub-RNN (a, b) reads forward message a and backward message b; forward message b
 * is aggregated over a, backward message a over b (paper, equation 7). States are [N, S] with S =
 * lanes · B · A, A fastest.
 */
final class DenseVsmlLayer implements VsmlLayer {

    private final StepGraph graph;
    private final SameDiff sd;
    private final SubRnn config;
    private final Aggregation aggregation;
    private final int inputs;
    private final int outputs;
    private final SDVariable ones;
    private SubRnnGraph.State state;

    /**
     * @param hidden h, [episodes, P, N, B, A]
     * @param cell c likewise
     */
    DenseVsmlLayer(
            StepGraph graph,
            SubRnn config,
            Aggregation aggregation,
            LayerShape.Dense shape,
            SDVariable hidden,
            SDVariable cell) {
        this.graph = graph;
        this.config = config;
        this.aggregation = aggregation;
        sd = graph.sameDiff();
        inputs = shape.inputs();
        outputs = shape.outputs();
        ones = graph.filled(1, 1, columns());
        state = new SubRnnGraph.State(enter(hidden), enter(cell));
    }

    @Override
    public void averageOverParallel(int channels) {
        state =
                new SubRnnGraph.State(
                        average(state.hidden(), channels), average(state.cell(), channels));
    }

    private SDVariable average(SDVariable x, int channels) {
        return FeatureMajor.averageOverParallel(
                graph, x, config.stateSize(), (long) outputs * inputs, channels);
    }

    @Override
    public void tick(SubRnnGraph subRnn, Message forward, Message backward, int ticks) {
        SDVariable m_f = spread(forward, graph.lanes(), 1, inputs);
        SDVariable m_b = backward == null ? null : spread(backward, graph.lanes(), outputs, 1);
        state =
                subRnn.tick(
                        state,
                        m_f,
                        forward.channels(),
                        m_b,
                        backward == null ? 0 : backward.channels(),
                        ones,
                        ticks);
    }

    /** Hands a message to every sub-RNN that reads it: [C, lanes, B or 1, A or 1] → [C, S]. */
    private SDVariable spread(Message message, int lanes, int rows, int columns) {
        int channels = message.channels();
        return message.values()
                .reshape(channels, lanes, rows, columns)
                .mul(graph.filled(1, 1, 1, rows == 1 ? outputs : 1, columns == 1 ? inputs : 1))
                .reshape(channels, columns());
    }

    @Override
    public Message forwardMessage(SubRnnGraph subRnn) {
        SDVariable each =
                config.layerNorm()
                        ? subRnn.normalisedMessages(state.hidden(), true)
                        : state.hidden();
        int features = config.layerNorm() ? config.forwardMessageSize() : config.stateSize();
        SDVariable aggregated =
                sd.mmul(
                                each.reshape((long) features * graph.lanes() * outputs, inputs),
                                graph.filled(mean(inputs), inputs, 1))
                        .reshape(features, (long) graph.lanes() * outputs);
        return new Message(
                subRnn.messages(aggregated, true, terms(inputs)), config.forwardMessageSize());
    }

    @Override
    public Message backwardMessage(SubRnnGraph subRnn) {
        SDVariable each =
                config.layerNorm()
                        ? subRnn.normalisedMessages(state.hidden(), false)
                        : state.hidden();
        int features = config.layerNorm() ? config.backwardMessageSize() : config.stateSize();
        SDVariable aggregated =
                each.reshape((long) features * graph.lanes(), outputs, inputs)
                        .sum(1)
                        .mul(mean(outputs))
                        .reshape(features, (long) graph.lanes() * inputs);
        return new Message(
                subRnn.messages(aggregated, false, terms(outputs)), config.backwardMessageSize());
    }

    private double mean(int count) {
        return aggregation == Aggregation.MEAN ? 1.0 / count : 1;
    }

    private int terms(int count) {
        return aggregation == Aggregation.MEAN ? 1 : count;
    }

    @Override
    public SDVariable hidden() {
        return leave(state.hidden());
    }

    @Override
    public SDVariable cell() {
        return leave(state.cell());
    }

    private SDVariable enter(SDVariable x) {
        return FeatureMajor.enter(graph, x, config.stateSize(), (long) outputs * inputs).mul(0.5);
    }

    private SDVariable leave(SDVariable x) {
        return FeatureMajor.leave(graph, x.mul(2), config.stateSize(), outputs, inputs);
    }

    private long columns() {
        return (long) graph.lanes() * outputs * inputs;
    }
}
