package org.vsml.lab.paper;

/**
 * What was meta-trained as it enters a comparison.
 *
 * @param training how it came about
 * @param parallel examples a step
 */
record Entrant(Training training, int parallel) {

    /** One example a step. */
    static Entrant of(Training training) {
        return new Entrant(training, 1);
    }
}
