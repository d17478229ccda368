package org.vsml.cpu;

import static org.vsml.core.Checks.require;

import java.util.List;
import java.util.random.RandomGenerator;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.LearnerStream;
import org.vsml.core.NamedArrays;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;

/** VSML on the fused kernels. */
final class CpuLearner implements Learner {

    private final Vsml model;
    private final TileKernels kernels;

    CpuLearner(Vsml model, TileKernels kernels) {
        this.model = model;
        this.kernels = kernels;
    }

    @Override
    public ArrayLayout metaVariableLayout() {
        return model.metaVariableLayout();
    }

    @Override
    public NamedArrays initialMetaVariables(RandomGenerator random) {
        return model.initialMetaVariables(random);
    }

    @Override
    public ArrayLayout learnedVariableLayout(TaskShape task, int parallel) {
        return model.learnedVariableLayout(task, parallel);
    }

    @Override
    public NamedArrays initialLearnedVariables(
            TaskShape task, int parallel, RandomGenerator random) {
        return model.initialLearnedVariables(task, parallel, random);
    }

    @Override
    public Rollout run(
            NamedArrays metaVariables,
            List<NamedArrays> starts,
            List<Examples> episodes,
            RolloutOptions options) {
        ArrayLayout layout = metaVariableLayout();
        metaVariables.requireLayout(layout, "meta variables", "the learner");
        require(!episodes.isEmpty(), "there must be at least one episode, got none");
        require(
                starts.size() == episodes.size(),
                "there must be one start for each of %d episodes, got %d",
                episodes.size(),
                starts.size());
        EpisodeRun[] runs = new EpisodeRun[episodes.size()];
        for (int i = 0; i < runs.length; i++) {
            Examples e = episodes.get(i);
            starts.get(i)
                    .requireLayout(
                            learnedVariableLayout(e.task(), e.parallel()),
                            "learned variables",
                            "episode " + i);
            runs[i] =
                    new EpisodeRun(
                            new Network(model, metaVariables, e.task(), kernels),
                            kernels.accumulatorLanes(),
                            starts.get(i),
                            e,
                            options,
                            options.memoryBudget() / runs.length);
        }
        return new CpuRollout(runs, List.copyOf(episodes), layout, options);
    }

    @Override
    public LearnerStream open(NamedArrays metaVariables, TaskShape task, NamedArrays start) {
        metaVariables.requireLayout(metaVariableLayout(), "meta variables", "the learner");
        start.requireLayout(
                learnedVariableLayout(task, 1), "learned variables", "the learner's stream");
        return new CpuStream(new Network(model, metaVariables, task, kernels), start);
    }
}
