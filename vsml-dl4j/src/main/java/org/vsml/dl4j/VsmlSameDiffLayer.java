package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.databind.annotation.JsonDeserialize;
import org.nd4j.shade.jackson.databind.annotation.JsonSerialize;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Engine;
import org.vsml.core.InputShape;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;
import org.vsml.episode.Seeds;
import org.vsml.samediff.StepGraph;
import org.vsml.samediff.VsmlFunction;

/**
 * A VSML network as one of Deeplearning4j's SameDiff layers, for tools and graphs that expect one:
 * the operations of every step stand in the layer's SameDiff graph. Input, output and parameters
 * are those of {@link VsmlLayer}, and so are values and gradients; take that one wherever there is
 * a choice. It is faster by far, keeps its state in {@code rnnTimeStep} and truncated
 * back-propagation, and knows masks; this layer starts every sequence anew and refuses masks. Its
 * graph grows with T, and there is one for each shape of input.
 */
public final class VsmlSameDiffLayer extends SameDiffLayer {

    private static final long serialVersionUID = 1L;

    @JsonSerialize(using = ModelJson.Writer.class)
    @JsonDeserialize(using = ModelJson.Reader.class)
    private String model = ModelJson.write(Vsml.PAPER);

    private String algorithm;
    private long nIn;
    private long nOut;
    private int imageHeight;
    private int imageWidth;
    private int imageChannels;
    private long seed;
    private long startSeed;

    /** Of the graph that a network's layer is about to define. */
    private transient long episodesInUse;

    /** For JSON. */
    private VsmlSameDiffLayer() {}

    private VsmlSameDiffLayer(Builder builder) {
        super(builder);
        model = ModelJson.write(builder.model);
        algorithm = builder.algorithm;
        nIn = builder.nIn;
        nOut = builder.nOut;
        if (builder.images != null) {
            imageHeight = builder.images.height();
            imageWidth = builder.images.width();
            imageChannels = builder.images.channels();
        }
        seed = builder.seed;
        startSeed = builder.startSeed;
    }

    /** The model whose V_M the parameters are. */
    public Vsml model() {
        return (Vsml) ModelJson.read(model);
    }

    /** What the layer is asked to learn: the shape of an example and the number of classes. */
    public TaskShape task() {
        return sizes().task();
    }

    @Override
    public void defineParameters(SDLayerParams parameters) {
        for (ArrayLayout.Entry entry : model().metaVariableLayout().entries()) {
            String key = MetaVariableInitializer.key(entry);
            if (MetaVariableInitializer.INSTANCE.isWeightParam(this, key)) {
                parameters.addWeightParam(key, MetaVariableInitializer.shape(entry));
            } else {
                parameters.addBiasParam(key, MetaVariableInitializer.shape(entry));
            }
        }
    }

    @Override
    public void initializeParameters(Map<String, INDArray> parameters) {
        Vsml vsml = model();
        NamedArrays start = sizes().initialMetaVariables(vsml, algorithm, Seeds.generator(seed));
        for (ArrayLayout.Entry entry : start.layout().entries()) {
            Arrays3d.assign(
                    parameters.get(MetaVariableInitializer.key(entry)),
                    start.array(entry.name()),
                    'c');
        }
    }

    /**
     * {@inheritDoc}
     *
     * @param input [episodes, features + classes, T], T known; the number of episodes too, unless a
     *     network's layer has said it
     */
    @Override
    public SDVariable defineLayer(
            SameDiff sameDiff,
            SDVariable input,
            Map<String, SDVariable> parameters,
            SDVariable mask) {
        long[] shape = input.getShape();
        long rows = shape[0] > 0 ? shape[0] : episodesInUse;
        require(
                rows > 0 && shape[2] > 0,
                "%s is defined for a number of episodes and steps, got an input %s",
                describe(),
                Arrays.toString(shape));
        int episodes = Math.toIntExact(rows);
        int steps = Math.toIntExact(shape[2]);
        DataType type = input.dataType();
        TaskShape task = task();
        Vsml vsml = model();
        Map<String, SDVariable> metaVariables = new LinkedHashMap<>();
        for (ArrayLayout.Entry entry : vsml.metaVariableLayout().entries()) {
            metaVariables.put(
                    entry.name(),
                    parameters
                            .get(MetaVariableInitializer.key(entry))
                            .reshape(
                                    entry.shape().stream()
                                            .mapToLong(Integer::longValue)
                                            .toArray()));
        }
        NamedArrays start =
                vsml.learner(Engine.auto(EpisodeSizes.precision(type)))
                        .initialLearnedVariables(task, 1, Seeds.generator(startSeed));
        Map<String, SDVariable> learned =
                VsmlFunction.learnedVariables(sameDiff, Collections.nCopies(episodes, start), type);
        int features = task.inputs();
        SDVariable byStep = sameDiff.permute(input, 0, 2, 1);
        SDVariable examples =
                sameDiff.slice(byStep, new int[] {0, 0, 0}, episodes, steps, features);
        SDVariable labels =
                sameDiff.slice(byStep, new int[] {0, 0, features}, episodes, steps, task.classes());
        InputShape image = task.input();
        if (image.channels() > 1) {
            examples =
                    sameDiff.permute(
                                    examples.reshape(
                                            episodes * steps,
                                            image.channels(),
                                            image.height() * image.width()),
                                    0,
                                    2,
                                    1)
                            .reshape(episodes, steps, features);
        }
        StepGraph graph = new StepGraph(sameDiff, type, task, episodes, 1, metaVariables, learned);
        SDVariable logits = VsmlFunction.unroll(vsml, graph, examples, labels, steps).logits();
        SDVariable output = sameDiff.permute(logits, 0, 2, 1);
        // Deeplearning4j wants a gradient of every parameter, of those too that no output needs.
        for (SDVariable parameter : parameters.values()) {
            output = output.add(parameter.sum().mul(0));
        }
        return sameDiff.identity("vsml-logits", output);
    }

