package org.vsml.cli;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.vsml.core.Engine;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.Precision;
import org.vsml.meta.MetaTrainingConfig;

/** How commands name learning algorithms and engines. */
final class Algorithms {

    private Algorithms() {}

    /** A file if there is one of this path, else an algorithm that comes with the library. */
    static LearningAlgorithm named(String nameOrFile) throws IOException {
        Path file = Path.of(nameOrFile);
        if (Files.exists(file)) {
            return LearningAlgorithm.load(file);
        }
        require(
                !nameOrFile.endsWith(LearningAlgorithm.EXTENSION)
                        && file.getNameCount() == 1
                        && !file.isAbsolute(),
                "there is no file %s",
                nameOrFile);
        return LearningAlgorithm.fromResource(nameOrFile);
    }

    /** A YAML file if the name looks like one, else a configuration that comes with the library. */
    static MetaTrainingConfig config(String nameOrFile) throws IOException {
        Path file = Path.of(nameOrFile);
        boolean isFile =
                Files.isRegularFile(file)
                        || nameOrFile.endsWith(".yaml")
                        || nameOrFile.endsWith(".yml")
                        || file.getNameCount() > 1;
        return isFile ? MetaTrainingConfig.read(file) : MetaTrainingConfig.named(nameOrFile);
    }

    /** The engine of this name in float; {@code auto} for the best here. */
    static Engine engine(String name) {
        return name.equals("auto") ? Engine.auto() : Engine.of(name, Precision.FLOAT);
    }
}
