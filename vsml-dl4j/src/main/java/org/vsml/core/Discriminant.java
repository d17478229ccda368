package org.vsml.core;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A linear discriminant that is kept along a stream, the unlearned expert among the readings of
 * {@link VsmlWithMemory}: what a user would try first on a table. It reads standardised inputs x̂,
 * assumes one covariance for all classes and a mean for each, and is Bayesian about both, so that
 * it is of use from the first examples on:
 *
 * <pre>
 *   logit_b = ln (n_b + 1) − (A + t + 1)/2 · ln(1 + k_b/(k_b + 1) · (x̂ − μ_b)ᵀ S⁻¹ (x̂ − μ_b)),  k_b = n_b + priorCount
 *   learn     S += k_y/(k_y + 1) · (x̂ − μ_y)(x̂ − μ_y)ᵀ,  μ_y += (x̂ − μ_y)/(k_y + 1),  n_y += 1
 * </pre>
 *
 * <p>with S = ridge · A^1.5 · I at first. On many inputs such a discriminant is far too sure of
 * itself. So its probabilities are a mixture of those at temperatures 1, 2, 4, … 32, and of several
 * ridges, each with a weight that follows how well it has predicted so far.
 *
 * <p>With a window, what is old counts for less, so that it recovers when a stream changes: before
 * each example is learned, S and n are multiplied by 1 − 1/(window + 10 A), and so that no
 * direction is left without any ridge, a part of it is put back where S⁻¹ is largest.
 *
 * <p>With features a second such discriminant reads {@link FourierFeatures}; what it says is mixed
 * with what the first says by weights that are multiplied by the probability of each label, of
 * which 1 % is shared.
 *
 * <p>With regression the same sums are read in a second way, as regularised least squares of the
 * classes' indicators, less their frequencies π, on x̂: where a class is no single cloud, which a
 * discriminant takes it for, they are often ahead. Since S + Σ_b k_b μ_b μ_bᵀ is the ridge plus the
 * sum of all x̂x̂ᵀ, and k_b μ_b that of a class, Woodbury's identity makes of them a system of as
 * many equations as there are classes:
 *
 * <pre>
 *   (diag(1/k) + MᵀS⁻¹M) s = MᵀS⁻¹x̂,  M = (μ_1, μ_2, …)
 *   score_b = s_b + π_b · (1 − Σ_c s_c),  π_b = (n_b + 1)/(t + B)
 * </pre>
 *
 * <p>Softmax of score/0.05, score/0.1, score/0.2 and score/0.4, of all ridges, are the members of a
 * mixture of their own, an opinion beside the discriminant's ({@link OpinionPool}); that on
 * features and that on inputs are mixed as the discriminants are, from equal weights.
 *
 * @param ridges of each member of the mixture, positive
 * @param priorCount examples that the prior mean 0 of a class counts for, positive
 * @param window examples after which one counts for 1/e of what it did at first, of few inputs; at
 *     least 10; absent, in files of old too: nothing is forgotten
 * @param features that a second discriminant reads, whose probabilities are mixed with those of the
 *     first; absent, in files of old too: there is none
 * @param regression whether least squares are read too, and all opinions pooled; absent, in files
 *     of old, false. Of more than 64 classes or 1,024 inputs all classes are alike to least
 *     squares.
 */
