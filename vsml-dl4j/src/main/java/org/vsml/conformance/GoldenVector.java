package org.vsml.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.vsml.core.Examples;
import org.vsml.core.Json;
import org.vsml.core.LearnerConfig;
import org.vsml.core.NamedArrays;
import org.vsml.core.Vsml;
import org.vsml.core.VsmlWithMemory;

/**
 * A recorded run in float64: a model, its meta variables, where it started, what it saw, and what
 * came out, with the gradient of the mean cross-entropy with respect to the meta variables.
 *
 * @param name the file's own name for it
 * @param model a {@link Vsml}, or a {@link VsmlWithMemory} where the file has a field {@code
 *     memory}
 * @param metaVariables V_M
 * @param start V_L before the first example
 * @param examples the stream
 * @param logits expected, [T, classes]
 * @param meanCrossEntropy expected, over all examples
 * @param finals expected {@code hidden.k} and {@code cell.k} after the last example, and those of
 *     units and readings; all other arrays are zero and not meant to be compared
 * @param gradient expected ∂(mean cross-entropy)/∂V_M; zero where the loss does not depend on an
 *     array
 */
public record GoldenVector(
        String name,
        LearnerConfig model,
        NamedArrays metaVariables,
        NamedArrays start,
        Examples examples,
        double[] logits,
        double meanCrossEntropy,
        NamedArrays finals,
        NamedArrays gradient) {

    private static final long MAX_BYTES = 256L << 20;

    /**
     * Reads a golden-vector file.
     *
     * @throws IOException if it cannot be read, is no golden vector, or contradicts itself; the
     *     message names file and field
     */
    public static GoldenVector read(Path file) throws IOException {
        long size = Files.size(file);
        if (size > MAX_BYTES) {
            throw new IOException(
                    file
                            + ": a golden vector may have at most "
                            + MAX_BYTES
                            + " bytes, got "
                            + size);
        }
        try {
            return new GoldenVectorReader(Json.mapper().readTree(file.toFile())).read();
        } catch (IllegalArgumentException | IOException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }
}
