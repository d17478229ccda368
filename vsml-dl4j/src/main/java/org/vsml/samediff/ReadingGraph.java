package org.vsml.samediff;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.vsml.core.VsmlWithMemory;
import org.vsml.samediff.LayerGraph.Message;

/** The part of a {@link MemoryGraph} that reads the layer, the memory and the discriminant. */
final class ReadingGraph {

    private final MemoryNodes nodes;
    private final SameDiff sd;
    private final StepGraph graph;
    private final int count;

    /** Before their bound, [1, classes]. */
    final SDVariable logits;

    final SDVariable messages;

    /** r [readings, classes]. */
    private final SDVariable read;

    /** Adaptive weights and what they belong to [1, 2]; null if there are none. */
    private SDVariable adapted;

    private SDVariable context;
    SubRnnGraph.State state;

    ReadingGraph(MemoryNodes nodes, SDVariable ofLayer, RecallGraph recall) {
        this.nodes = nodes;
        sd = nodes.sd;
        graph = nodes.graph();
        count = nodes.model.readings();
        List<SDVariable> rows = new ArrayList<>();
        rows.add(centred(ofLayer).mul(nodes.placeholder(MemoryGraph.BEGUN, 1, 1)));
        rows.add(centred(recall.evidence));
        if (nodes.model.discriminant() != null) {
            rows.add(centred(nodes.placeholder(MemoryGraph.DISCRIMINANT, 1, nodes.classes)));
        }
        read = sd.concat(0, rows.toArray(SDVariable[]::new));
        int columns = count * nodes.classes;
        messages =
                sd.concat(
                        0,
                        sd.math().tanh(read.div(3)).reshape(1, columns),
                        recall.novelty.mul(nodes.ones(columns)),
                        nodes.placeholder(MemoryGraph.TIME, 1, 1).mul(nodes.ones(columns)),
                        graph.constant(which()));
        state =
                new SubRnnGraph.State(
                        nodes.enter(MemoryGraph.READING_HIDDEN, count),
                        nodes.enter(MemoryGraph.READING_CELL, count));
        SubRnnGraph subRnn =
                nodes.subRnn(nodes.subRnn(VsmlWithMemory.READING_CHANNELS), "reading.predict.");
        state = subRnn.tick(state, subRnn.incoming(message(), null, nodes.ones(columns)));
        SDVariable weights =
                graph.metaVariable("reading.weight")
                        .reshape(count, 1)
                        .add(nodes.project("reading.trust", state).reshape(count, nodes.classes));
        if (nodes.model.adaptiveWeights()) {
            adapted = nodes.source(MemoryGraph.READING_ADAPTED, count, VsmlWithMemory.CONTEXTS);
            context = sd.concat(1, graph.filled(1, 1, 1), recall.novelty.mul(2).sub(1));
            weights = weights.add(sd.mmul(adapted, context.reshape(VsmlWithMemory.CONTEXTS, 1)));
        }
        logits = sd.mmul(graph.filled(1, 1, count), read.mul(weights));
    }

    private Message message() {
        return new Message(messages, VsmlWithMemory.READING_CHANNELS);
    }

    /** [2, readings · classes]: 1 for the memory's; 1 for the discriminant's. */
    private INDArray which() {
        INDArray rows = Nd4j.zeros(nodes.dataType, 2, (long) count * nodes.classes);
        for (int column = nodes.classes; column < count * nodes.classes; column++) {
            rows.putScalar(column / nodes.classes - 1, column, 1);
        }
        return rows;
    }

    private SDVariable centred(SDVariable x) {
        return x.sub(sd.mmul(x, graph.filled(1.0 / nodes.classes, nodes.classes, nodes.classes)));
    }

    void learn(SDVariable error, SDVariable label) {
        SubRnnGraph subRnn =
                nodes.subRnn(nodes.subRnn(VsmlWithMemory.READING_CHANNELS), "reading.learn.");
        state =
                subRnn.tick(
                        state,
                        subRnn.incoming(
                                message(),
                                nodes.backward(error, label, count),
                                nodes.ones(count * nodes.classes)));
        nodes.leave(MemoryGraph.READING_HIDDEN, MemoryGraph.READING_CELL, state, count);
        if (adapted != null) {
            adapt(error);
        }
    }

    /** Adaptive weights go down the gradient of the example's cross-entropy. */
    private void adapt(SDVariable error) {
        int classes = nodes.classes;
        SDVariable squares = sd.mmul(graph.filled(1, 1, count), read.mul(read));
        SDVariable power = sd.mmul(squares, graph.filled(1.0 / classes, classes, 1)).add(1);
        SDVariable gradient = sd.mmul(read, error.reshape(classes, 1));
        SDVariable rate =
                sd.nn()
                        .sigmoid(graph.metaVariable("reading.rate"))
                        .reshape(1, VsmlWithMemory.CONTEXTS);
        SDVariable moved = sd.mmul(gradient, rate.mul(context)).div(power);
        nodes.output(
                MemoryGraph.READING_ADAPTED, adapted.sub(moved), count, VsmlWithMemory.CONTEXTS);
    }
}
