package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.databind.annotation.JsonDeserialize;
import org.nd4j.shade.jackson.databind.annotation.JsonSerialize;
import org.vsml.core.Architecture;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Engine;
import org.vsml.core.HiddenLayer;
import org.vsml.core.InputShape;
import org.vsml.core.LearnerConfig;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.RolloutOptions;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;

/**
 * A whole VSML network as one recurrent layer: episodes in, predictions out.
 *
 * <ul>
 *   <li>input: [episodes, features + classes, T], example t beside its one-hot label t (all 0 where
 *       it is not known); two separate inputs are joined by {@link VsmlVertex}
 *   <li>output: logits [episodes, classes, T], each made before the layer sees the label of its
 *       step: put a {@code RnnLossLayer} with softmax and cross-entropy behind it
 *   <li>parameters: V_M, named as in {@link Vsml#metaVariableLayout} with '-' for '_'. Their number
 *       does not depend on features or classes
 *   <li>state: V_L. Every sequence starts from fresh learned variables; {@code rnnTimeStep} and
 *       truncated back-propagation go on from where they were. As a map it has arrays [episodes,
 *       ...]; where they grow along a stream, as those of a memory do, {@code rows} [episodes] says
 *       how many rows each episode has
 *   <li>masked steps are skipped: they change no state, and their output is 0
 * </ul>
 *
 * <p>So {@code fit} is meta-training, with the exact gradient through all T examples (truncated
 * back-propagation is chosen in the network's configuration, as ever), and {@code rnnTimeStep} is
 * online learning. The meta loss of Deeplearning4j's loss layers is the sum over an episode's steps
 * where the paper has the mean.
 *
 * <p>It computes in the network's data type, float or double, on the engine that {@link
 * Engine#auto} finds. The weight initialisation, bias and activation settings of Deeplearning4j do
 * not apply; updaters, regularisation, weight noise and constraints do. Dropout is refused: it
 * would drop labels.
 */
public final class VsmlLayer extends BaseRecurrentLayer {

    private static final long serialVersionUID = 1L;

    @JsonSerialize(using = ModelJson.Writer.class)
    @JsonDeserialize(using = ModelJson.Reader.class)
    private String model = ModelJson.write(Vsml.PAPER);

    private String algorithm;
    private int imageHeight;
    private int imageWidth;
    private int imageChannels;
    private long startSeed;
    private StartSeeds startSeeds = StartSeeds.SAME;
    private long memoryBudget = RolloutOptions.DEFAULT_MEMORY_BUDGET;

    /** For JSON. */
    private VsmlLayer() {}

    private VsmlLayer(Builder builder) {
        super(builder);
        model = ModelJson.write(builder.model);
        algorithm = builder.algorithm;
        if (builder.images != null) {
            imageHeight = builder.images.height();
            imageWidth = builder.images.width();
            imageChannels = builder.images.channels();
        }
        startSeed = builder.startSeed;
        startSeeds = builder.startSeeds;
        memoryBudget = builder.memoryBudget;
        initializeConstraints(builder);
    }

    /** The learner whose V_M the parameters are: a {@link Vsml}, unless an algorithm said else. */
    public LearnerConfig learnerConfig() {
        return ModelJson.read(model);
    }

    /**
     * The model whose V_M the parameters are.
     *
     * @throws IllegalStateException if the layer runs another kind of learner
     */
    public Vsml model() {
        if (learnerConfig() instanceof Vsml vsml) {
            return vsml;
        }
        throw new IllegalStateException(
                describe()
                        + " runs no learner of type vsml but "
                        + model
                        + ": use learnerConfig()");
    }

    ArrayLayout metaVariableLayout() {
        return learnerConfig().metaVariableLayout();
    }

    /** What the layer is asked to learn: the shape of an example and the number of classes. */
    public TaskShape task() {
        return sizes().task();
    }

    NamedArrays initialMetaVariables(RandomGenerator random) {
        return sizes().initialMetaVariables(learnerConfig(), algorithm, random);
    }

