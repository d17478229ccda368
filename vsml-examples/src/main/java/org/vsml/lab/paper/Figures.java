package org.vsml.lab.paper;

import static org.vsml.core.Checks.require;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vsml.episode.View;
import org.vsml.lab.paper.Training.Variant;
import org.vsml.online.ComparisonResult;
import org.vsml.online.Interval;

/** The figures that can be made. */
final class Figures {

    private static final TrainingSet MNIST = TrainingSet.of("mnist", "mnist");

    /** What all meta-training of VSML here differs in from the paper. */
    static final String DEVIATIONS =
            "VSML follows the configurations paper-part-1 and paper-part-2. Of its two ticks an example"
                    + " one predicts and one, with meta variables of its own, learns from error and"
                    + " label, for which learning appears several times sooner; its states are"
                    + " clipped, its units remember for different times, and inputs that are always"
                    + " the same rest. It is meta-trained by back-propagation instead of evolution"
                    + " strategies, on 38 to 250 random pixels (or projections) an episode instead of"
                    + " all 784, and on episodes of 50, 100, 200 and then, 300 at a time from a pool of"
                    + " learned states, 2,000 and 3,000 examples instead of 500; the baselines on all pixels and"
                    + " episodes of 50, then 100. Meta-testing is on the test part, all pixels.";

    private static final String SIZES = " " + DEVIATIONS;

    private static final String GRIDS =
            " SGD, Adam and k-NN have the best of a grid of settings at every number of examples,"
                    + " chosen on the reported streams themselves.";

    private Figures() {}

    /** In the order of the paper. */
    static List<Figure> all() {
        return List.of(
                six(),
                seven(),
                new DatasetFigure(
                        "8",
                        "Online learning on various sets after 2,000 examples",
                        2000,
                        List.of(Method.VSML)),
                new IntrospectionFigure(
                        "9",
                        "Output probabilities over two examples of each digit",
                        List.of(IntrospectionFigure.Order.PAIRS, IntrospectionFigure.Order.APART),
                        withRuns()),
                new LeaveOneOutFigure(),
                new DatasetFigure(
                        "13",
                        "Online learning on various sets after 100 examples",
                        100,
                        List.of(Method.VSML)),
                new DatasetFigure(
                        "14",
                        "Online learning on various sets, no random projections for any method",
                        2000,
                        List.of()),
                new DatasetFigure(
                        "15",
                        "Online learning on various sets, random projections for all methods",
                        2000,
                        List.of(Method.values())),
                sixteen(),
                new IntrospectionFigure(
                        "17",
                        "Output probabilities over the first 100 digits of MNIST",
                        List.of(IntrospectionFigure.Order.ANY),
                        Map.of("vsml", new Training(Method.VSML, MNIST, true))),
                new OmniglotFigure(),
                nineteen(),
                new LossFigure(),
                batched(),
                evolution());
    }

    /** Those of these numbers, in this order. */
    static List<Figure> named(List<String> numbers) {
        Map<String, Figure> all = new LinkedHashMap<>();
        all().forEach(figure -> all.put(figure.number(), figure));
        for (String number : numbers) {
            require(
                    all.containsKey(number),
                    "there is no figure %s; there are %s",
                    number,
                    List.copyOf(all.keySet()));
        }
        return numbers.stream().map(all::get).toList();
    }

    private static Map<String, Training> withRuns() {
        Map<String, Training> trained = new LinkedHashMap<>();
        trained.put("vsml", new Training(Method.VSML, MNIST, true));
        trained.put("vsml with runs", new Training(Method.VSML, MNIST, true, Variant.PAIRS));
        return trained;
    }

    private static Figure six() {
        Map<String, Entrant> trained = new LinkedHashMap<>();
        trained.put("vsml", Entrant.of(new Training(Method.VSML, MNIST, true)));
        trained.put("meta_rnn", Entrant.of(new Training(Method.META_RNN, MNIST, false)));
        return new CurveFigure(
                "6",
                "Meta-trained on MNIST, tested on MNIST and Fashion-MNIST",
                "VSML and the Meta RNN are meta-trained on MNIST." + SIZES + GRIDS,
                trained,
                List.of("sgd", "adam", "knn"),
                List.of(TestSet.of("mnist"), TestSet.of("fashion_mnist")),
                2000,
                List.of(100, 500, 2000),
                results -> {
                    ComparisonResult seen = results.get("mnist");
                    ComparisonResult unseen = results.get("fashion_mnist");
                    return List.of(
                            Claim.of(
                                    "On MNIST VSML learns faster than online gradient descent",
                                    List.of(
                                            against(seen, "vsml", "sgd", 100),
                                            against(seen, "vsml", "adam", 100))),
                            Claim.of(
                                    "It does so on Fashion-MNIST too, which it has never seen",
                                    List.of(
                                            against(unseen, "vsml", "sgd", 100),
                                            against(unseen, "vsml", "adam", 100))),
                            Claim.of(
                                    "The Meta RNN overfits: on Fashion-MNIST it is far below VSML",
                                    List.of(against(unseen, "vsml", "meta_rnn", 2000))));
                });
    }

