package org.vsml.arbiter;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.saving.ResultReference;
import org.deeplearning4j.arbiter.optimize.api.saving.ResultSaver;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonIgnoreProperties;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.vsml.core.LearningAlgorithm;

/**
 * Keeps the learning algorithm of each candidate as {@code FOLDER/INDEX/algorithm.vsml}, never as
 * Java serialization.
 */
@JsonIgnoreProperties({"supportedCandidateTypes", "supportedModelTypes"})
final class AlgorithmSaver implements ResultSaver {

    @JsonProperty private final String folder;

    /**
     * A saver to this folder.
     *
     * @param folder is made if it is missing
     */
    @JsonCreator
    public AlgorithmSaver(@JsonProperty("folder") String folder) {
        require(folder != null && !folder.isEmpty(), "folder must be given, got %s", folder);
        this.folder = folder;
    }

    /** Where a candidate's files are. */
    static Path folder(Path all, int candidate) {
        return all.resolve(
                candidate == CandidateResult.BASELINE
                        ? "baseline"
                        : String.format(Locale.ROOT, "%05d", candidate));
    }

    @Override
    public ResultReference saveModel(OptimizationResult result, Object model) throws IOException {
        Path own = folder(Path.of(folder), result.getIndex());
        Files.createDirectories(own);
        Path file = own.resolve("algorithm" + LearningAlgorithm.EXTENSION);
        ((LearningAlgorithm) model).save(file);
        return reference(result, file);
    }

    static ResultReference reference(OptimizationResult result, Path file) {
        return new ResultReference() {
            @Override
            public OptimizationResult getResult() {
                return result;
            }

            @Override
            public Object getResultModel() throws IOException {
                return LearningAlgorithm.load(file);
            }
        };
    }

    @Override
    public List<Class<?>> getSupportedCandidateTypes() {
        return List.of(Proposal.class);
    }

    @Override
    public List<Class<?>> getSupportedModelTypes() {
        return List.of(LearningAlgorithm.class);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AlgorithmSaver saver && folder.equals(saver.folder);
    }

    @Override
    public int hashCode() {
        return Objects.hash(folder);
    }
}
