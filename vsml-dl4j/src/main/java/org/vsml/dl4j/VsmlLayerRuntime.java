package org.vsml.dl4j;

import static org.vsml.core.Checks.require;
import static org.vsml.dl4j.Arrays3d.outsideWorkspaces;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.recurrent.BaseRecurrentLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Engine;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.NamedArrays;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.TaskShape;

/**
 * A {@link VsmlLayer} at work: hands episodes to an engine and its gradients back. The recording of
 * a training pass is kept until the backward pass, or until the network clears the layer.
 */
final class VsmlLayerRuntime extends BaseRecurrentLayer<VsmlLayer> {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(VsmlLayer.class);

    /**
     * What was run last. {@code rollout} is of the running episodes; null if it is not recorded, or
     * every step is masked.
     */
    private record Pass(
            INDArray input,
            EpisodeBatch batch,
            List<NamedArrays> starts,
            boolean recorded,
            Rollout rollout) {}

    private transient ArrayLayout metaVariableLayout;
    private transient Learner learner;
    private transient TaskShape task;
    private transient EpisodeStarts episodeStarts;
    private transient Pass pass;
    private transient TimeStepState timeStepState;
    private transient LearnedState truncatedState;
    private transient boolean toldOfEpisodes;
    private transient boolean toldOfSteps;

    VsmlLayerRuntime(NeuralNetConfiguration configuration, DataType type) {
        super(configuration, type);
    }

    @Override
    public boolean isPretrainLayer() {
        return false;
    }

    @Override
    public Type type() {
        return Type.RECURRENT;
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        assertInputSet(false);
        checkSteps(training);
        return outsideWorkspaces(() -> forward(null, training, false, workspaces).getFirst());
    }

    /**
     * Of an episode of one step the only prediction is made before any label was seen. That is
     * hardly meant: activations and labels [rows, ...] were taken for so many episodes.
     */
    private void checkSteps(boolean training) {
        if (input.rank() != 3 || input.size(2) != 1) {
            return;
        }
        String message =
                String.format(
                        "%s: %d episodes of one step each (T = 1), of which nothing can be learned. For one episode of %d"
                                + " examples the labels must be [1, classes, %d], not [%d, classes]",
                        layerId(), input.size(0), input.size(0), input.size(0), input.size(0));
        require(!training, "%s", message);
        if (input.size(0) > 1 && !toldOfSteps) {
            toldOfSteps = true;
            LOG.warn(message);
        }
    }

    @Override
    public INDArray rnnActivateUsingStoredState(
            INDArray stepInput, boolean training, boolean store, LayerWorkspaceMgr workspaces) {
        setInput(stepInput, workspaces);
        Pair<INDArray, List<NamedArrays>> result =
                outsideWorkspaces(
                        () -> forward(episodes(truncatedState), training, store, workspaces));
        if (store) {
            truncatedState = state(result.getSecond());
        }
        return result.getFirst();
    }

    @Override
    public INDArray rnnTimeStep(INDArray stepInput, LayerWorkspaceMgr workspaces) {
        setInput(stepInput, workspaces);
        EpisodeBatch batch = readInput();
        if (batch.episodes() > 1 && !toldOfEpisodes) {
            toldOfEpisodes = true;
            LOG.warn(
                    "{}: rnnTimeStep got {} rows, which are {} separate episodes, each with learned variables of its own."
                            + " The examples of one stream go in one after the other",
                    layerId(),
                    batch.episodes(),
                    batch.episodes());
        }
        if (batch.steps() == 1) {
            return outsideWorkspaces(() -> oneStep(batch, workspaces));
        }
        Pair<INDArray, List<NamedArrays>> result =
                outsideWorkspaces(() -> forward(timeSteps().episodes(), false, true, workspaces));
        timeSteps().set(state(result.getSecond()));
        return result.getFirst();
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaces) {
        return outsideWorkspaces(() -> backward(epsilon, 0, workspaces));
    }

    /**
     * {@inheritDoc} As Deeplearning4j's own layers do, goes back over the last {@code length} steps
     * only.
     */
    @Override
    public Pair<Gradient, INDArray> tbpttBackpropGradient(
            INDArray epsilon, int length, LayerWorkspaceMgr workspaces) {
        return outsideWorkspaces(() -> backward(epsilon, length, workspaces));
    }

    /** Masked steps are skipped here; what comes after need not mask them again. */
    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArray(
            INDArray mask, MaskState state, int minibatchSize) {
        maskArray = mask;
        maskState = state;
        return new Pair<>(mask, MaskState.Passthrough);
    }