    void setEpisodesInUse(long episodes) {
        episodesInUse = episodes;
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
        VsmlSameDiffRuntime layer = new VsmlSameDiffRuntime(configuration, type);
        layer.setListeners(listeners);
        layer.setIndex(index);
        layer.setParamsViewArray(parameters);
        layer.setParamTable(initializer().init(configuration, parameters, initialise));
        layer.setConf(configuration);
        return layer;
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArray(
            INDArray mask, MaskState state, int minibatchSize) {
        require(
                mask == null,
                "%s knows no masks: take a VsmlLayer, or episodes of one length",
                describe());
        return null;
    }

    @Override
    public void validateInput(INDArray input) {
        require(
                input.rank() == 3 && input.size(1) == nIn,
                "%s expects [episodes, features + classes, T] = [episodes, %d + %d, T], got %s",
                describe(),
                nIn - nOut,
                nOut,
                Arrays.toString(input.shape()));
    }

    @Override
    public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
        sizes().requireEpisodes(inputType);
        return null;
    }

    @Override
    public void setNIn(InputType inputType, boolean override) {
        if (nIn <= 0 || override) {
            nIn = sizes().requireEpisodes(inputType).getSize();
        }
        checkSizes();
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        return InputType.recurrent(
                nOut, sizes().requireEpisodes(inputType).getTimeSeriesLength(), RNNFormat.NCW);
    }

    private EpisodeSizes sizes() {
        return EpisodeSizes.of(describe(), nIn, nOut, imageHeight, imageWidth, imageChannels);
    }

    private void checkSizes() {
        sizes().check();
    }

    private String describe() {
        return "VsmlSameDiffLayer \"" + getLayerName() + "\"";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VsmlSameDiffLayer layer
                && super.equals(layer)
                && model.equals(layer.model)
                && Objects.equals(algorithm, layer.algorithm)
                && nIn == layer.nIn
                && nOut == layer.nOut
                && imageHeight == layer.imageHeight
                && imageWidth == layer.imageWidth
                && imageChannels == layer.imageChannels
                && seed == layer.seed
                && startSeed == layer.startSeed;
    }

    @Override
    protected boolean canEqual(Object other) {
        return other instanceof VsmlSameDiffLayer;
    }

    @Override
    public int hashCode() {
        return Objects.hash(super.hashCode(), model, algorithm, nIn, nOut, seed, startSeed);
    }

    @Override
    public String toString() {
        return "VsmlSameDiffLayer(name=" + getLayerName() + ", nIn=" + nIn + ", nOut=" + nOut + ")";
    }

    /** For JSON: the model as text. */
    public String getModel() {
        return model;
    }

    /** For JSON: name of the algorithm on the class path that gives the initial V_M, or null. */
    public String getAlgorithm() {
        return algorithm;
    }

    /** Features and classes. */
    public long getNIn() {
        return nIn;
    }

    /** For JSON. */
    public void setNIn(long value) {
        nIn = value;
    }

    /** Number of classes. */
    public long getNOut() {
        return nOut;
    }

    /** For JSON. */
    public void setNOut(long value) {
        nOut = value;
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

    /** Seed of random V_M. */
    public long getSeed() {
        return seed;
    }

    /** Seed of the learned variables that episodes start from. */
    public long getStartSeed() {
        return startSeed;
    }

    /** Builds a {@link VsmlSameDiffLayer}; only nOut (the number of classes) has to be set. */
    @SuppressWarnings("unchecked") // Deeplearning4j's build() has an unchecked return type
    public static final class Builder extends SameDiffLayer.Builder<Builder> {

        private Vsml model = Vsml.PAPER;
        private String algorithm;
        private long nIn;
        private long nOut;
        private InputShape images;
        private long seed;
        private long startSeed;

        /** A layer of the paper's model, with random initial V_M. */
        public Builder() {}

        /** The model; V_M starts random. */
        public Builder model(Vsml value) {
            require(value != null, "the model must not be null");
            model = value;
            algorithm = null;
            return this;
        }

        /** Model and initial V_M of a VSML algorithm on the class path, such as general-1. */
        public Builder algorithm(String name) {
            require(
                    LearningAlgorithm.fromResource(name).config() instanceof Vsml,
                    "%s is no VSML; take a VsmlLayer",
                    name);
            model = (Vsml) LearningAlgorithm.fromResource(name).config();
            algorithm = name;
            return this;
        }

        /** Features and classes; the network's input type sets it too. */
        public Builder nIn(long value) {
            nIn = value;
            return this;
        }

        /** Number of classes. */
        public Builder nOut(long value) {
            nOut = value;
            return this;
        }

        /** Shape of an image, for hidden convolutions; the data are [channel, row, column]. */
        public Builder images(int height, int width, int channels) {
            images = new InputShape(height, width, channels);
            return this;
        }

        /** Seed of random V_M; default 0. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /** Seed of the learned variables that episodes start from; default 0. */
        public Builder startSeed(long value) {
            startSeed = value;
            return this;
        }

        @Override
        public VsmlSameDiffLayer build() {
            return new VsmlSameDiffLayer(this);
        }
    }
}
