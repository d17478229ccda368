package org.vsml.cli;

import org.vsml.meta.MetaTrainingConfig;
import picocli.CommandLine.Option;

/** Options of the commands that meta-train as part of an experiment. */
final class MetaTrainingBudget {

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Meta-training steps (default: those of the configuration).")
    Long steps;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            description = "Processor minutes of meta-training (default: no bound).")
    double minutes = Double.POSITIVE_INFINITY;

    /** Those asked for, else those of the configuration. */
    long steps(MetaTrainingConfig config) {
        return steps == null ? config.steps() : steps;
    }

    /** Null without a bound. */
    Double minutesOrNull() {
        return Double.isInfinite(minutes) ? null : minutes;
    }
}
