package org.vsml.lab;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import org.vsml.baselines.ClassicalLearners;
import org.vsml.core.Conditioned;
import org.vsml.core.Conditioning;
import org.vsml.core.Examples;
import org.vsml.core.LearnerConfig;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.OnlineStream;
import org.vsml.core.Parallel;
import org.vsml.core.TaskShape;
import org.vsml.core.VsmlWithMemory;
import org.vsml.dl4j.VsmlClassifier;
import org.vsml.episode.Episode;
import org.vsml.episode.EpisodeSource;
import org.vsml.online.Comparison;
import org.vsml.online.ComparisonResult;
import org.vsml.online.Contender;
import org.vsml.online.MetricsAt;
import org.vsml.online.OnlineAlgorithm;
import org.vsml.online.StandardisedInputs;
import org.vsml.report.LinePlot;
import org.vsml.report.Report;
import org.vsml.report.Table;

/**
 * Learns the rows of a table once, in order, with a {@link VsmlClassifier} and with classical
 * learners beside it, and counts who was right before it saw each label. The others get inputs
 * standardised by their own running statistics; their scores are made probabilities.
 */
public final class TableLearning {

    private static final List<Integer> HORIZONS = List.of(100, 500, 2000, 10_000);
    private static final int METRICS_WINDOW = 500;

    /** Examples between two steps of progress. */
    private static final int PIECE = 64;

    /** The first of a curve are mostly chance, and would set the scale of the plot. */
    private static final double CHANCE = 0.03;

    /**
     * One row of the result; see {@link org.vsml.online.PrequentialMetrics}.
     *
     * @param learner who
     * @param examples rows seen
     * @param accuracy share of predictions that were right
     * @param kappa beyond guessing with the same shares
     * @param kappaM beyond the class seen most
     * @param kappaT beyond the label before
     * @param logLoss mean of −ln p(label)
     * @param calibrationError expected calibration error
     * @param setting the best of a grid
     */
    public record Row(
            String learner,
            int examples,
            double accuracy,
            double kappa,
            double kappaM,
            double kappaT,
            double logLoss,
            double calibrationError,
            String setting) {}

    /** One point of curve.csv. */
    public record CurvePoint(String learner, int examples, double accuracy) {}

    private final VsmlClassifier model;
    private final List<String> others;
    private final int threads;
    private final List<ComparisonResult> results = new ArrayList<>();
    private int rows;

    /**
     * @param model learns; what it has learned before stays learned
     * @param others names of {@link ClassicalLearners}, which begin with nothing
     * @param threads learners at the same time
     */
    public TableLearning(VsmlClassifier model, List<String> others, int threads) {
        require(threads >= 1, "--threads must be >= 1, got %d", threads);
        this.model = model;
        this.others = List.copyOf(others);
        this.threads = threads;
        others.forEach(ClassicalLearners::named);
    }

    /** An algorithm that conditions its inputs: the same, or the same behind a standardisation. */
    public static LearningAlgorithm conditioned(LearningAlgorithm algorithm) {
        LearnerConfig config = algorithm.config();
        return config instanceof Conditioned || config instanceof VsmlWithMemory
                ? algorithm
                : new LearningAlgorithm(
                        new Conditioned(config, Conditioning.STANDARD),
                        algorithm.metaVariables(),
                        algorithm.provenance());
    }

    /**
     * Learns.
     *
     * @param inputs [rows][inputs]
     * @param labels by row, in [0, classes)
     * @param seed of the learners that are random
     */
    public void learn(
            double[][] inputs, int[] labels, int classes, long seed, Progress.Display display)
            throws IOException {
        rows = inputs.length;
        int size = inputs[0].length;
        double[] flat = new double[Math.multiplyExact(rows, size)];
        for (int i = 0; i < rows; i++) {
            System.arraycopy(inputs[i], 0, flat, i * size, size);
        }
        Examples examples = Examples.online(TaskShape.of(size, classes), flat, labels);
        EpisodeSource stream = own -> Episode.withMeanLoss(examples, own, "table");
        List<Contender> contenders = new ArrayList<>();
        contenders.add(Contender.of(new Classifier(model)));
        for (String other : others) {
            contenders.add(
                    ClassicalLearners.calibrated(
                            ClassicalLearners.named(other).withEach(StandardisedInputs::new)));
        }
        long steps = 0;
        for (Contender contender : contenders) {
            steps += (long) contender.settings().size() * rows;
        }
        try (Progress progress = display.begin("learn", "examples", steps)) {
            List<Callable<ComparisonResult>> tasks = new ArrayList<>();
            for (Contender contender : contenders) {
                Contender counted = contender.withEach(a -> new Counted(a, progress::step));
                tasks.add(
                        () ->
                                new Comparison(List.of(counted), stream)
                                        .run(
                                                seed,
                                                1,
                                                1,
                                                new MetricsAt(HORIZONS, METRICS_WINDOW),
                                                count -> {}));
            }
            results.addAll(Parallel.run(threads, "learning", tasks));
        }
    }