    private static Figure seven() {
        TrainingSet several = new TrainingSet("robust", List.of("mnist"), List.of(3, 4, 6, 7));
        Map<String, Entrant> trained = new LinkedHashMap<>();
        trained.put("vsml", Entrant.of(new Training(Method.VSML, several, true)));
        List<TestSet> tests =
                List.of(
                        TestSet.of("mnist"),
                        TestSet.mnist("5 classes", null, 0, 2, 4, 6, 8),
                        TestSet.mnist("8 classes", null, 0, 1, 2, 3, 5, 6, 7, 8),
                        TestSet.mnist("21 x 21", new View.Resized(21, 21)),
                        TestSet.mnist("48 x 48", new View.Resized(48, 48)),
                        TestSet.mnist("projection", new View.Projection(null)),
                        TestSet.mnist("shuffled", new View.Shuffled()));
        return new CurveFigure(
                "7",
                "Robustness to other numbers of inputs and classes, order and projection",
                "VSML goes on from that of figure 6 on MNIST with 3, 4, 6 and 7 random classes, on 38"
                        + " to 250 random pixels or projections in the place of 14 × 14, 28 × 28 and"
                        + " 32 × 32 pixels; it is tested on six configurations that it has not met,"
                        + " beside the reference of 28 × 28 pixels and 10 classes."
                        + GRIDS,
                trained,
                List.of("sgd", "adam"),
                tests,
                1000,
                List.of(100, 1000),
                results ->
                        List.of(
                                Claim.within(
                                        "With the same ten classes, all changes of the inputs are"
                                                + " learned as well as the reference (within 0.05)",
                                        0.05,
                                        results.get("mnist").at("vsml", 1000).accuracy(),
                                        last(
                                                results,
                                                "21 x 21",
                                                "48 x 48",
                                                "projection",
                                                "shuffled"))));
    }

    private static Map<String, Interval> last(
            Map<String, ComparisonResult> results, String... tests) {
        Map<String, Interval> last = new LinkedHashMap<>();
        for (String test : tests) {
            last.put(test, results.get(test).at("vsml", 1000).accuracy());
        }
        return last;
    }

    private static Figure sixteen() {
        Map<String, Entrant> trained = new LinkedHashMap<>();
        for (Method method : List.of(Method.VSML, Method.META_RNN)) {
            // With as many steps on either side; long episodes are projected in figure 6 alone.
            Variant variant = method == Method.VSML ? Variant.SHORT : Variant.USUAL;
            trained.put(method.label(), Entrant.of(new Training(method, MNIST, false, variant)));
            trained.put(
                    method.label() + " projected",
                    Entrant.of(new Training(method, MNIST, true, variant)));
        }
        return new CurveFigure(
                "16",
                "Meta-training on MNIST with and without random projections",
                "With and without random projections in meta-training (VSML in a third to three"
                        + " quarters of the episodes, the Meta RNN in half); otherwise as for figure 6,"
                        + " but for VSML without the second configuration: on episodes of at most 200"
                        + " examples, as far with projections as without."
                        + SIZES
                        + GRIDS,
                trained,
                List.of("adam"),
                List.of(TestSet.of("mnist"), TestSet.of("fashion_mnist")),
                2000,
                List.of(100, 500, 2000),
                results -> {
                    ComparisonResult unseen = results.get("fashion_mnist");
                    return List.of(
                            Claim.of(
                                    "Projections improve VSML slightly on Fashion-MNIST",
                                    List.of(against(unseen, "vsml projected", "vsml", 2000))),
                            Claim.of(
                                    "With projections too the Meta RNN stays far below VSML there",
                                    List.of(
                                            against(
                                                    unseen,
                                                    "vsml projected",
                                                    "meta_rnn projected",
                                                    2000))));
                });
    }

