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
import org.vsml.report.LinePlot;
import org.vsml.report.Report;
import org.vsml.report.Table;

/** Five characters of Omniglot, each shown once, then one more of one of them (figure 18). */
final class OmniglotFigure implements Figure {

    /** An episode decides on one prediction only, so there are many for each seed. */
    private static final int EPISODES_PER_SEED = 100;

    private static final List<String> CLASSICAL = List.of("sgd", "adam", "1nn");

    private static final List<TestSet> TESTS =
            List.of(
                    new TestSet("omniglot", TrainingSet.OMNIGLOT, TrainingSet.SMALL, null),
                    new TestSet("fashion_mnist 1-shot", "fashion_mnist", TrainingSet.SMALL, null));

    private static final Map<String, Training> TRAINED = trained();

    private static Map<String, Training> trained() {
        TrainingSet omniglot = TrainingSet.of("omniglot", TrainingSet.OMNIGLOT);
        Map<String, Training> trained = new LinkedHashMap<>();
        for (Method method : List.of(Method.VSML, Method.META_RNN, Method.FW_MEMORY)) {
            trained.put(method.label(), new Training(method, omniglot, false));
        }
        return trained;
    }

    @Override
    public String number() {
        return "18";
    }

    @Override
    public String title() {
        return "Omniglot, five characters of which each is shown once";
    }

    @Override
    public String protocol() {
        return "Meta-trained on the background characters at 14 × 14 pixels, on episodes of 5"
                + " characters with 4 images each and the loss of all, then with 1 image each and"
                + " the loss of the last, a further image of one of them; tested so on the"
                + " evaluation characters, and on five random classes of Fashion-MNIST. A single"
                + " layer for VSML, without the paper's convolutions (`./vsml omniglot` has them)."
                + " SGD and Adam, linear, have the best rate of a grid.";
    }

    @Override
    public List<Training> trainings() {
        return List.copyOf(TRAINED.values());
    }

    @Override
    public FigureResult run(Laboratory laboratory, Effort effort) throws IOException {
        Effort more = new Effort(effort.seeds() * EPISODES_PER_SEED, effort.examples());
        Measurements measurements = new Measurements(laboratory, this, more);
        List<Contender> contenders = new ArrayList<>();
        for (Map.Entry<String, Training> entry : TRAINED.entrySet()) {
            contenders.add(measurements.contender(entry.getKey(), Entrant.of(entry.getValue())));
        }
        CLASSICAL.forEach(name -> contenders.add(ClassicalLearners.named(name)));
        Table table = new Table("test_set", "method", "accuracy", "low", "high", "setting");
        LinePlot plot = new LinePlot("last example of 6", "test set", "accuracy").yRange(0, 1);
        Map<String, Map<String, Interval>> reached = new LinkedHashMap<>();
        for (TestSet test : TESTS) {
            ComparisonResult result =
                    measurements.compareFewShot(contenders, test, TrainingSet.WAYS, 1);
            for (Contender contender : contenders) {
                Measurements.Last last = Measurements.last(result, contender, 1);
                reached.computeIfAbsent(contender.name(), name -> new LinkedHashMap<>())
                        .put(test.name(), last.accuracy());
                Training training = TRAINED.get(contender.name());
                measurements.add(
                        new Row(
                                number(),
                                training == null ? "" : training.set().name(),
                                contender.name(),
                                test.name(),
                                training != null && !training.set().contains(test.set()),
                                result.length(),
                                last.accuracy().mean(),
                                last.accuracy().low(),
                                last.accuracy().high(),
                                last.accuracy().count(),
                                last.setting()));
                table.row(
                        test.name(),
                        contender.name(),
                        last.accuracy().mean(),
                        last.accuracy().low(),
                        last.accuracy().high(),
                        last.setting());
            }
        }
        reached.forEach(
                (name, accuracies) -> {
                    List<Interval> all = List.copyOf(accuracies.values());
                    double[] at = new double[all.size()];
                    for (int i = 0; i < at.length; i++) {
                        at[i] = i + 1;
                    }
                    plot.points(
                            name,
                            at,
                            all.stream().mapToDouble(Interval::mean).toArray(),
                            all.stream().mapToDouble(Interval::low).toArray(),
                            all.stream().mapToDouble(Interval::high).toArray());
                });
        Report report = measurements.report().plot("figure.png", plot);
        String own = TESTS.get(0).name();
        String other = TESTS.get(1).name();
        return measurements.result(
                report,
                table,
                List.of(
                        Claim.of(
                                "The Meta RNN and the fast weight memory work well on Omniglot:"
                                        + " better than VSML",
                                List.of(
                                        against(reached, own, "meta_rnn", "vsml"),
                                        against(reached, own, "fw_memory", "vsml"))),
                        Claim.of(
                                "VSML is better than SGD and Adam there",
                                List.of(
                                        against(reached, own, "vsml", "sgd"),
                                        against(reached, own, "vsml", "adam"))),
                        Claim.of(
                                "VSML generalises to Fashion-MNIST, the others do not",
                                List.of(
                                        against(reached, other, "vsml", "meta_rnn"),
                                        against(reached, other, "vsml", "fw_memory")))));
    }

    private static Claim.Comparison against(
            Map<String, Map<String, Interval>> reached, String test, String more, String less) {
        return new Claim.Comparison(
                test + ", " + more + " against " + less + ":",
                reached.get(more).get(test),
                reached.get(less).get(test));
    }
}
