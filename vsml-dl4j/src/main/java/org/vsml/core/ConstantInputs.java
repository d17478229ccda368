package org.vsml.core;

/**
 * What inputs do that have had one value in every example so far. Messages are averaged over all
 * inputs, so that inputs which say nothing, such as the border of images, dilute those that do.
 */
public enum ConstantInputs {
    /** They take part like any other (the paper). */
    TAKE_PART,
    /**
     * They rest: their sub-RNNs keep their states, send nothing, and are not counted in averages,
     * until the first example that differs from the first one in this input; from then on they take
     * part. While no input has changed yet, as in the first example, all take part. Inputs of a
     * convolution never rest, for it shares its sub-RNNs over places.
     */
    REST
}