    @Override
    public Layer instantiate(
            NeuralNetConfiguration configuration,
            Collection<TrainingListener> listeners,
            int index,
            INDArray parameters,
            boolean initialise,
            DataType type) {
        checkSizes();
        sizes().requireFloatOrDouble(type);
        require(
                getIDropout() == null,
                "%s cannot have dropout, which would drop labels: set dropOut on the layers that should have it, not on the"
                        + " whole network",
                describe());
        VsmlLayerRuntime layer = new VsmlLayerRuntime(configuration, type);
        layer.setListeners(listeners);
        layer.setIndex(index);
        layer.setParamsViewArray(parameters);
        layer.setParamTable(initializer().init(configuration, parameters, initialise));
        layer.setConf(configuration);
        return layer;
    }

    @Override
    public ParamInitializer initializer() {
        return MetaVariableInitializer.INSTANCE;
    }

    @Override
    public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
        sizes().requireEpisodes(inputType);
        return null;
    }

    @Override
    public void setNIn(InputType inputType, boolean override) {
        InputType.InputTypeRecurrent type = sizes().requireEpisodes(inputType);
        if (nIn <= 0 || override) {
            nIn = type.getSize();
        }
        rnnDataFormat = RNNFormat.NCW;
        if (imageHeight == 0
                && type instanceof ImageEpisodes episodes
                && learnerConfig() instanceof Vsml vsml
                && vsml.architecture().hidden().stream().anyMatch(HiddenLayer::readsImages)) {
            imageHeight = episodes.images().height();
            imageWidth = episodes.images().width();
            imageChannels = episodes.images().channels();
        }
        checkSizes();
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        InputType.InputTypeRecurrent type = sizes().requireEpisodes(inputType);
        require(
                type.getSize() == nIn,
                "%s has nIn = features + classes = %d, got data of size %d",
                describe(),
                nIn,
                type.getSize());
        return InputType.recurrent(nOut, type.getTimeSeriesLength(), RNNFormat.NCW);
    }

    /**
     * {@inheritDoc}
     *
     * <p>Working memory is that of V_L, and for training the states of every step up to the memory
     * budget.
     */
    @Override
    public LayerMemoryReport getMemoryReport(InputType inputType) {
        InputType.InputTypeRecurrent type = sizes().requireEpisodes(inputType);
        long steps = Math.max(1, type.getTimeSeriesLength());
        long parameters = initializer().numParams(this);
        long state = learnerConfig().learnedVariableLayout(task(), 1).size();
        long recorded = Math.min(state * steps, memoryBudget / Float.BYTES);
        long updater = getIUpdater() == null ? 0 : getIUpdater().stateSize(parameters);
        return new LayerMemoryReport.Builder(
                        getLayerName(), VsmlLayer.class, inputType, getOutputType(-1, inputType))
                .standardMemory(parameters, updater)
                .workingMemory(0, 2 * state, 0, 2 * state + recorded)
                .cacheMemory(0, 0)
                .build();
    }

    @Override
    public VsmlLayer clone() {
        return (VsmlLayer) super.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VsmlLayer layer
                && super.equals(layer)
                && model.equals(layer.model)
                && Objects.equals(algorithm, layer.algorithm)
                && imageHeight == layer.imageHeight
                && imageWidth == layer.imageWidth
                && imageChannels == layer.imageChannels
                && startSeed == layer.startSeed
                && startSeeds == layer.startSeeds
                && memoryBudget == layer.memoryBudget;
    }

    @Override
    protected boolean canEqual(Object other) {
        return other instanceof VsmlLayer;
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), model, algorithm, startSeed, startSeeds);
    }

    @Override
    public String toString() {
        return String.format(
                "VsmlLayer(name=%s, nIn=%d, nOut=%d, model=%s)",
                getLayerName(), getNIn(), getNOut(), model);
    }

    /** For JSON: the model as text. */
    public String getModel() {
        return model;
    }

    /** For JSON: name of the algorithm on the class path that gives the initial V_M, or null. */
    public String getAlgorithm() {
        return algorithm;
    }

    /** For JSON: rows of an image, 0 if examples are vectors. */
    public int getImageHeight() {
        return imageHeight;
    }

    /** For JSON: columns of an image. */
    public int getImageWidth() {
        return imageWidth;
    }

    /** For JSON: channels of an image. */
    public int getImageChannels() {
        return imageChannels;
    }

    /** Seed of the learned variables that episodes start from. */
    public long getStartSeed() {
        return startSeed;
    }

    /** How episodes' starts differ. */
    public StartSeeds getStartSeeds() {
        return startSeeds;
    }

    /** Bytes that a recording for back-propagation may take. */
    public long getMemoryBudget() {
        return memoryBudget;
    }

    private String describe() {
        return "VsmlLayer \"" + getLayerName() + "\"";
    }

    private EpisodeSizes sizes() {
        return EpisodeSizes.of(describe(), nIn, nOut, imageHeight, imageWidth, imageChannels);
    }

    private void checkSizes() {
        sizes().requireNcw(rnnDataFormat);
        sizes().check();
    }

    /** Builds a {@link VsmlLayer}; only nOut (the number of classes) has to be set. */
    @SuppressWarnings("unchecked") // Deeplearning4j's build() has an unchecked return type
    public static final class Builder extends BaseRecurrentLayer.Builder<Builder> {

        private LearnerConfig model = Vsml.PAPER;
        private String algorithm;
        private InputShape images;
        private long startSeed;
        private StartSeeds startSeeds = StartSeeds.SAME;
        private long memoryBudget = RolloutOptions.DEFAULT_MEMORY_BUDGET;

        /** A layer of the paper's model, with random initial V_M. */
        public Builder() {}

        /**
         * Number of features of an example and of classes: {@code nIn(features +
         * classes).nOut(classes)}.
         */
        public Builder task(int features, int classes) {
            return nIn(features + classes).nOut(classes);
        }

        /**
         * The model: sub-RNN, architecture, dynamics; V_M starts random. Any other learner of the
         * contract will do, such as the Hebbian fast weights of the baselines: the layer's
         * parameters are then that learner's meta variables, and its state what the learner keeps
         * of an episode. Whatever must be known of the task (its largest number of inputs and
         * classes) is in the learner's own configuration.
         */
        public Builder model(LearnerConfig value) {
            model = value;
            algorithm = null;
            return this;
        }

        /**
         * The model's hidden layers, bottom first. They are inside this one layer, since messages
         * travel backward too.
         */
        public Builder hidden(HiddenLayer... layers) {
            model = model.withArchitecture(new Architecture(List.of(layers)));
            return this;
        }

        /**
         * Starts from a learning algorithm on the class path instead of random V_M, and takes its
         * model. One that only runs forward, such as {@code backprop-1}, learns by {@code
         * rnnTimeStep}, and {@code fit} refuses it.
         *
         * @param name such as {@code general-1}
         */
        public Builder algorithm(String name) {
            model = LearningAlgorithm.fromResource(name).config();
            algorithm = name;
            return this;
        }

        /** Starts from random V_M after all, with the model as it is. */
        public Builder randomMetaVariables() {
            algorithm = null;
            return this;
        }

        /**
         * Examples are images, features in Deeplearning4j's order (channel, row, column); for
         * convolutional architectures. Not needed behind a {@link VsmlVertex} whose examples have a
         * convolutional input type.
         */
        public Builder images(int height, int width, int channels) {
            images = new InputShape(height, width, channels);
            return this;
        }

        /**
         * Seed of the learned variables that episodes start from, in training and in use; default
         * 0.
         */
        public Builder startSeed(long seed) {
            startSeed = seed;
            return this;
        }

        /** How episodes' starts differ; default {@link StartSeeds#SAME}. */
        public Builder startSeeds(StartSeeds seeds) {
            startSeeds = seeds;
            return this;
        }

        /** Bytes that a recording for back-propagation may take; default 512 MB. */
        public Builder memoryBudget(long bytes) {
            memoryBudget = bytes;
            return this;
        }

        @Override
        public VsmlLayer build() {
            require(model != null && startSeeds != null, "model and startSeeds must not be null");
            require(memoryBudget > 0, "memoryBudget must be positive, got %d", memoryBudget);
            require(
                    activationFn == null || activationFn instanceof ActivationIdentity,
                    "a VsmlLayer gives logits and takes no activation, got %s: give it to the RnnLossLayer behind it",
                    activationFn);
            activationFn = new ActivationIdentity();
            return new VsmlLayer(this);
        }
    }
}