public record Discriminant(
        List<Double> ridges,
        double priorCount,
        Double window,
        FourierFeatures features,
        Boolean regression) {

    /** One ridge, a good one for tables and images. */
    public static final Discriminant STANDARD = new Discriminant(List.of(0.05), 4);

    private static final double SHORTEST_WINDOW = 10;

    /** Examples by which each input makes the window longer. */
    private static final double WINDOW_PER_INPUT = 10;

    /** Temperatures 1, 2, 4, … of the mixture. */
    static final int TEMPERATURES = 6;

    /** Of more inputs only the diagonal of S is kept. */
    static final int FULL_INPUTS = 1024;

    /** Of more classes no least squares are read: their cost grows with the third power. */
    static final int REGRESSION_CLASSES = 64;

    private static final int MAX_RIDGES = 8;

    static final String PREFIX = "discriminant.";

    // Behind a prefix.
    static final String COUNT = "count";
    static final String MEAN = "mean";
    static final String INVERSE = "inverse";
    static final String PROJECTED = "projected";
    static final String WEIGHT = "weight";
    static final String REGRESSION_WEIGHT = "regression_weight";

    public Discriminant {
        regression = regression != null && regression;
        ridges = checkedRidges(ridges);
        require(
                priorCount > 0 && Double.isFinite(priorCount),
                "priorCount must be positive and finite, got %s",
                priorCount);
        require(
                window == null || (window >= SHORTEST_WINDOW && Double.isFinite(window)),
                "window must be >= %s and finite, or absent, got %s",
                SHORTEST_WINDOW,
                window);
    }

    /** On the inputs alone, without regression. */
    public Discriminant(List<Double> ridges, double priorCount, Double window) {
        this(ridges, priorCount, window, null, false);
    }

    /** On the inputs alone, without regression, and nothing is forgotten. */
    public Discriminant(List<Double> ridges, double priorCount) {
        this(ridges, priorCount, null);
    }

    static List<Double> checkedRidges(List<Double> ridges) {
        require(
                !ridges.isEmpty() && ridges.size() <= MAX_RIDGES,
                "there must be 1 to %d ridges, got %d",
                MAX_RIDGES,
                ridges.size());
        for (double ridge : ridges) {
            require(
                    ridge > 0 && Double.isFinite(ridge),
                    "ridges must be positive and finite, got %s",
                    ridges);
        }
        return List.copyOf(ridges);
    }

    /** This one with features, or, null, without. */
    public Discriminant withFeatures(FourierFeatures added) {
        return new Discriminant(ridges, priorCount, window, added, regression);
    }

    /** This one with least squares, or without. */
    public Discriminant withRegression(boolean added) {
        return new Discriminant(ridges, priorCount, window, features, added);
    }

    /** The one that reads the features. */
    Discriminant onFeatures() {
        return new Discriminant(features.ridges(), priorCount, window, null, regression);
    }

    /** What S and n are multiplied by before each example is learned; 1 if nothing is forgotten. */
    double kept(int inputs) {
        return window == null ? 1 : 1 - 1 / (window + WINDOW_PER_INPUT * inputs);
    }

    /** S at first, on its diagonal. */
    double prior(int ridge, int inputs) {
        return ridges.get(ridge) * Math.pow(inputs, 1.5);
    }

    static boolean isFull(int inputs) {
        return inputs <= FULL_INPUTS;
    }

    /** How many distributions over the classes it has to say: with least squares two. */
    public int readings() {
        return regression ? 2 : 1;
    }

    /** Whether least squares of a task are read: of a larger one, all classes are alike to them. */
    boolean hasRegression(TaskShape task) {
        return regression && isFull(task.inputs()) && task.classes() <= REGRESSION_CLASSES;
    }

    /**
     * What is kept of a stream: {@code discriminant.count} [classes], n; {@code discriminant.mean}
     * [classes, inputs], μ; {@code discriminant.inverse} [ridges, inputs, inputs], S⁻¹, or [ridges,
     * inputs] its diagonal where there are more than 1,024 inputs; {@code discriminant.projected}
     * [ridges, classes, inputs], S⁻¹μ; {@code discriminant.weight} [ridges, 6] of the mixture; of
     * tasks of which least squares are read {@code discriminant.regression_weight} [ridges, 4];
     * with features theirs ({@link FourierFeatures#layout}), then the same arrays of the
     * discriminant on them, {@code discriminant.features.count} and so on.
     */
    ArrayLayout layout(TaskShape task) {
        List<ArrayLayout> parts = new ArrayList<>();
        parts.add(linearLayout(PREFIX, task, hasRegression(task)));
        if (features != null) {
            parts.add(features.layout(task.inputs(), hasRegression(task)));
            parts.add(
                    onFeatures()
                            .linearLayout(
                                    FourierFeatures.PREFIX,
                                    features.task(task),
                                    hasRegression(task)));
        }
        return ArrayLayout.concatenate(parts);
    }

    private ArrayLayout linearLayout(String prefix, TaskShape task, boolean regressed) {
        int inputs = task.inputs();
        int classes = task.classes();
        int members = ridges.size();
        List<ArrayLayout.Entry> entries = new ArrayList<>();
        entries.add(ArrayLayout.Entry.of(COUNT, classes));
        entries.add(ArrayLayout.Entry.of(MEAN, classes, inputs));
        entries.add(
                isFull(inputs)
                        ? ArrayLayout.Entry.of(INVERSE, members, inputs, inputs)
                        : ArrayLayout.Entry.of(INVERSE, members, inputs));
        entries.add(ArrayLayout.Entry.of(PROJECTED, members, classes, inputs));
        entries.add(ArrayLayout.Entry.of(WEIGHT, members, TEMPERATURES));
        if (regressed) {
            entries.add(
                    ArrayLayout.Entry.of(
                            REGRESSION_WEIGHT, members, LeastSquares.TEMPERATURES.size()));
        }
        return new ArrayLayout(entries).prefixed(prefix);
    }

    /**
     * Before the first example.
     *
     * @param random draws the features, if there are any
     */
    NamedArrays start(TaskShape task, RandomGenerator random) {
        List<NamedArrays> parts = new ArrayList<>();
        parts.add(linearStart(PREFIX, task, hasRegression(task)));
        if (features != null) {
            parts.add(features.start(task.inputs(), hasRegression(task), random));
            parts.add(
                    onFeatures()
                            .linearStart(
                                    FourierFeatures.PREFIX,
                                    features.task(task),
                                    hasRegression(task)));
        }
        return NamedArrays.concatenate(parts);
    }

    private NamedArrays linearStart(String prefix, TaskShape task, boolean regressed) {
        int inputs = task.inputs();
        NamedArrays result = NamedArrays.zeros(linearLayout(prefix, task, regressed));
        int members = ridges.size();
        int offset = result.layout().offset(prefix + INVERSE);
        for (int j = 0; j < members; j++) {
            double inverse = 1 / prior(j, inputs);
            for (int a = 0; a < inputs; a++) {
                result.values()[offset + (isFull(inputs) ? a * inputs + a : a)] = inverse;
            }
            offset += isFull(inputs) ? inputs * inputs : inputs;
        }
        result.set(prefix + WEIGHT, equal(members * TEMPERATURES));
        if (regressed) {
            result.set(
                    prefix + REGRESSION_WEIGHT, equal(members * LeastSquares.TEMPERATURES.size()));
        }
        return result;
    }

    private static double[] equal(int weights) {
        double[] equal = new double[weights];
        Arrays.fill(equal, 1.0 / weights);
        return equal;
    }
}
