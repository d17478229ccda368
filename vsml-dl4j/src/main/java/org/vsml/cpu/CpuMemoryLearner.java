package org.vsml.cpu;

import static org.vsml.core.Checks.require;

import java.util.List;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.LearnerConfig;
import org.vsml.core.LearnerStream;
import org.vsml.core.NamedArrays;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.TaskShape;
import org.vsml.core.VsmlWithMemory;

/** A layer with a memory of recruited sub-RNNs, on the fused kernels. */
final class CpuMemoryLearner implements Learner {

    private final VsmlWithMemory model;
    private final CpuLearner layer;
    private final TileKernels kernels;

    CpuMemoryLearner(VsmlWithMemory model, TileKernels kernels) {
        this.model = model;
        this.kernels = kernels;
        layer = new CpuLearner(model.layer(), kernels);
    }

    @Override
    public LearnerConfig config() {
        return model;
    }

    @Override
    public Rollout run(
            NamedArrays metaVariables,
            List<NamedArrays> starts,
            List<Examples> episodes,
            RolloutOptions options) {
        metaVariables.requireLayout(model.metaVariableLayout(), "meta variables", "the learner");
        require(!episodes.isEmpty(), "there must be at least one episode, got none");
        require(
                starts.size() == episodes.size(),
                "there must be one start for each of %d episodes, got %d",
                episodes.size(),
                starts.size());
        RolloutOptions each =
                options.withMemoryBudget(Math.max(1, options.memoryBudget() / episodes.size()));
        Run[] runs = new Run[episodes.size()];
        for (int i = 0; i < runs.length; i++) {
            Examples e = episodes.get(i);
            NamedArrays start = starts.get(i);
            model.requireLearnedVariables(start, e.task(), e.parallel(), "episode " + i);
            int layerArrays = model.layerArrays(e.task());
            EpisodeMemory memory =
                    memory(metaVariables, e.task(), start, layerArrays, options.record());
            Run run =
                    layer.run(metaVariables, start.range(0, layerArrays), e, each, memory);
            runs[i] = new MemoryRun(run, memory, layerArrays);
        }
        return new CpuRollout(
                runs, List.copyOf(episodes), model.metaVariableLayout(), options);
    }

    private EpisodeMemory memory(
            NamedArrays metaVariables,
            TaskShape task,
            NamedArrays start,
            int layerArrays,
            boolean recorded) {
        NamedArrays own = start.range(layerArrays, start.layout().entries().size());
        return new EpisodeMemory(model, metaVariables, task, kernels, own, recorded);
    }

    @Override
    public LearnerStream open(NamedArrays metaVariables, TaskShape task, NamedArrays start) {
        metaVariables.requireLayout(model.metaVariableLayout(), "meta variables", "the learner");
        model.requireLearnedVariables(start, task, 1, "the learner's stream");
        int layerArrays = model.layerArrays(task);
        EpisodeMemory memory = memory(metaVariables, task, start, layerArrays, false);
        LearnerStream stream =
                layer.stream(metaVariables, task, start.range(0, layerArrays), memory);
        return new LearnerStream() {
            @Override
            public double[] predict(double[] input) {
                return stream.predict(input);
            }

            @Override
            public double[] learn(double[] input, int label) {
                return stream.learn(input, label);
            }

            @Override
            public NamedArrays learnedVariables() {
                return NamedArrays.concatenate(
                        List.of(stream.learnedVariables(), memory.learnedVariables()));
            }
        };
    }
}
