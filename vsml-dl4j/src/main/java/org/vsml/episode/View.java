package org.vsml.episode;

import static org.vsml.core.Checks.require;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * What a learner gets to see of an image; whatever is random in it is drawn once for an episode.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = View.Full.class, name = "full"),
    @JsonSubTypes.Type(value = View.Shuffled.class, name = "shuffled"),
    @JsonSubTypes.Type(value = View.Pixels.class, name = "pixels"),
    @JsonSubTypes.Type(value = View.Projection.class, name = "projection"),
    @JsonSubTypes.Type(value = View.Resized.class, name = "resized")
})
public sealed interface View {

    /** All pixels in their order and shape. */
    record Full() implements View {}

    /** All values in a random order, the same for all images of the episode. */
    record Shuffled() implements View {}

    /**
     * A random subset of the values, in random order, the same for all images of the episode.
     *
     * @param inputs how many; at most as many as an image has
     */
    record Pixels(IntRange inputs) implements View {
        public Pixels {
            require(inputs != null, "inputs of a pixels view must be given");
        }
    }

    /**
     * A random linear projection of all values (paper, section 4.3 and appendix B): one matrix an
     * episode, entries N(0, 1/inputs of the image), so that standardised images stay at variance 1
     * on average.
     *
     * @param inputs size of the result; absent for as many as the image has
     */
    record Projection(IntRange inputs) implements View {}

    /**
     * The image at another size: averages of the covered area where it shrinks, bilinear
     * interpolation where it grows.
     *
     * @param height rows of the result
     * @param width columns of the result
     */
    record Resized(int height, int width) implements View {
        private static final int MAX_SIDE = 4096;

        public Resized {
            require(
                    height >= 1 && height <= MAX_SIDE,
                    "height must be in [1, %d], got %d",
                    MAX_SIDE,
                    height);
            require(
                    width >= 1 && width <= MAX_SIDE,
                    "width must be in [1, %d], got %d",
                    MAX_SIDE,
                    width);
        }
    }
}
