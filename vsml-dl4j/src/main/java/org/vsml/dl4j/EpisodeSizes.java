package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import java.util.random.RandomGenerator;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.linalg.api.buffer.DataType;
import org.vsml.core.InputShape;
import org.vsml.core.LearnerConfig;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.Precision;
import org.vsml.core.TaskShape;

/**
 * What all layers that read episodes [episodes, features + classes, T] check alike.
 *
 * @param layer the layer as messages name it
 * @param nIn features + classes
 * @param nOut classes
 * @param images shape of the examples, or null where they are vectors
 */
record EpisodeSizes(String layer, long nIn, long nOut, InputShape images) {

    /**
     * Sizes of a layer whose images are kept as three numbers.
     *
     * @param height rows of an image, 0 where examples are vectors
     */
    static EpisodeSizes of(String layer, long nIn, long nOut, int height, int width, int channels) {
        return new EpisodeSizes(
                layer, nIn, nOut, height > 0 ? new InputShape(height, width, channels) : null);
    }

    /** The shape of an example and the number of classes. */
    TaskShape task() {
        InputShape shape = images != null ? images : InputShape.vector(Math.toIntExact(nIn - nOut));
        return new TaskShape(shape, Math.toIntExact(nOut));
    }

    /** Throws where sizes contradict each other, or labels seem to be missing. */
    void check() {
        require(nOut >= 1, "%s: nOut must be the number of classes, >= 1, got %d", layer, nOut);
        require(
                nIn >= 1,
                "%s: nIn must be features + classes; set it, or the network's input type",
                layer);
        require(
                nIn > nOut,
                "%s: nIn must be features + classes, more than nOut = %d classes, got %d. Are the labels missing from the"
                        + " input?",
                layer,
                nOut,
                nIn);
        if (images != null) {
            long values = (long) images.height() * images.width() * images.channels();
            require(
                    nIn == values + nOut,
                    "%s: images of %d x %d x %d beside %d labels need nIn = %d, got %d",
                    layer,
                    images.height(),
                    images.width(),
                    images.channels(),
                    nOut,
                    values + nOut,
                    nIn);
        }
        task();
    }

    /** The type as one of episodes. */
    InputType.InputTypeRecurrent requireEpisodes(InputType type) {
        require(
                type instanceof InputType.InputTypeRecurrent,
                "%s reads episodes [episodes, features + classes, T], InputType.recurrent(features + classes), got %s."
                        + " Join examples and labels by a VsmlVertex, which takes feed-forward and convolutional"
                        + " activations too",
                layer,
                type);
        InputType.InputTypeRecurrent episodes = (InputType.InputTypeRecurrent) type;
        requireNcw(episodes.getFormat());
        return episodes;
    }

    /** Throws for [episodes, T, features + classes]. */
    void requireNcw(RNNFormat format) {
        require(
                format != RNNFormat.NWC,
                "%s reads NCW data [episodes, features + classes, T], got the format NWC: permute(0, 2, 1) the data and use"
                        + " RNNFormat.NCW",
                layer);
    }

    /** Throws for a data type that no engine computes in. */
    void requireFloatOrDouble(DataType type) {
        require(
                type == DataType.FLOAT || type == DataType.DOUBLE,
                "%s computes in FLOAT or DOUBLE, got %s: set dataType on the network's configuration",
                layer,
                type);
    }

    /** V_M to start from: that of an algorithm on the class path, or random without one. */
    NamedArrays initialMetaVariables(
            LearnerConfig config, String algorithm, RandomGenerator random) {
        if (algorithm == null) {
            return config.initialMetaVariables(random);
        }
        NamedArrays metaVariables = LearningAlgorithm.fromResource(algorithm).metaVariables();
        metaVariables.requireLayout(
                config.metaVariableLayout(), "meta variables of " + algorithm, layer);
        return metaVariables;
    }

    /** What an engine computes in for a network's data type. */
    static Precision precision(DataType type) {
        return type == DataType.DOUBLE ? Precision.DOUBLE : Precision.FLOAT;
    }
}
