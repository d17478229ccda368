package org.vsml.dl4j;

import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.vsml.core.InputShape;

/**
 * What a {@link VsmlVertex} gives whose examples are images: recurrent data as far as
 * Deeplearning4j is concerned, which also tells a {@link VsmlLayer} with convolutions the images'
 * shape. It exists only while a configuration is built.
 */
final class ImageEpisodes extends InputType.InputTypeRecurrent {

    private static final long serialVersionUID = 1L;

    private final transient InputShape images;

    ImageEpisodes(long size, long steps, InputShape images) {
        super(size, steps, RNNFormat.NCW);
        this.images = images;
    }

    InputShape images() {
        return images;
    }
}
