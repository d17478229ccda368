package org.vsml.cli;

import static org.vsml.core.Checks.require;

import org.vsml.core.Engine;
import picocli.CommandLine.Option;

/** Options of every command that meta-trains or learns. */
final class RunOptions {

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Default: ${DEFAULT-VALUE}.")
    long seed;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Streams or episodes at the same time (default: one for each processor).")
    int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "cpu, samediff or auto (default: ${DEFAULT-VALUE}).")
    String engineName;

    /** Throws if one of them is no use. */
    public void check() {
        require(threads >= 1, "--threads must be >= 1, got %d", threads);
    }

    public Engine engine() {
        return Algorithms.engine(engineName);
    }
}
