package org.vsml.episode;

import static org.vsml.core.Checks.require;

import com.fasterxml.jackson.annotation.JsonAlias;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the examples of an episode come from. Components that are optional in JSON are named as
 * such.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = TaskDistribution.Images.class, name = "images"),
    @JsonSubTypes.Type(value = TaskDistribution.FewShot.class, name = "few_shot"),
    @JsonSubTypes.Type(value = TaskDistribution.RandomLabels.class, name = "random"),
    @JsonSubTypes.Type(value = TaskDistribution.SumSign.class, name = "sum_sign"),
    @JsonSubTypes.Type(value = TaskDistribution.Prototypes.class, name = "prototypes"),
    @JsonSubTypes.Type(value = TaskDistribution.Tables.class, name = "tables")
})
public sealed interface TaskDistribution {

    /** Names of the image sets that examples come from; none for synthetic tasks. */
    default List<String> imageSets() {
        return List.of();
    }

    /**
     * Images of one set, drawn at random; which set is drawn for each episode.
     *
     * @param sets names of image sets, see {@link DataSets}
     * @param split which part; optional, default TRAIN
     * @param view what is seen of an image; optional, default full
     * @param classes how many classes of the set take part, drawn at random; optional, default all
     * @param onlyClasses the classes of the set that may take part; optional, default all
     * @param labelPermutation whether labels are randomly reassigned for each episode; optional,
     *     default true. Without it the order of labels is kept
     * @param replacement whether an image can come twice in an episode; optional, default false
     * @param standardisation optional, default SET
     */
    record Images(
            List<String> sets,
            Split split,
            View view,
            IntRange classes,
            List<Integer> onlyClasses,
            Boolean labelPermutation,
            Boolean replacement,
            Standardisation standardisation)
            implements TaskDistribution {

        public Images {
            sets = checkedSets(sets);
            split = split == null ? Split.TRAIN : split;
            view = view == null ? new View.Full() : view;
            onlyClasses = checkedClasses(onlyClasses);
            labelPermutation = labelPermutation == null || labelPermutation;
            replacement = replacement != null && replacement;
            standardisation = standardisation == null ? Standardisation.SET : standardisation;
            require(
                    classes == null || onlyClasses == null || classes.max() <= onlyClasses.size(),
                    "classes must be at most the %d of onlyClasses, got %s",
                    onlyClasses == null ? 0 : onlyClasses.size(),
                    classes);
        }

        @Override
        public List<String> imageSets() {
            return sets;
        }

        /** The same of other sets. */
        public Images withSets(List<String> others) {
            return with(others, view, classes);
        }

        /** The same in another view. */
        public Images withView(View other) {
            return with(sets, other, classes);
        }

        /** The same with another number of classes. */
        public Images withClasses(IntRange count) {
            return with(sets, view, count);
        }

        private Images with(List<String> others, View seen, IntRange count) {
            return new Images(
                    others,
                    split,
                    seen,
                    count,
                    onlyClasses,
                    labelPermutation,
                    replacement,
                    standardisation);
        }

        /**
         * Training images of these sets in this view, all classes, labels permuted, standardised by
         * set.
         */
        public static Images of(View view, String... sets) {
            return new Images(List.of(sets), null, view, null, null, null, null, null);
        }
    }

    /**
     * N-way, k-shot (paper, appendix B): k images of each of N random classes in random order, then
     * one more image of one of them, which is the last step. An episode has N·k + 1 steps.
     *
     * @param sets names of image sets, see {@link DataSets}
     * @param split which part; optional, default TRAIN
     * @param ways N, classes of an episode
     * @param shots k, labelled images of each class
     * @param view what is seen of an image; optional, default full
     * @param quarterTurns whether each class of the episode is turned by a random multiple of 90°,
     *     which makes more classes of square images; optional, default false
     */
    record FewShot(
            List<String> sets, Split split, int ways, int shots, View view, Boolean quarterTurns)
            implements TaskDistribution {

        public FewShot {
            sets = checkedSets(sets);
            split = split == null ? Split.TRAIN : split;
            require(ways >= 2 && ways <= 4096, "ways must be in [2, 4096], got %d", ways);
            require(shots >= 1 && shots <= 4096, "shots must be in [1, 4096], got %d", shots);
            view = view == null ? new View.Full() : view;
            quarterTurns = quarterTurns != null && quarterTurns;
        }

        @Override
        public List<String> imageSets() {
            return sets;
        }

        /** Steps of an episode, N·k + 1. */
        int steps() {
            return ways * shots + 1;
        }
    }

