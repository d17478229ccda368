package org.vsml.cpu;

import java.util.List;
import org.vsml.core.ConditionedEpisode;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.LearnerConfig;
import org.vsml.core.LearnerStream;
import org.vsml.core.NamedArrays;
import org.vsml.core.OpinionPool;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.RunningDiscriminant;
import org.vsml.core.RunningStatistics;
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
        requireEpisodes(starts, episodes);
        RolloutOptions each =
                options.withMemoryBudget(Math.max(1, options.memoryBudget() / episodes.size()));
        Run[] runs = new Run[episodes.size()];
        for (int i = 0; i < runs.length; i++) {
            Examples e = episodes.get(i);
            NamedArrays start = starts.get(i);
            runs[i] = run(metaVariables, start, e, each);
        }
        return new CpuRollout(runs, List.copyOf(episodes), model.metaVariableLayout(), options);
    }

    private MemoryRun run(
            NamedArrays metaVariables,
            NamedArrays start,
            Examples examples,
            RolloutOptions options) {
        TaskShape task = examples.task();
        MemoryInputs inputs =
                new MemoryInputs(examples.length(), task.inputs(), options.inputGradient());
        ConditionedEpisode conditioned =
                ConditionedEpisode.of(
                        model.conditioning(),
                        start,
                        examples,
                        options,
                        (example, statistics) ->
                                inputs.set(
                                        example,
                                        examples.inputs(),
                                        example * task.inputs(),
                                        statistics));
        inputs.setStandardised(conditioned.standardised().inputs());
        EpisodeMemory memory = memory(metaVariables, task, start, options.record());
        Run run =
                layer.runOrRest(
                        metaVariables,
                        model.ofLayer(start, task),
                        conditioned.standardised(),
                        options,
                        MemoryView.whole(memory, inputs));
        OpinionPool pool = OpinionPool.of(model, task, start, options.record());
        return new MemoryRun(model, conditioned, inputs, run, memory, pool, options);
    }

    private EpisodeMemory memory(
            NamedArrays metaVariables, TaskShape task, NamedArrays start, boolean recorded) {
        RunningDiscriminant discriminant =
                model.discriminant() == null
                        ? null
                        : RunningDiscriminant.of(model.discriminant(), task, start);
        return new EpisodeMemory(
                model,
                metaVariables,
                task,
                kernels,
                model.ofMemory(start, task),
                discriminant,
                recorded);
    }

    @Override
    public LearnerStream open(NamedArrays metaVariables, TaskShape task, NamedArrays start) {
        metaVariables.requireLayout(model.metaVariableLayout(), "meta variables", "the learner");
        model.requireLearnedVariables(start, task, 1, "the learner's stream");
        MemoryInputs inputs = new MemoryInputs(1, task.inputs(), false);
        EpisodeMemory memory = memory(metaVariables, task, start, false);
        LearnerStream stream =
                layer.stream(
                        metaVariables,
                        task,
                        model.ofLayer(start, task),
                        MemoryView.whole(memory, inputs));
        return new MemoryStream(
                model,
                task,
                RunningStatistics.of(model.conditioning(), task.input(), start),
                inputs,
                stream,
                memory,
                OpinionPool.of(model, task, start, false));
    }
}
