package org.vsml.episode;

import com.fasterxml.jackson.annotation.JsonAlias;

/** The two parts of a standard image set. */
public enum Split {
    /** Files {@code train-…}: 60,000 images of MNIST. */
    @JsonAlias("train")
    TRAIN,
    /** Files {@code t10k-…} or {@code test-…}: 10,000 images of MNIST. */
    @JsonAlias("test")
    TEST
}
