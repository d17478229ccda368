package org.vsml.conformance;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.vsml.core.ArrayLayout;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Engine;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.NamedArrays;
import org.vsml.core.Precision;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;

/** Replays golden vectors through an engine and measures how far it is off. */
public final class Conformance {

    /** Largest absolute error allowed in double. */
    public static final double DOUBLE_TOLERANCE = 1e-9;

    /** Largest relative error allowed in float. */
    public static final double FLOAT_TOLERANCE = 2e-4;

    /** Prefixes of the learned variables that are compared. */
    private static final List<String> STATES = List.of("cell.", "hidden.", "memory.", "reading.");

    /**
     * The largest errors of one replay. In double they are absolute. In float the error of a value
     * a whose expected value is b is |a − b| / s, where s is the largest |b| of what it belongs to:
     * the logits, one state array, or the gradient with respect to V_M as a whole. A value much
     * smaller than its neighbours has no more correct digits than they have; some gradients (of a
     * bias that moves all logits alike, say) are sums of large terms that cancel.
     *
     * @param name the vector's name
     * @param precision what the engine computed in
     * @param logits largest error of the logits
     * @param crossEntropy error of the mean cross-entropy
     * @param states largest error of the final cells and hidden states, and of what a memory keeps
     * @param gradients largest error of the gradient
     */
    public record Errors(
            String name,
            Precision precision,
            double logits,
            double crossEntropy,
            double states,
            double gradients) {

        /** The largest of all. */
        public double largest() {
            return Math.max(Math.max(logits, crossEntropy), Math.max(states, gradients));
        }

        /** What is allowed in this precision. */
        public double tolerance() {
            return Conformance.tolerance(precision);
        }

        /** Whether every error is within the tolerance; NaN is not. */
        public boolean passed() {
            return largest() <= tolerance();
        }
    }

    private Conformance() {}

    /** The largest error allowed in a precision. */
    public static double tolerance(Precision precision) {
        return precision == Precision.DOUBLE ? DOUBLE_TOLERANCE : FLOAT_TOLERANCE;
    }

    /**
     * The golden-vector files of a folder, sorted.
     *
     * @throws IOException if it is no folder, or has none
     */
    public static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException(folder + " is not a folder");
        }
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> files =
                    entries.filter(f -> f.getFileName().toString().endsWith(".json"))
                            .sorted()
                            .toList();
            if (files.isEmpty()) {
                throw new IOException(folder + " has no golden vectors (*.json)");
            }
            return files;
        }
    }

    /** Runs the engine over the vector's stream and compares. */
    public static Errors replay(GoldenVector vector, Engine engine) {
        return replay(vector, vector.model().learner(engine), engine.precision());
    }

    /**
     * Runs a learner of the vector's model, which computes in the given precision, and compares.
     */
    public static Errors replay(GoldenVector vector, Learner learner, Precision precision) {
        Examples examples = vector.examples();
        require(
                learner.metaVariableLayout().equals(vector.metaVariables().layout()),
                "the learner is not one of %s: other meta variables",
                vector.name());
        try (Rollout rollout =
                learner.run(
                        vector.metaVariables(),
                        List.of(vector.start()),
                        List.of(examples),
                        RolloutOptions.GRADIENT)) {
            double[] logits = rollout.logits(0);
            double[] weights = new double[examples.labels().length];
            Arrays.fill(weights, 1.0 / weights.length);
            double[] logitGradient = new double[logits.length];
            double loss =
                    CrossEntropy.loss(
                            logits,
                            examples.labels(),
                            weights,
                            examples.task().classes(),
                            logitGradient);
            double[] gradient = rollout.backward(List.of(logitGradient)).metaVariables();
            NamedArrays finals = rollout.learnedVariables(0);
            double states = 0;
            for (ArrayLayout.Entry entry : finals.layout().entries()) {
                if (STATES.stream().anyMatch(entry.name()::startsWith)) {
                    states =
                            Math.max(
                                    states,
                                    error(
                                            finals.array(entry.name()),
                                            vector.finals().array(entry.name()),
                                            precision));
                }
            }
            return new Errors(
                    vector.name(),
                    precision,
                    error(logits, vector.logits(), precision),
                    error(new double[] {loss}, new double[] {vector.meanCrossEntropy()}, precision),
                    states,
                    error(gradient, vector.gradient().values(), precision));
        }
    }

    /** The largest error of an array; NaN if any value is. */
    private static double error(double[] actual, double[] expected, Precision precision) {
        double scale = 0;
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            scale = Math.max(scale, Math.abs(expected[i]));
            largest = Math.max(largest, Math.abs(actual[i] - expected[i]));
        }
        return precision == Precision.DOUBLE || scale == 0 ? largest : largest / scale;
    }
}
