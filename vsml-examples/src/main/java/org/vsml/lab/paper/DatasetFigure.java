package org.vsml.lab.paper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vsml.baselines.ClassicalLearners;
import org.vsml.online.ComparisonResult;
import org.vsml.online.Contender;
import org.vsml.online.Interval;
import org.vsml.report.Report;
import org.vsml.report.Table;

/**
 * Methods by meta-training sets by test sets (figures 8 and 13 to 15).
 *
 * @param number in the paper
 * @param title what it shows
 * @param horizon examples after which accuracy is read
 * @param projected which methods see randomly projected inputs in meta-training
 */
record DatasetFigure(String number, String title, int horizon, List<Method> projected)
        implements Figure {

    /** Length of all streams; figures differ in where they read accuracy off. */
    private static final int EXAMPLES = 2000;

    private static final List<Method> METHODS =
            List.of(
                    Method.VSML,
                    Method.META_RNN,
                    Method.HEBBIAN,
                    Method.FW_MEMORY,
                    Method.FW_PROGRAMMER);

    /** What the paper compares with. */
    private static final List<Method> BASELINES = METHODS.subList(1, 4);

    private static final List<String> CLASSICAL = List.of("sgd", "adam", "adam_hidden", "knn");

    /** Unseen where MNIST alone was seen. */
    private static final List<String> IMAGES = List.of("fashion_mnist", "kmnist", "usps");

    private static final double SIMILAR = 0.03;

    static final List<TrainingSet> SETS =
            List.of(
                    TrainingSet.of("mnist", "mnist"),
                    TrainingSet.of("fashion_mnist", "fashion_mnist"),
                    TrainingSet.of("random", TrainingSet.RANDOM),
                    TrainingSet.of(
                            "all", "mnist", "fashion_mnist", "kmnist", "usps", TrainingSet.RANDOM));

    static final List<TestSet> TESTS =
            List.of(
                    TestSet.of("mnist"),
                    TestSet.of("fashion_mnist"),
                    TestSet.of("kmnist"),
                    TestSet.of("usps"),
                    TestSet.of(TrainingSet.RANDOM),
                    TestSet.of(TestSet.SUM_SIGN));

    @Override
    public String protocol() {
        return "Each method is meta-trained on each of "
                + SETS.stream().map(TrainingSet::name).toList()
                + " and meta-tested on every test set; USPS stands in the place of EMNIST."
                + " Meta-training is as for figure 6 (where it does not learn MNIST"
                + " with two fifths of its short episodes and a fifth of the long ones, and that fifth too where nothing is projected), on all from what it came"
                + " to on MNIST. Random projections in meta-training: "
                + (projected.isEmpty()
                        ? "none"
                        : String.join(", ", projected.stream().map(Method::label).toList()))
                + ". Cumulative accuracy after "
                + horizon
                + " examples. SGD, Adam and k-NN have the best of a grid of settings for each set,"
                + " chosen on the reported streams themselves.";
    }

    @Override
    public List<Training> trainings() {
        List<Training> trainings = new ArrayList<>();
        for (TrainingSet set : SETS) {
            for (Method method : METHODS) {
                trainings.add(new Training(method, set, projected.contains(method)));
            }
        }
        return trainings.stream().distinct().toList();
    }

    @Override
    public FigureResult run(Laboratory laboratory, Effort effort) throws IOException {
        Measurements measurements = new Measurements(laboratory, this, effort);
        Map<String, Training> trained = new LinkedHashMap<>();
        List<Contender> contenders = new ArrayList<>();
        for (Training training : trainings()) {
            trained.put(training.name(), training);
            contenders.add(measurements.contender(training.name(), Entrant.of(training)));
        }
        CLASSICAL.forEach(name -> contenders.add(ClassicalLearners.named(name)));
        Map<String, ComparisonResult> results = new LinkedHashMap<>();
        for (TestSet test : TESTS) {
            ComparisonResult result = measurements.compare(contenders, test, EXAMPLES);
            results.put(test.name(), result);
            for (Contender contender : contenders) {
                Training training = trained.get(contender.name());
                measurements.note(
                        result,
                        contender.name(),
                        training,
                        training == null ? contender.name() : training.method().label(),
                        test,
                        List.of(Math.min(horizon, result.length())));
            }
        }
        Report report = measurements.report().image("figure.png", grid(measurements.rows()).png());
        return measurements.result(report, table(measurements.rows()), claims(results));
    }

    /** Unseen test sets are marked with a star. */
    private static Table table(List<Row> rows) {
        List<String> columns = new ArrayList<>(List.of("method", "trained_on"));
        TESTS.forEach(test -> columns.add(test.name()));
        Map<List<String>, List<Object>> lines = new LinkedHashMap<>();
        for (Row row : rows) {
            lines.computeIfAbsent(
                            List.of(row.method(), row.trainedOn()),
                            key -> new ArrayList<>(List.<Object>of(key.get(0), key.get(1))))
                    .add(
                            String.format(
                                    java.util.Locale.ROOT,
                                    "%.3f%s",
                                    row.accuracy(),
                                    row.unseen() ? "*" : ""));
        }
        Table table = new Table(columns);
        lines.values().forEach(line -> table.row(line.toArray()));
        return table;
    }

    private GridPlot grid(List<Row> rows) {
        GridPlot plot =
                new GridPlot(
                        "cumulative accuracy in % after "
                                + horizon
                                + " examples; framed: seen in meta-training",
                        TESTS.stream().map(TestSet::name).toList());
        Map<String, List<GridPlot.Cell>> lines = new LinkedHashMap<>();
        for (Row row : rows) {
            String name =
                    row.method() + (row.trainedOn().isEmpty() ? "" : " on " + row.trainedOn());
            boolean seen = !row.trainedOn().isEmpty() && !row.unseen();
            lines.computeIfAbsent(name, key -> new ArrayList<>())
                    .add(new GridPlot.Cell(row.accuracy(), seen));
        }
        lines.forEach(plot::line);
        return plot;
    }

    private List<Claim> claims(Map<String, ComparisonResult> results) {
        List<Claim.Comparison> general = new ArrayList<>();
        List<Claim.Comparison> early = new ArrayList<>();
        for (TestSet test : TESTS) {
            ComparisonResult result = results.get(test.name());
            for (TrainingSet set : SETS) {
                if (set.contains(test.set())) {
                    continue;
                }
                Interval vsml = accuracy(result, Method.VSML, set);
                for (Method method : BASELINES) {
                    general.add(
                            new Claim.Comparison(
                                    set.name() + " → " + test.name() + ", " + method.label(),
                                    vsml,
                                    accuracy(result, method, set)));
                }
                early.add(
                        new Claim.Comparison(
                                set.name() + " → " + test.name(),
                                vsml,
                                result.at("adam", horizon).accuracy()));
            }
        }
        List<Claim.Comparison> similar = new ArrayList<>();
        for (TestSet test : TESTS) {
            if (IMAGES.contains(test.name())) {
                similar.add(
                        new Claim.Comparison(
                                test.name(),
                                accuracy(results.get(test.name()), Method.VSML, SETS.get(0)),
                                results.get(test.name()).at("adam", horizon).accuracy()));
            }
        }
        return List.of(
                Claim.counted(
                        "On sets that were not seen in meta-training VSML is better than the Meta"
                                + " RNN, Hebbian fast weights and the fast weight memory",
                        general),
                Claim.counted(
                        "On unseen sets VSML is at least as good as online Adam, at its best rate,"
                                + " after "
                                + horizon
                                + " examples",
                        early),
                Claim.notBelow(
                        "Meta-trained on MNIST alone, VSML is about as good as online Adam, at its"
                                + " best rate, on images that it has not seen, after "
                                + horizon
                                + " examples (within "
                                + SIMILAR
                                + ")",
                        SIMILAR,
                        similar));
    }

    private Interval accuracy(ComparisonResult result, Method method, TrainingSet set) {
        String name = new Training(method, set, projected.contains(method)).name();
        return result.at(name, horizon).accuracy();
    }
}
