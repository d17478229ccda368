package org.vsml.baselines;

import java.util.Arrays;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.vsml.core.TaskShape;
import org.vsml.samediff.StepGraph;

/** What several baselines write into their graphs; rows are a batch, episodes · P. */
final class StepOps {

    /** Logits are β·tanh(y/β), as VSML's are. */
    private static final double TANH_BOUND = 100;

    private final StepGraph graph;
    private final SameDiff sd;
    private final TaskShape size;

    /** For a learner of this largest task. */
    StepOps(StepGraph graph, TaskShape size) {
        this.graph = graph;
        this.size = size;
        sd = graph.sameDiff();
    }

    /** [batch, inputs of the task] padded with zeros to [batch, inputs]. */
    SDVariable padInputs(SDVariable x) {
        return pad(x, graph.task().inputs(), size.inputs());
    }

    /** [batch, classes of the task] padded with zeros to [batch, classes]. */
    SDVariable padClasses(SDVariable x) {
        return pad(x, graph.task().classes(), size.classes());
    }

    private SDVariable pad(SDVariable x, int columns, int wanted) {
        return columns == wanted ? x : sd.concat(1, x, zeros(wanted - columns));
    }

    /** [batch, columns] of zeros. */
    SDVariable zeros(int columns) {
        return graph.filled(0, graph.batchSize(), columns);
    }

    /** Bounded logits [batch, classes of the task] from [batch, classes]. */
    SDVariable logits(SDVariable y) {
        int classes = graph.task().classes();
        SDVariable wanted = y;
        if (classes < size.classes()) {
            INDArray first = Nd4j.zeros(graph.dataType(), size.classes(), classes);
            for (int c = 0; c < classes; c++) {
                first.putScalar(c, c, 1);
            }
            wanted = sd.mmul(y, graph.constant(first));
        }
        return sd.math().tanh(wanted.div(TANH_BOUND)).mul(TANH_BOUND);
    }

    /** x·name_w + name_b: [batch, inputs] to [batch, outputs]. */
    SDVariable linear(SDVariable x, String name) {
        SDVariable bias = graph.metaVariable(name + "_b");
        return sd.mmul(x, graph.metaVariable(name + "_w")).add(bias.reshape(1, bias.getShape()[0]));
    }

    /**
     * One tick of an LSTM with gates in the order i, g, f, o; the forget gate is shifted by 1
     * (paper of Jozefowicz et al. 2015).
     *
     * @param input what enters the gates besides the hidden state, [batch, 4N]
     * @param recurrent [N, 4N]
     */
    LstmState lstm(LstmState state, SDVariable input, SDVariable recurrent) {
        SDVariable[] z = sd.split(input.add(sd.mmul(state.hidden(), recurrent)), 4, 1);
        SDVariable kept = sd.nn().sigmoid(z[2].add(1)).mul(state.cell());
        SDVariable cell = kept.add(sd.nn().sigmoid(z[0]).mul(sd.math().tanh(z[1])));
        return new LstmState(sd.nn().sigmoid(z[3]).mul(sd.math().tanh(cell)), cell);
    }

    /** h and c, each [batch, N]. */
    record LstmState(SDVariable hidden, SDVariable cell) {}

    /** Σ_i m[row, j, i]·x[row, i]: [batch, rows, columns] and [batch, columns] to [batch, rows]. */
    SDVariable apply(SDVariable m, SDVariable x, int rows, int columns) {
        return sd.mmul(m, x.reshape(graph.batchSize(), columns, 1))
                .reshape(graph.batchSize(), rows);
    }

    /** a[row, j]·b[row, i]: [batch, rows, columns]. */
    SDVariable outer(SDVariable a, SDVariable b, int rows, int columns) {
        return sd.mmul(
                a.reshape(graph.batchSize(), rows, 1), b.reshape(graph.batchSize(), 1, columns));
    }

    /** A learned variable before the first step: [episodes, P, …] as [batch, …]. */
    SDVariable enter(String name) {
        SDVariable x = graph.learnedVariable(name);
        long[] shape = x.getShape();
        long[] flat = Arrays.copyOfRange(shape, 1, shape.length);
        flat[0] = graph.batchSize();
        return x.reshape(flat);
    }

    /** [batch, …] as the learned variable [episodes, P, rest…]. */
    SDVariable leave(SDVariable x, long... rest) {
        return x.reshape(inEpisodes(rest));
    }

    /**
     * [batch, rest…] with the first {@code averaged} values of the last axis replaced by their
     * means over the P examples of an episode: what makes a batched learning algorithm of an online
     * one (paper, appendix C).
     */
    SDVariable averageOverParallel(SDVariable x, int averaged, long... rest) {
        if (graph.parallel() == 1) {
            return x;
        }
        SDVariable parallel = x.reshape(inEpisodes(rest));
        SDVariable change = parallel.mean(true, 1).sub(parallel);
        int last = (int) rest[rest.length - 1];
        if (averaged < last) {
            double[] chosen = new double[last];
            Arrays.fill(chosen, 0, averaged, 1);
            long[] shape = new long[rest.length + 2];
            Arrays.fill(shape, 1);
            shape[shape.length - 1] = last;
            change = change.mul(graph.constant(Nd4j.createFromArray(chosen).reshape(shape)));
        }
        long[] flat = new long[rest.length + 1];
        flat[0] = graph.batchSize();
        System.arraycopy(rest, 0, flat, 1, rest.length);
        return parallel.add(change).reshape(flat);
    }

    private long[] inEpisodes(long... rest) {
        long[] shape = new long[rest.length + 2];
        shape[0] = graph.episodes();
        shape[1] = graph.parallel();
        System.arraycopy(rest, 0, shape, 2, rest.length);
        return shape;
    }
}