    /**
     * <em>Random</em> (paper, section 4.3): a few standard normal points with random labels, new
     * for each episode; the episode draws from them with replacement. Nothing can be known of it
     * beforehand, so only learning helps.
     *
     * @param inputs size of a point
     * @param classes number of classes
     * @param points number of points; optional, default 20
     */
    record RandomLabels(IntRange inputs, IntRange classes, Integer points)
            implements TaskDistribution {
        public RandomLabels {
            require(inputs != null, "inputs of a random task must be given");
            require(classes != null, "classes of a random task must be given");
            points = points == null ? 20 : points;
            require(
                    points >= 1 && points <= 1 << 20,
                    "points must be in [1, %d], got %d",
                    1 << 20,
                    points);
        }
    }

    /**
     * <em>Sum Sign</em> (paper, section 4.3): label 1 where the sum of the inputs is ≥ 0, else 0.
     * Each example has a mean drawn uniformly from [−1, 1] and inputs that are normal around it
     * with variance 1, truncated at two standard deviations.
     *
     * @param inputs size of an example
     */
    record SumSign(IntRange inputs) implements TaskDistribution {
        public SumSign {
            require(inputs != null, "inputs of a sum_sign task must be given");
        }
    }

    /**
     * Classes around prototypes, all drawn anew for each episode: either binary vectors whose bits
     * flip at random, or normal vectors with normal noise. Inputs have mean 0 and variance 1.
     *
     * @param inputs size of an example
     * @param classes number of classes
     * @param perClass number of prototypes of each class; optional, default 1 to 3
     * @param binaryShare probability of the binary kind; optional, default 0.5
     * @param density binary: probability that a bit of a prototype is set; optional, default 0.15
     *     to 0.5
     * @param flip binary: probability that a bit flips; optional, default 0.02 to 0.25
     * @param noise normal: standard deviation of the noise, where that of prototypes is 1;
     *     optional, default 0.3 to 2
     */
    record Prototypes(
            IntRange inputs,
            IntRange classes,
            IntRange perClass,
            Double binaryShare,
            DoubleRange density,
            DoubleRange flip,
            DoubleRange noise)
            implements TaskDistribution {

        public Prototypes {
            require(inputs != null, "inputs of a prototypes task must be given");
            require(classes != null, "classes of a prototypes task must be given");
            perClass = perClass == null ? IntRange.of(1, 3) : perClass;
            binaryShare = binaryShare == null ? 0.5 : binaryShare;
            density = density == null ? DoubleRange.of(0.15, 0.5) : density;
            flip = flip == null ? DoubleRange.of(0.02, 0.25) : flip;
            noise = noise == null ? DoubleRange.of(0.3, 2) : noise;
            require(
                    binaryShare >= 0 && binaryShare <= 1,
                    "binaryShare must be in [0, 1], got %s",
                    binaryShare);
            density.requireWithin(0.01, 0.99, "density");
            flip.requireWithin(0, 0.5, "flip");
            noise.requireWithin(0, 100, "noise");
        }

        /** Prototype tasks with the default kinds of noise. */
        public static Prototypes of(IntRange inputs, IntRange classes) {
            return new Prototypes(inputs, classes, null, null, null, null, null);
        }
    }

