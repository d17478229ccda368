package org.vsml.samediff;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.vsml.core.Memory;
import org.vsml.core.VsmlWithMemory;
import org.vsml.samediff.LayerGraph.Message;

/** The part of a {@link MemoryGraph} that compares an example with the units that take part. */
final class RecallGraph {

    private final MemoryNodes nodes;
    private final SameDiff sd;
    private final StepGraph graph;
    final SDVariable similarity;
    final SDVariable messages;

    /** max_s k_s, [1, 1]. */
    final SDVariable novelty;

    /** z, [1, classes]. */
    final SDVariable evidence;

    SubRnnGraph.State state;

    RecallGraph(MemoryNodes nodes, SDVariable omega) {
        this.nodes = nodes;
        sd = nodes.sd;
        graph = nodes.graph();
        Memory memory = nodes.model.memory();
        SDVariable mask = nodes.placeholder(MemoryGraph.MASK, nodes.places, 1);
        SDVariable none = nodes.placeholder(MemoryGraph.NONE, 1, 1);
        SDVariable distances = distances(omega).mul(mask);
        SDVariable smallest = sd.mmul(first(), distances);
        SDVariable nearest =
                nodes.source(MemoryGraph.NEAREST, 1, 1)
                        .mul(nodes.placeholder(MemoryGraph.KEEP, 1, 1))
                        .add(smallest.mul(nodes.placeholder(MemoryGraph.TAKE, 1, 1)));
        nodes.output(MemoryGraph.NEAREST, nearest, 1, 1);
        SDVariable nu = nearest.add(VsmlWithMemory.DISTANCE_FLOOR);
        similarity = sd.math().exp(distances.div(nu).mul(-0.5)).mul(mask);
        novelty = sd.mmul(first(), similarity);
        SDVariable sharpness =
                sd.math().exp(graph.metaVariable("memory.log_sharpness").reshape(1, 1));
        SDVariable further = distances.sub(smallest).mul(mask).div(nu);
        SDVariable votes = sd.math().exp(further.mul(sharpness).mul(-1)).mul(mask);
        SDVariable attention =
                votes.div(sd.mmul(graph.filled(1, 1, nodes.places), votes).add(none));
        messages = sd.concat(0, overClasses(similarity), overClasses(attention));
        state =
                new SubRnnGraph.State(
                        nodes.enter(MemoryGraph.UNIT_HIDDEN, nodes.places),
                        nodes.enter(MemoryGraph.UNIT_CELL, nodes.places));
        SubRnnGraph subRnn =
                nodes.subRnn(nodes.subRnn(VsmlWithMemory.UNIT_CHANNELS), "memory.predict.");
        state =
                subRnn.tick(
                        state,
                        subRnn.incoming(
                                new Message(messages, 2),
                                null,
                                nodes.ones(nodes.places * nodes.classes)));
        SDVariable said =
                sd.math()
                        .clipByValue(
                                nodes.project("memory.evidence", state),
                                -memory.evidenceBound(),
                                memory.evidenceBound());
        SDVariable vote =
                nodes.placeholder(MemoryGraph.UNIT_LABEL, nodes.places, nodes.classes)
                        .add(memory.smoothing())
                        .mul(sd.math().exp(said).reshape(nodes.places, nodes.classes));
        evidence = sd.math().log(sd.mmul(attention.reshape(1, nodes.places), vote).add(none));
    }

    /** d_s, [K, 1]. */
    private SDVariable distances(SDVariable omega) {
        double limit = nodes.model.squaredInputBound(nodes.task);
        SDVariable difference =
                nodes.source(MemoryGraph.UNIT_INPUT, nodes.places, nodes.task.inputs())
                        .sub(nodes.source(MemoryGraph.RELATIVE, 1, nodes.task.inputs()));
        SDVariable squares =
                difference
                        .mul(difference)
                        .mul(nodes.source(MemoryGraph.SCALES, 1, nodes.task.inputs()));
        if (Double.isFinite(limit)) {
            squares = sd.math().clipByValue(squares, -limit, limit);
        }
        return sd.mmul(squares, omega.reshape(nodes.task.inputs(), 1));
    }

    /** [1, K] with 1 in the place of the nearest. */
    private SDVariable first() {
        INDArray row = Nd4j.zeros(nodes.dataType, 1, nodes.places);
        row.putScalar(0, 0, 1);
        return graph.constant(row);
    }

    /** [K, 1] → [1, K · classes]. */
    private SDVariable overClasses(SDVariable x) {
        return x.mul(graph.filled(1, 1, nodes.classes))
                .reshape(1, (long) nodes.places * nodes.classes);
    }

    void learn(SDVariable error, SDVariable label) {
        SubRnnGraph subRnn =
                nodes.subRnn(nodes.subRnn(VsmlWithMemory.UNIT_CHANNELS), "memory.learn.");
        int columns = nodes.places * nodes.classes;
        state =
                subRnn.tick(
                        state,
                        subRnn.incoming(
                                new Message(messages, 2),
                                nodes.backward(error, label, nodes.places),
                                nodes.ones(columns)));
        nodes.leave(MemoryGraph.UNIT_HIDDEN, MemoryGraph.UNIT_CELL, state, nodes.places);
        SDVariable zeros = graph.filled(0, nodes.size, nodes.classes);
        SubRnnGraph.State recruited =
                subRnn.tick(
                        new SubRnnGraph.State(zeros, zeros),
                        subRnn.incoming(
                                new Message(
                                        graph.filled(
                                                1, VsmlWithMemory.UNIT_CHANNELS, nodes.classes),
                                        VsmlWithMemory.UNIT_CHANNELS),
                                nodes.backward(error, label, 1),
                                nodes.ones(nodes.classes)));
        nodes.leave(MemoryGraph.NEW_HIDDEN, MemoryGraph.NEW_CELL, recruited, 1);
    }
}
