package org.vsml.cloning;

/**
 * Mean squared errors of the four targets on held-out random tuples; those of changes in units of
 * the learning rate.
 *
 * @param step meta steps done, of both phases
 * @param phase 1 or 2
 * @param output of {@code y = tanh(x)·w + b}
 * @param messageDown of {@code e' = e·w·(1 − tanh²x)}
 * @param deltaW of {@code Δw}
 * @param deltaB of {@code Δb}
 */
public record CloneErrors(
        int step, int phase, double output, double messageDown, double deltaW, double deltaB) {}