    private static Figure nineteen() {
        Map<String, Entrant> trained = new LinkedHashMap<>();
        trained.put("vsml", Entrant.of(new Training(Method.VSML, MNIST, true)));
        trained.put(
                "vsml short", Entrant.of(new Training(Method.VSML, MNIST, true, Variant.SHORT)));
        return new CurveFigure(
                "19",
                "Short horizon bias: 12,000 examples, and a persistent pool of learned states",
                "VSML short has met episodes of at most 200 examples of MNIST; VSML, that of figure 6,"
                        + " has gone on from it with tasks of 2,000 and 3,000 examples, 300 at a time from"
                        + " learned states that are kept in a pool, which the paper proposes. Tested"
                        + " on 12,000 examples (the test part, then training images)."
                        + GRIDS,
                trained,
                List.of("sgd", "adam"),
                List.of(TestSet.of("mnist")),
                12_000,
                List.of(100, 500, 2000, 12_000),
                results -> {
                    ComparisonResult mnist = results.get("mnist");
                    return List.of(
                            Claim.of(
                                    "VSML is faster at first",
                                    List.of(
                                            against(mnist, "vsml", "sgd", 100),
                                            against(mnist, "vsml", "adam", 100))),
                            Claim.of(
                                    "Beyond its horizon gradient descent overtakes it",
                                    List.of(
                                            against(mnist, "adam", "vsml short", 12_000),
                                            against(mnist, "adam", "vsml", 12_000))),
                            Claim.of(
                                    "Going on from earlier learned states lengthens the horizon"
                                            + " (which the paper supposes)",
                                    List.of(against(mnist, "vsml", "vsml short", 12_000))));
                });
    }

    private static Figure batched() {
        Training usual = new Training(Method.VSML, MNIST, true, Variant.SHORT);
        Training batched = new Training(Method.VSML, MNIST, true, Variant.BATCHED);
        Map<String, Entrant> trained = new LinkedHashMap<>();
        trained.put("batched", new Entrant(batched, Stage.PARALLEL));
        trained.put("online", Entrant.of(usual));
        trained.put("online, run in batches", new Entrant(usual, Stage.PARALLEL));
        return new CurveFigure(
                "batched",
                "A batched learning algorithm, meta-trained from scratch",
                "VSML sees "
                        + Stage.PARALLEL
                        + " examples a step, predicts all of them before it sees their labels, and"
                        + " averages half of the channels of its states over them before every step"
                        + " (appendix C.2). Batched is meta-trained so from random V_M on MNIST;"
                        + " beside it what the same configuration, paper-part-1, comes to with one"
                        + " example a step, and the same run in batches, which it was not"
                        + " meta-trained for. Accuracy is over the"
                        + " number of examples, whether they come one by one or in batches."
                        + GRIDS,
                trained,
                List.of("sgd"),
                List.of(TestSet.of("mnist"), TestSet.of("fashion_mnist")),
                2000,
                List.of(100, 500, 2000),
                results -> {
                    ComparisonResult seen = results.get("mnist");
                    ComparisonResult unseen = results.get("fashion_mnist");
                    return List.of(
                            Claim.of(
                                    "A batched algorithm can be meta-learned from scratch: it is"
                                            + " better in batches than the online one",
                                    List.of(
                                            against(
                                                    seen,
                                                    "batched",
                                                    "online, run in batches",
                                                    2000),
                                            against(
                                                    unseen,
                                                    "batched",
                                                    "online, run in batches",
                                                    2000))));
                });
    }

    private static Figure evolution() {
        Map<String, Entrant> trained = new LinkedHashMap<>();
        trained.put(
                "evolution", Entrant.of(new Training(Method.VSML, MNIST, true, Variant.EVOLUTION)));
        trained.put("gradients", Entrant.of(new Training(Method.VSML, MNIST, true, Variant.SHORT)));
        return new CurveFigure(
                "es",
                "Meta-trained from scratch by evolution strategies",
                "Both learn from random V_M on MNIST: evolution by configuration paper-es (antithetic"
                        + " pairs, sigma 0.05, Adam 0.025 as in appendix C.2, forward runs alone, on"
                        + " random projections of 3, then 5, then 10 classes), gradients by"
                        + " paper-part-1."
                        + GRIDS,
                trained,
                List.of("sgd", "adam"),
                List.of(TestSet.of("mnist"), TestSet.of("fashion_mnist")),
                2000,
                List.of(100, 500, 2000),
                results ->
                        List.of(
                                Claim.of(
                                        "Evolution strategies find a learning algorithm from scratch"
                                                + " that is faster than Adam at first",
                                        List.of(
                                                against(
                                                        results.get("mnist"),
                                                        "evolution",
                                                        "adam",
                                                        100),
                                                against(
                                                        results.get("fashion_mnist"),
                                                        "evolution",
                                                        "adam",
                                                        100)))));
    }

    private static Claim.Comparison against(
            ComparisonResult result, String more, String less, int examples) {
        int at = Math.min(examples, result.length());
        return new Claim.Comparison(
                more + " @" + at + " against " + less + ":",
                result.at(more, at).accuracy(),
                result.at(less, at).accuracy());
    }
}
