package org.vsml.cpu;

import java.lang.ref.SoftReference;
import java.util.List;
import org.vsml.core.ArrayLayout;
import org.vsml.core.ConstantInputs;
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

    /** The model of the inputs that take part. */
    private final Vsml present;

    private final TileKernels kernels;

    /** Of all runs; the collector may take them where memory is short. */
    private SoftReference<StateArrays> stateArrays = new SoftReference<>(null);

    CpuLearner(Vsml model, TileKernels kernels) {
        this.model = model;
        present = model.withDynamics(model.dynamics().withConstantInputs(ConstantInputs.TAKE_PART));
        this.kernels = kernels;
    }

    @Override
    public Vsml config() {
        return model;
    }

    @Override
    public Rollout run(
            NamedArrays metaVariables,
            List<NamedArrays> starts,
            List<Examples> episodes,
            RolloutOptions options) {
        ArrayLayout layout = metaVariableLayout();
        metaVariables.requireLayout(layout, "meta variables", "the learner");
        requireEpisodes(starts, episodes);
        RolloutOptions each =
                options.withMemoryBudget(Math.max(1, options.memoryBudget() / episodes.size()));
        Run[] runs = new Run[episodes.size()];
        for (int i = 0; i < runs.length; i++) {
            Examples e = episodes.get(i);
            runs[i] = runOrRest(metaVariables, starts.get(i), e, each, null);
        }
        return new CpuRollout(runs, List.copyOf(episodes), layout, options);
    }

    @Override
    public LearnerStream open(NamedArrays metaVariables, TaskShape task, NamedArrays start) {
        metaVariables.requireLayout(metaVariableLayout(), "meta variables", "the learner");
        requireLearnedVariables(start, task, 1, "the learner's stream");
        return stream(metaVariables, task, start, null);
    }

    /**
     * A run over one episode.
     *
     * @param memory what stands beside the layer, or null
     */
    Run runOrRest(
            NamedArrays metaVariables,
            NamedArrays start,
            Examples examples,
            RolloutOptions options,
            MemoryView memory) {
        return model.inputsRest()
                ? new RestingRun(this, metaVariables, start, examples, options, memory)
                : run(metaVariables, start, examples, options, memory);
    }

    /**
     * A stream.
     *
     * @param memory what stands beside the layer, or null
     */
    LearnerStream stream(
            NamedArrays metaVariables, TaskShape task, NamedArrays start, MemoryView memory) {
        return model.inputsRest()
                ? new RestingStream(this, metaVariables, task, start, memory)
                : presentStream(metaVariables, task, start, memory);
    }

    /** The learned variables of inputs that take part. */
    ArrayLayout presentLayout(TaskShape task, int parallel) {
        return present.learnedVariableLayout(task, parallel);
    }

    /** A run in which all inputs take part. */
    EpisodeRun run(
            NamedArrays metaVariables,
            NamedArrays start,
            Examples examples,
            RolloutOptions options,
            MemoryView memory) {
        return new EpisodeRun(
                new Network(present, metaVariables, examples.task(), kernels),
                kernels.accumulatorWidth(),
                start,
                examples,
                options,
                stateArrays(),
                memory);
    }

    synchronized StateArrays stateArrays() {
        StateArrays arrays = stateArrays.get();
        if (arrays == null) {
            arrays = new StateArrays();
            stateArrays = new SoftReference<>(arrays);
        }
        return arrays;
    }

    /** A stream in which all inputs take part. */
    CpuStream presentStream(
            NamedArrays metaVariables, TaskShape task, NamedArrays start, MemoryView memory) {
        return new CpuStream(new Network(present, metaVariables, task, kernels), start, memory);
    }
}
