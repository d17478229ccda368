package org.vsml.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where image sets are. */
final class DataOption {

    /** Null if not given. */
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder of image sets (default: VSML_DATA, else embedded samples).")
    Path folder;
}
