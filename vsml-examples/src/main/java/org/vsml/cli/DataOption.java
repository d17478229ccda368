package org.vsml.cli;

import picocli.CommandLine.Option;

import java.nio.file.Path;

/** Where image sets are. */
final class DataOption {

    /** Null if not given. */
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder of image sets (default: VSML_DATA, else embedded samples).")
    Path folder;
}
