package org.vsml.core;

import static org.vsml.core.Checks.require;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * A layer below the output layer, as the user writes it; its input size follows from what is below
 * it.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = HiddenLayer.Dense.class, name = "dense"),
    @JsonSubTypes.Type(value = HiddenLayer.Convolution.class, name = "convolution")
})
public sealed interface HiddenLayer {

    /** Its sizes on top of what is below it. */
    LayerShape resolve(InputShape below);

    /** Whether it needs to know which rows and columns its inputs are in. */
    boolean readsImages();

    /**
     * A fully connected layer.
     *
     * @param units B, number of outputs
     */
    record Dense(int units) implements HiddenLayer {
        public Dense {
            require(units >= 1, "units must be >= 1, got %d", units);
        }

        @Override
        public LayerShape.Dense resolve(InputShape below) {
            return new LayerShape.Dense(below.size(), units);
        }

        @Override
        public boolean readsImages() {
            return false;
        }
    }

    /**
     * A convolution whose kernel entries are sub-RNN states (paper, section B.2), zero padding of
     * kernel/2 on each side. At every output position a micro tick starts from these states; after
     * each tick they become the average over the positions, while messages are made of each
     * position's own.
     *
     * @param kernel side of the square kernel, odd
     * @param stride step between output positions; the output is ceil(size / stride)
     * @param channels output channels
     */
    record Convolution(int kernel, int stride, int channels) implements HiddenLayer {
        public Convolution {
            require(kernel >= 1 && kernel % 2 == 1, "kernel must be odd and >= 1, got %d", kernel);
            require(stride >= 1, "stride must be >= 1, got %d", stride);
            require(channels >= 1, "channels must be >= 1, got %d", channels);
        }

        @Override
        public LayerShape.Convolution resolve(InputShape below) {
            return new LayerShape.Convolution(
                    below.height(), below.width(), below.channels(), channels, kernel, stride);
        }

        @Override
        public boolean readsImages() {
            return true;
        }
    }
}