    @Override
    public void setParams(INDArray values) {
        if (values != paramsFlattened) {
            setParams(values, 'c');
        }
    }

    @Override
    public void clear() {
        super.clear();
        dropPass();
    }

    @Override
    public Map<String, INDArray> rnnGetPreviousState() {
        List<NamedArrays> episodes = timeSteps().episodes();
        return episodes == null ? Collections.emptyMap() : state(episodes);
    }

    @Override
    public void rnnSetPreviousState(Map<String, INDArray> state) {
        timeSteps().set(LearnedState.of(state, learner().config(), task(), dataType, layerId()));
    }

    @Override
    public void rnnClearPreviousState() {
        timeSteps().set(null);
        truncatedState = null;
    }

    @Override
    public Map<String, INDArray> rnnGetTBPTTState() {
        return truncatedState == null ? Collections.emptyMap() : truncatedState;
    }

    @Override
    public void rnnSetTBPTTState(Map<String, INDArray> state) {
        truncatedState = LearnedState.of(state, learner().config(), task(), dataType, layerId());
    }

    NamedArrays copyMetaVariables() {
        return new NamedArrays(metaVariableLayout(), Arrays3d.rowMajor(paramsFlattened));
    }

    void setMetaVariables(NamedArrays metaVariables) {
        metaVariables.requireLayout(metaVariableLayout(), "meta variables", layerId());
        Arrays3d.assign(paramsFlattened, metaVariables.values(), 'c');
    }

    /**
     * Runs the input.
     *
     * @param from where to start from; null for fresh learned variables
     * @param wantsEnds whether the second of what it returns, V_L after the last step, is needed
     */
    private Pair<INDArray, List<NamedArrays>> forward(
            List<NamedArrays> from,
            boolean training,
            boolean wantsEnds,
            LayerWorkspaceMgr workspaces) {
        dropPass();
        EpisodeBatch batch = readInput();
        List<NamedArrays> starts = from == null ? freshStarts(batch.episodes(), training) : from;
        batch.requireEpisodes(starts.size(), layerId());
        RolloutOptions options = training ? gradientOptions() : RolloutOptions.FORWARD;
        Rollout rollout = run(batch, starts, options, training, workspaces);
        double[] logits = new double[batch.episodes() * task().classes() * batch.steps()];
        List<NamedArrays> ends = new ArrayList<>(starts);
        int[] running = batch.running();
        for (int i = 0; i < running.length; i++) {
            batch.scatterClasses(rollout.logits(i), running[i], logits);
            if (wantsEnds) {
                ends.set(running[i], rollout.learnedVariables(i));
            }
        }
        if (!training && rollout != null) {
            rollout.close();
        }
        pass = new Pass(input, batch, starts, training, training ? rollout : null);
        long[] shape = {batch.episodes(), task().classes(), batch.steps()};
        INDArray output =
                workspaces.createUninitialized(ArrayType.ACTIVATIONS, dataType, shape, 'f');
        Arrays3d.assign(output, logits, 'f');
        return new Pair<>(output, ends);
    }

    private Pair<Gradient, INDArray> backward(
            INDArray epsilon, int length, LayerWorkspaceMgr workspaces) {
        assertInputSet(true);
        EpisodeBatch batch = pass != null && pass.input() == input ? pass.batch() : readInput();
        int from = length > 0 ? Math.max(0, batch.steps() - length) : 0;
        EpisodeBatch window = from == 0 ? batch : batch.window(from, batch.steps());
        double[] metaGradient = new double[Math.toIntExact(numParams())];
        double[] inputGradient =
                new double[batch.episodes() * (task().inputs() + task().classes()) * batch.steps()];
        try (Rollout rollout = recording(batch, from, window, workspaces)) {
            if (rollout != null) {
                double[] all = Arrays3d.rowMajor(epsilon.permute(0, 2, 1));
                int[] running = window.running();
                List<double[]> logitGradients = new ArrayList<>();
                for (int episode : running) {
                    logitGradients.add(window.gatherClasses(all, episode));
                }
                Rollout.Gradient gradient = rollout.backward(logitGradients);
                metaGradient = gradient.metaVariables();
                for (int i = 0; i < running.length; i++) {
                    window.scatterInputs(gradient.inputs().get(i), running[i], inputGradient);
                }
            }
        } finally {
            pass = null;
            weightNoiseParams.clear();
        }
        Arrays3d.assign(gradientsFlattened, metaGradient, 'c');
        Gradient result = new DefaultGradient();
        gradientViews.forEach((name, view) -> result.setGradientFor(name, view, 'c'));
        INDArray below =
                workspaces.createUninitialized(
                        ArrayType.ACTIVATION_GRAD, dataType, input.shape(), 'f');
        Arrays3d.assign(below, inputGradient, 'f');
        return new Pair<>(result, below);
    }

