package org.vsml.arbiter;

import static org.vsml.core.Checks.require;

import java.util.Objects;
import org.deeplearning4j.arbiter.layers.LayerSpace;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.vsml.core.Json;
import org.vsml.core.SubRnn;
import org.vsml.core.Vsml;
import org.vsml.dl4j.VsmlLayer;

/**
 * {@link VsmlLayer}s whose sub-RNN varies, for Arbiter's {@code MultiLayerSpace} and {@code
 * ComputationGraphSpace}.
 *
 * <pre>{@code
 * new MultiLayerSpace.Builder()
 *         .addLayer(
 *                 new VsmlLayerSpace.Builder()
 *                         .task(784, 10)
 *                         .stateSize(new DiscreteParameterSpace<>(8, 16))
 *                         .build())
 *         .layer(new RnnLossLayer(LossFunctions.LossFunction.MCXENT))
 * }</pre>
 *
 * <p>Of Arbiter's own: a fixed layer, such as the loss layer here, cannot be read back from JSON;
 * an {@code RnnOutputLayerSpace} in its place can.
 */
@JsonAutoDetect(
        fieldVisibility = JsonAutoDetect.Visibility.ANY,
        getterVisibility = JsonAutoDetect.Visibility.NONE,
        isGetterVisibility = JsonAutoDetect.Visibility.NONE,
        setterVisibility = JsonAutoDetect.Visibility.NONE)
public final class VsmlLayerSpace extends LayerSpace<VsmlLayer> {

    private int features;
    private int classes;

    /** As text: Arbiter's JSON knows nothing of this library's. */
    private String model;

    private ParameterSpace<Integer> stateSize;
    private ParameterSpace<Integer> messageSize;
    private ParameterSpace<Boolean> layerNorm;
    private ParameterSpace<Integer> microTicks;
    private ParameterSpace<Boolean> feedLabel;

    /** For JSON. */
    private VsmlLayerSpace() {}

    private VsmlLayerSpace(Builder builder) {
        super(builder);
        features = builder.features;
        classes = builder.classes;
        model = write(builder.model);
        stateSize = builder.stateSize;
        messageSize = builder.messageSize;
        layerNorm = builder.layerNorm;
        microTicks = builder.microTicks;
        feedLabel = builder.feedLabel;
        numParameters = count();
    }

    /** Builds a space; what is not given stays as in the model. */
    @SuppressWarnings("unchecked") // Arbiter's build() has an unchecked return type
    public static final class Builder extends LayerSpace.Builder<Builder> {

        private int features;
        private int classes;
        private Vsml model = Vsml.PAPER;
        private ParameterSpace<Integer> stateSize;
        private ParameterSpace<Integer> messageSize;
        private ParameterSpace<Boolean> layerNorm;
        private ParameterSpace<Integer> microTicks;
        private ParameterSpace<Boolean> feedLabel;

        /** A space of the paper's model. */
        public Builder() {}

        /** Number of features of an example and of classes. */
        public Builder task(int featureCount, int classCount) {
            features = featureCount;
            classes = classCount;
            return this;
        }

        /** The model that is varied. */
        public Builder model(Vsml value) {
            model = value;
            return this;
        }

        /** N. */
        public Builder stateSize(ParameterSpace<Integer> space) {
            stateSize = space;
            return this;
        }

        /** N' = N''. */
        public Builder messageSize(ParameterSpace<Integer> space) {
            messageSize = space;
            return this;
        }

        /** Normalisation of messages. */
        public Builder layerNorm(ParameterSpace<Boolean> space) {
            layerNorm = space;
            return this;
        }

        /** Micro ticks. */
        public Builder microTicks(ParameterSpace<Integer> space) {
            microTicks = space;
            return this;
        }

        /** Whether labels are fed back beside errors. */
        public Builder feedLabel(ParameterSpace<Boolean> space) {
            feedLabel = space;
            return this;
        }

        @Override
        public VsmlLayerSpace build() {
            require(
                    features >= 1 && classes >= 1,
                    "task(features, classes) must be given, got %d features and %d classes",
                    features,
                    classes);
            require(model != null, "model must not be null");
            require(dropOut == null, "a VsmlLayer cannot have dropout, which would drop labels");
            return new VsmlLayerSpace(this);
        }
    }

    private int count() {
        return collectLeaves().stream().mapToInt(leaf -> leaf.numParameters()).sum();
    }

    @Override
    public VsmlLayer getValue(double[] point) {
        Vsml base = read(model);
        SubRnn subRnn = base.subRnn();
        if (stateSize != null) {
            subRnn = subRnn.withStateSize(stateSize.getValue(point));
        }
        if (messageSize != null) {
            subRnn = subRnn.withMessageSize(messageSize.getValue(point));
        }
        if (layerNorm != null) {
            subRnn = subRnn.withLayerNorm(layerNorm.getValue(point));
        }
        var dynamics = base.dynamics();
        if (microTicks != null) {
            dynamics = dynamics.withMicroTicks(microTicks.getValue(point));
        }
        if (feedLabel != null) {
            dynamics = dynamics.withFeedLabel(feedLabel.getValue(point));
        }
        return new VsmlLayer.Builder()
                .task(features, classes)
                .model(new Vsml(subRnn, base.architecture(), dynamics))
                .build();
    }

    private static String write(Vsml value) {
        try {
            return Json.mapper().writeValueAsString(value);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + value, e);
        }
    }

    private static Vsml read(String text) {
        try {
            return Json.mapper().readValue(text, Vsml.class);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException("not a VSML model: " + e.getMessage(), e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VsmlLayerSpace space
                && features == space.features
                && classes == space.classes
                && model.equals(space.model)
                && Objects.equals(stateSize, space.stateSize)
                && Objects.equals(messageSize, space.messageSize)
                && Objects.equals(layerNorm, space.layerNorm)
                && Objects.equals(microTicks, space.microTicks)
                && Objects.equals(feedLabel, space.feedLabel);
    }

    @Override
    protected boolean canEqual(Object other) {
        return other instanceof VsmlLayerSpace;
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                features, classes, model, stateSize, messageSize, layerNorm, microTicks, feedLabel);
    }

    @Override
    public String toString() {
        return "VsmlLayerSpace(" + getNestedSpaces() + ")";
    }
}
