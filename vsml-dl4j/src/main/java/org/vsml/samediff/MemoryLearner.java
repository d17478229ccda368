package org.vsml.samediff;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.LearnerConfig;
import org.vsml.core.LearnerStream;
import org.vsml.core.NamedArrays;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.RunningStatistics;
import org.vsml.core.TaskShape;
import org.vsml.core.VsmlWithMemory;

/**
 * A layer with a memory of recruited sub-RNNs, as a graph of one example ({@link MemoryGraph}) that
 * is run example by example. Made to be right, in either precision, rather than fast: the states of
 * units are put into the graph and taken out again in every example. A recording keeps what every
 * example has read, from which it is run again on the way back.
 */
final class MemoryLearner implements Learner {

    private static final int MAX_GRAPHS = 16;

    private final VsmlWithMemory model;
    private final DataType dataType;
    private final Map<TaskShape, MemoryGraph> graphs = new LinkedHashMap<>(16, 0.75f, true);

    MemoryLearner(VsmlWithMemory model, DataType dataType) {
        this.model = model;
        this.dataType = dataType;
    }

    @Override
    public LearnerConfig config() {
        return model;
    }

    private MemoryGraph graph(TaskShape task) {
        synchronized (graphs) {
            MemoryGraph graph = graphs.get(task);
            if (graph == null) {
                graph = Detached.call(() -> new MemoryGraph(model, task, dataType));
                graphs.put(task, graph);
                if (graphs.size() > MAX_GRAPHS) {
                    graphs.remove(graphs.keySet().iterator().next()).clear();
                }
            }
            return graph;
        }
    }

    /**
     * Frees the least recently used graphs' idle memory until at most {@code limit} bytes are left.
     */
    private void trim(long limit) {
        synchronized (graphs) {
            long idle = graphs.values().stream().mapToLong(MemoryGraph::idleBytes).sum();
            for (MemoryGraph graph : graphs.values()) {
                if (idle <= limit) {
                    return;
                }
                idle -= graph.idleBytes();
                graph.clear();
            }
        }
    }

    @Override
    public Rollout run(
            NamedArrays metaVariables,
            List<NamedArrays> starts,
            List<Examples> episodes,
            RolloutOptions options) {
        metaVariables.requireLayout(metaVariableLayout(), "meta variables", "the learner");
        requireEpisodes(starts, episodes);
        Map<String, INDArray> meta = arrays(metaVariables);
        List<MemoryEpisode> runs = new ArrayList<>();
        for (int i = 0; i < episodes.size(); i++) {
            Examples e = episodes.get(i);
            runs.add(
                    new MemoryEpisode(
                            model,
                            graph(e.task()),
                            meta,
                            starts.get(i),
                            e,
                            options,
                            options.memoryBudget() / episodes.size()));
        }
        SameDiffLearner.each(runs.size(), i -> runs.get(i).forward());
        return new MemoryRollout(
                runs, episodes, metaVariableLayout(), options, () -> trim(options.memoryBudget()));
    }

    private Map<String, INDArray> arrays(NamedArrays metaVariables) {
        return Detached.call(() -> SameDiffLearner.arrays(metaVariables, dataType));
    }

    @Override
    public LearnerStream open(NamedArrays metaVariables, TaskShape task, NamedArrays start) {
        metaVariables.requireLayout(metaVariableLayout(), "meta variables", "the learner");
        requireLearnedVariables(start, task, 1, "the learner's stream");
        RunningStatistics statistics =
                RunningStatistics.of(model.conditioning(), task.input(), start);
        MemoryGraphRun run =
                new MemoryGraphRun(model, task, graph(task), arrays(metaVariables), start, 0);
        return new LearnerStream() {
            @Override
            public double[] predict(double[] input) {
                return run.predict(inputs(statistics.copy(), input));
            }

            @Override
            public double[] learn(double[] input, int label) {
                Examples.requireLabel(label, task);
                return run.learn(inputs(statistics, input), label);
            }

            private MemoryGraphRun.Inputs inputs(RunningStatistics with, double[] input) {
                // Before anything is changed, so that a refused example leaves no trace.
                Examples.requireInput(input, task);
                with.observe(input, 0);
                return MemoryGraphRun.Inputs.of(input, 0, with);
            }

            @Override
            public NamedArrays learnedVariables() {
                return run.learnedVariables(statistics);
            }
        };
    }
}