    /** Name of the algorithm in tables. */
    public String name() {
        return model.algorithm().provenance().name();
    }

    /** Gives a report the table, the curves and their plot. */
    public Report on(Report report, String title) {
        List<Row> table = new ArrayList<>();
        List<CurvePoint> curve = new ArrayList<>();
        for (ComparisonResult result : results) {
            String learner = result.contenders().get(0);
            for (int horizon : horizons()) {
                table.add(row(result.metrics(learner, horizon)));
            }
            for (ComparisonResult.Point point : result.curve(learner, StreamResults.CURVE_POINTS)) {
                curve.add(new CurvePoint(learner, point.examples(), point.accuracy().mean()));
            }
        }
        report.table(Table.of(Row.class, table))
                .csv("learn.csv", Table.of(Row.class, table))
                .csv("curve.csv", Table.of(CurvePoint.class, curve))
                .plot("curve.png", plot(title, curve))
                .remark(verdict());
        return report;
    }

    private static Row row(ComparisonResult.Metrics m) {
        return new Row(
                m.contender(),
                m.examples(),
                m.accuracy(),
                m.kappa(),
                m.kappaM(),
                m.kappaT(),
                m.logLoss(),
                m.calibrationError(),
                m.setting().equals(m.contender()) ? "" : m.setting());
    }

    private LinePlot plot(String title, List<CurvePoint> curve) {
        LinePlot plot = new LinePlot(title, "rows seen", "share right so far").logarithmicX();
        double first = Math.min(20, CHANCE * rows);
        double low = 1;
        double high = 0;
        for (ComparisonResult result : results) {
            String learner = result.contenders().get(0);
            List<CurvePoint> own =
                    curve.stream()
                            .filter(p -> p.learner().equals(learner) && p.examples() >= first)
                            .toList();
            plot.line(
                    learner,
                    own.stream().mapToDouble(CurvePoint::examples).toArray(),
                    own.stream().mapToDouble(CurvePoint::accuracy).toArray());
            for (CurvePoint point : own) {
                low = Math.min(low, point.accuracy());
                high = Math.max(high, point.accuracy());
            }
        }
        double margin = 0.02 + 0.05 * (high - low);
        return plot.yRange(Math.max(0, low - margin), Math.min(1, high + margin));
    }

    private String verdict() {
        double own = results.get(0).at(name(), rows).accuracy().mean();
        String best =
                results.stream()
                        .skip(1)
                        .map(r -> r.at(r.contenders().get(0), rows))
                        .max(Comparator.comparingDouble(p -> p.accuracy().mean()))
                        .map(
                                p ->
                                        String.format(
                                                Locale.ROOT,
                                                "; the best of the others, %s, in %.3f",
                                                p.contender(),
                                                p.accuracy().mean()))
                        .orElse("");
        return String.format(
                Locale.ROOT,
                "Over %,d rows, each predicted before its label was seen, %s was right in %.3f%s.",
                rows,
                name(),
                own,
                best);
    }

    private Iterable<Integer> horizons() {
        TreeSet<Integer> horizons = new TreeSet<>(HORIZONS);
        horizons.removeIf(horizon -> horizon > rows);
        horizons.add(rows);
        return horizons;
    }

    /** The classifier as an algorithm that goes on with what it knows. */
    private record Classifier(VsmlClassifier model) implements OnlineAlgorithm {

        @Override
        public String name() {
            return model.algorithm().provenance().name();
        }

        @Override
        public OnlineStream start(TaskShape task, long seed) {
            int inputs = task.inputs();
            return examples -> {
                double[] scores = new double[examples.length() * task.classes()];
                Arrays.fill(scores, Double.NEGATIVE_INFINITY);
                for (int t = 0; t < examples.length(); t++) {
                    double[] probabilities =
                            model.learn(
                                    Arrays.copyOfRange(
                                            examples.inputs(), t * inputs, (t + 1) * inputs),
                                    examples.labels()[t]);
                    for (int b = 0; b < probabilities.length; b++) {
                        scores[t * task.classes() + b] = Math.log(probabilities[b]);
                    }
                }
                return scores;
            };
        }
    }

    /** Says how far it is. */
    private record Counted(OnlineAlgorithm algorithm, LongConsumer progress)
            implements OnlineAlgorithm {

        @Override
        public String name() {
            return algorithm.name();
        }

        @Override
        public OnlineStream start(TaskShape task, long seed) {
            OnlineStream session = algorithm.start(task, seed);
            return examples -> {
                double[] scores = new double[examples.length() * task.classes()];
                for (int from = 0; from < examples.length(); from += PIECE) {
                    int count = Math.min(PIECE, examples.length() - from);
                    double[] part = session.learn(examples.slice(from, count));
                    System.arraycopy(part, 0, scores, from * task.classes(), part.length);
                    progress.accept(count);
                }
                return scores;
            };
        }
    }
}