    /**
     * Synthetic tables, all drawn anew for each episode: columns are mixtures of a few latent
     * variables, most of them bent; labels are a random function of them.
     *
     * @param columns inputs of an example, log-uniform; optional, default 2 to 64
     * @param classes number of classes, log-uniform; optional, default 2 to 12
     * @param boundaries kinds of functions, one an episode, as often as it is listed; optional,
     *     default every one once and {@code CLUSTERS} and {@code NETWORK} once more
     * @param clusters normal clusters of each class; optional, default 1 to 6
     * @param spread standard deviation of the centres of clusters, where that of a cluster is about
     *     1; optional, default 0.6 to 3
     * @param hidden hidden units of a network; optional, default 4 to 27
     * @param gain size of the sums that enter its hidden units; optional, default 0.5 to 3
     * @param depth of a tree, deepened where it has fewer leaves than classes; optional, default 2
     *     to 6
     * @param irrelevant share of the variables that the labels do not depend on; optional, default
     *     0 to 0.4
     * @param noise standard deviation of the noise of a column, log-uniform; optional, default 0.02
     *     to 0.4
     * @param bent probability that a column is bent: tanh, exponential, a threshold, rounded or 0
     *     in all but a few examples; optional, default 0.7
     * @param oneHot probability that a table has categories, each a block of one-hot columns;
     *     optional, default 0.3
     * @param unbalanced probability that classes differ in frequency, by log-normal factors;
     *     optional, default 0.33
     * @param noisy probability that some labels are random; optional, default 0.5
     * @param labelNoise share of the random labels then; optional, default 0 to 0.15
     * @param standardised whether every column has mean 0 and variance 1 over the episode and is
     *     clipped at ±5; optional, default true
     */
    record Tables(
            IntRange columns,
            IntRange classes,
            List<Boundary> boundaries,
            IntRange clusters,
            DoubleRange spread,
            IntRange hidden,
            DoubleRange gain,
            IntRange depth,
            DoubleRange irrelevant,
            DoubleRange noise,
            Double bent,
            Double oneHot,
            Double unbalanced,
            Double noisy,
            DoubleRange labelNoise,
            Boolean standardised)
            implements TaskDistribution {

        /** What separates the classes. */
        public enum Boundary {
            /** Each class has normal clusters in the space of the latent variables. */
            @JsonAlias("clusters")
            CLUSTERS,
            /** The largest of random weighted sums. */
            @JsonAlias("linear")
            LINEAR,
            /** The largest output of a random network with one hidden layer. */
            @JsonAlias("network")
            NETWORK,
            /** A random decision tree. */
            @JsonAlias("tree")
            TREE,
            /** A chequerboard in two or three columns: exclusive or, parity. */
            @JsonAlias("grid")
            GRID,
            /** Distances from a point in two to four columns. */
            @JsonAlias("rings")
            RINGS,
            /** A sum of products of two columns. */
            @JsonAlias("products")
            PRODUCTS,
            /** Arms of a spiral in two columns. */
            @JsonAlias("spiral")
            SPIRAL
        }

        private static final List<Boundary> BOUNDARIES =
                Stream.concat(
                                Stream.of(Boundary.values()),
                                Stream.of(Boundary.CLUSTERS, Boundary.NETWORK))
                        .toList();

        public Tables {
            columns = columns == null ? IntRange.of(2, 64) : columns;
            columns.requireWithin(2, 4096, "columns");
            classes = classes == null ? IntRange.of(2, 12) : classes;
            classes.requireWithin(2, 4096, "classes");
            boundaries = boundaries == null ? BOUNDARIES : List.copyOf(boundaries);
            require(!boundaries.isEmpty(), "boundaries must name at least one");
            clusters = clusters == null ? IntRange.of(1, 6) : clusters;
            clusters.requireWithin(1, 100, "clusters");
            spread = spread == null ? DoubleRange.of(0.6, 3) : spread;
            spread.requireWithin(0, 100, "spread");
            hidden = hidden == null ? IntRange.of(4, 27) : hidden;
            hidden.requireWithin(1, 1000, "hidden");
            gain = gain == null ? DoubleRange.of(0.5, 3) : gain;
            gain.requireWithin(0.01, 100, "gain");
            depth = depth == null ? IntRange.of(2, 6) : depth;
            depth.requireWithin(1, 12, "depth");
            irrelevant = irrelevant == null ? DoubleRange.of(0, 0.4) : irrelevant;
            irrelevant.requireWithin(0, 0.95, "irrelevant");
            noise = noise == null ? DoubleRange.of(0.02, 0.4) : noise;
            noise.requireWithin(0.001, 100, "noise");
            bent = probability(bent, 0.7, "bent");
            oneHot = probability(oneHot, 0.3, "oneHot");
            unbalanced = probability(unbalanced, 0.33, "unbalanced");
            noisy = probability(noisy, 0.5, "noisy");
            labelNoise = labelNoise == null ? DoubleRange.of(0, 0.15) : labelNoise;
            labelNoise.requireWithin(0, 1, "labelNoise");
            standardised = standardised == null || standardised;
        }

        /** Tables of these sizes, everything else as by default. */
        public static Tables of(IntRange columns, IntRange classes) {
            return new Tables(
                    columns, classes, null, null, null, null, null, null, null, null, null, null,
                    null, null, null, null);
        }

        /** These tables with boundaries of these kinds alone. */
        public Tables withBoundaries(Boundary... kinds) {
            return new Tables(
                    columns,
                    classes,
                    List.of(kinds),
                    clusters,
                    spread,
                    hidden,
                    gain,
                    depth,
                    irrelevant,
                    noise,
                    bent,
                    oneHot,
                    unbalanced,
                    noisy,
                    labelNoise,
                    standardised);
        }
    }

    private static Double probability(Double given, double otherwise, String name) {
        double value = given == null ? otherwise : given;
        require(value >= 0 && value <= 1, "%s must be in [0, 1], got %s", name, value);
        return value;
    }

    private static List<String> checkedSets(List<String> sets) {
        require(
                sets != null && !sets.isEmpty(),
                "sets must name at least one image set, got %s",
                sets);
        sets.forEach(DataSets::requireName);
        return List.copyOf(sets);
    }

    private static List<Integer> checkedClasses(List<Integer> classes) {
        if (classes == null) {
            return null;
        }
        require(!classes.isEmpty(), "onlyClasses must not be empty");
        require(
                new HashSet<>(classes).size() == classes.size(),
                "onlyClasses must differ, got %s",
                classes);
        for (Integer c : classes) {
            require(c != null && c >= 0, "onlyClasses must be >= 0, got %s", classes);
        }
        return List.copyOf(classes);
    }
}