    /**
     * The recorded pass, or another one if the forward pass was not in training or must be cut into
     * two.
     */
    private Rollout recording(
            EpisodeBatch batch, int from, EpisodeBatch window, LayerWorkspaceMgr workspaces) {
        boolean same = pass != null && pass.input() == input;
        if (same && pass.recorded() && from == 0) {
            return pass.rollout();
        }
        List<NamedArrays> starts = same ? pass.starts() : freshStarts(batch.episodes(), true);
        dropPass();
        if (from > 0) {
            EpisodeBatch before = batch.window(0, from);
            starts = new ArrayList<>(starts);
            try (Rollout first = run(before, starts, RolloutOptions.FORWARD, true, workspaces)) {
                int[] running = before.running();
                for (int i = 0; i < running.length; i++) {
                    starts.set(running[i], first.learnedVariables(i));
                }
            }
        }
        return run(window, starts, gradientOptions(), true, workspaces);
    }

    /** Runs the episodes that have steps; null if none has. */
    private Rollout run(
            EpisodeBatch batch,
            List<NamedArrays> starts,
            RolloutOptions options,
            boolean training,
            LayerWorkspaceMgr workspaces) {
        List<NamedArrays> begin = new ArrayList<>();
        List<Examples> examples = new ArrayList<>();
        for (int episode : batch.running()) {
            begin.add(starts.get(episode));
            examples.add(batch.examples(episode));
        }
        return begin.isEmpty()
                ? null
                : learner().run(metaVariables(training, workspaces), begin, examples, options);
    }

    /**
     * One example for each episode, through streams that keep the learned variables where the
     * engine wants them.
     */
    private INDArray oneStep(EpisodeBatch batch, LayerWorkspaceMgr workspaces) {
        double[] logits =
                timeSteps()
                        .step(
                                metaVariables(false, workspaces),
                                batch,
                                () -> freshStarts(batch.episodes(), false),
                                layerId());
        long[] shape = {batch.episodes(), task().classes(), 1};
        INDArray output =
                workspaces.createUninitialized(ArrayType.ACTIVATIONS, dataType, shape, 'f');
        Arrays3d.assign(output, logits, 'f');
        return output;
    }

    private static List<NamedArrays> episodes(LearnedState state) {
        return state == null ? null : state.episodes();
    }

    private LearnedState state(List<NamedArrays> episodes) {
        return new LearnedState(episodes, learner().config(), task(), dataType);
    }

    private List<NamedArrays> freshStarts(int episodes, boolean training) {
        if (episodeStarts == null) {
            episodeStarts = new EpisodeStarts(layerConf(), learner());
        }
        return training
                ? episodeStarts.forTraining(episodes, getIterationCount())
                : episodeStarts.forInference(episodes);
    }

    private NamedArrays metaVariables(boolean training, LayerWorkspaceMgr workspaces) {
        if (layerConf().getWeightNoise() == null) {
            return copyMetaVariables();
        }
        NamedArrays result = NamedArrays.zeros(metaVariableLayout());
        int offset = 0;
        for (String name : params.keySet()) {
            double[] values = Arrays3d.rowMajor(getParamWithNoise(name, training, workspaces));
            System.arraycopy(values, 0, result.values(), offset, values.length);
            offset += values.length;
        }
        return result;
    }

    private RolloutOptions gradientOptions() {
        return RolloutOptions.GRADIENT
                .withInputGradient(true)
                .withMemoryBudget(layerConf().getMemoryBudget());
    }

    private EpisodeBatch readInput() {
        return EpisodeBatch.read(input, maskArray, task(), layerId());
    }

    private void dropPass() {
        if (pass != null && pass.rollout() != null) {
            pass.rollout().close();
        }
        pass = null;
    }

    private ArrayLayout metaVariableLayout() {
        if (metaVariableLayout == null) {
            metaVariableLayout = layerConf().metaVariableLayout();
        }
        return metaVariableLayout;
    }

    private TaskShape task() {
        if (task == null) {
            task = layerConf().task();
        }
        return task;
    }

    private Learner learner() {
        if (learner == null) {
            Engine engine = Engine.auto(EpisodeSizes.precision(dataType));
            learner = layerConf().learnerConfig().learner(engine);
        }
        return learner;
    }

    private TimeStepState timeSteps() {
        if (timeStepState == null) {
            timeStepState = new TimeStepState(learner(), task());
        }
        return timeStepState;
    }
}
