package org.vsml.samediff;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Between the layout of learned variables, one episode and example after the other, and the
 * feature-major one of the graph, where each channel runs over all episodes and examples:
 * broadcasting over a leading channel axis is what ND4J does fast.
 */
final class FeatureMajor {

    private FeatureMajor() {}

    /**
     * [episodes, P, features, …] → [features, batch · rest], where rest is the number of values
     * after the features.
     */
    static SDVariable enter(StepGraph graph, SDVariable x, long features, long rest) {
        SDVariable batchFirst = x.reshape(graph.batchSize(), features, rest);
        return (graph.batchSize() == 1 ? batchFirst : batchFirst.permute(1, 0, 2))
                .reshape(features, graph.batchSize() * rest);
    }

    /** [features, batch · Π rest] → [episodes, P, features, rest…]. */
    static SDVariable leave(StepGraph graph, SDVariable x, long features, long... rest) {
        long[] shape = new long[3 + rest.length];
        shape[0] = graph.episodes();
        shape[1] = graph.parallel();
        shape[2] = features;
        long size = 1;
        for (int i = 0; i < rest.length; i++) {
            shape[3 + i] = rest[i];
            size *= rest[i];
        }
        SDVariable split = x.reshape(features, graph.batchSize(), size);
        return (graph.batchSize() == 1 ? split : split.permute(1, 0, 2)).reshape(shape);
    }

    /** [episodes, P, positions, channels] → [channels, batch · positions]. */
    static SDVariable enterMessage(StepGraph graph, SDVariable x, long positions, long channels) {
        return x.reshape(graph.batchSize() * positions, channels).permute(1, 0);
    }

    /** [channels, batch · positions] → [episodes, P, positions, channels]. */
    static SDVariable leaveMessage(StepGraph graph, SDVariable x, long positions, long channels) {
        return x.permute(1, 0).reshape(graph.episodes(), graph.parallel(), positions, channels);
    }

    /** Replaces the first {@code channels} of [features, batch · rest] by their averages over P. */
    static SDVariable averageOverParallel(
            StepGraph graph, SDVariable x, long features, long rest, int channels) {
        if (graph.parallel() == 1 || channels == 0) {
            return x;
        }
        INDArray chosen = Nd4j.zeros(graph.dataType(), features, 1, 1, 1);
        chosen.get(NDArrayIndex.interval(0, channels)).assign(1);
        SDVariable split = x.reshape(features, graph.episodes(), graph.parallel(), rest);
        SDVariable average = split.sum(true, 2).mul(1.0 / graph.parallel());
        return split.add(average.sub(split).mul(graph.constant(chosen)))
                .reshape(features, graph.batchSize() * rest);
    }
}
