package org.vsml.lab;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.stream.DoubleStream;
import org.vsml.baselines.ClassicalLearners;
import org.vsml.core.AtomicFiles;
import org.vsml.core.Engine;
import org.vsml.core.LearningAlgorithm;
import org.vsml.episode.DataSets;
import org.vsml.episode.EpisodeDistribution;
import org.vsml.episode.Split;
import org.vsml.episode.TaskDistribution;
import org.vsml.episode.View;
import org.vsml.meta.MetaTrainingConfig;
import org.vsml.online.Contender;
import org.vsml.online.OnlineAlgorithm;
import org.vsml.report.LinePlot;
import org.vsml.report.Report;
import org.vsml.report.Table;

/**
 * Few-shot learning of classes that meta-training has not seen (paper, appendix B and figure 18),
 * beside gradient descent and nearest neighbours.
 */
public final class FewShotExperiment {

    /** What the learners beside it see: the image as it is, and coarser, which blurs strokes. */
    private static final Map<String, View> VIEWS = views();

    /** Learners whose accuracy the curve is shown beside. */
    private static final int BESIDE = 3;

    /** Written as it grows, so that a run that is stopped leaves it. */
    private static final String CURVE = "curve.csv";

    /** One step an example wants larger rates than a long stream. */
    private static final double[] RATES = {0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1};

    /** One row of the result. */
    public record FewShotScores(
            String learner,
            String view,
            double accuracy,
            double low,
            double high,
            int episodes,
            String setting) {}

    /** One point of the curve over meta-training. */
    public record CurvePoint(
            long step, double processorMinutes, double accuracy, double low, double high) {}

    private final MetaTrainingConfig config;
    private final TaskDistribution.FewShot task;
    private final DataSets data;
    private final Engine engine;
    private final FewShotTrial trial;
    private final int threads;
    private final List<CurvePoint> curve = new ArrayList<>();

    /**
     * @param config whose last phase has a few-shot component, as which the test is
     * @param data image sets
     * @param engine that runs VSML
     * @param episodes of the test
     * @param seed of all that is random
     * @param threads episodes of meta-training at the same time
     */
    public FewShotExperiment(
            MetaTrainingConfig config,
            DataSets data,
            Engine engine,
            int episodes,
            long seed,
            int threads) {
        require(episodes >= 2, "--episodes must be >= 2, got %d", episodes);
        this.config = config;
        this.data = data;
        this.engine = engine;
        this.threads = threads;
        task = fewShot(config);
        trial =
                new FewShotTrial(
                        data, task.sets().get(0), task.ways(), task.shots(), episodes, seed);
    }

    /**
     * Meta-trains with tests on the way, and saves what came of it under the name of the
     * configuration.
     *
     * @param initial where it starts from; null for random meta variables
     * @param steps at most those of the configuration
     * @param minutes processor minutes; infinity for no bound
     * @param every steps between two tests
     * @param folder of checkpoints, of the curve and of the algorithm
     * @param reproduce the command that makes the algorithm again
     */
    public LearningAlgorithm metaTrain(
            LearningAlgorithm initial,
            long steps,
            double minutes,
            long every,
            Path folder,
            String reproduce,
            Progress.Display display)
            throws IOException {
        LearningAlgorithm algorithm =
                new PiecewiseMetaTraining(
                                config,
                                initial,
                                engine,
                                data,
                                folder.resolve("meta-training"),
                                trial.seed(),
                                threads,
                                steps,
                                minutes,
                                every,
                                reproduce)
                        .run(
                                (now, step, spent) -> {
                                    FewShotTrial.Result result =
                                            trial.run(
                                                    StreamExperiment.contender(now, engine),
                                                    task.view());
                                    curve.add(
                                            new CurvePoint(
                                                    step,
                                                    spent,
                                                    result.accuracy().mean(),
                                                    result.accuracy().low(),
                                                    result.accuracy().high()));
                                    AtomicFiles.writeString(
                                            folder.resolve(CURVE),
                                            Table.of(CurvePoint.class, curve).csv());
                                },
                                display);
        algorithm.save(folder.resolve(config.name() + LearningAlgorithm.EXTENSION));
        return algorithm;
    }

    /** Where the test's images come from. */
    public String origin() {
        return data.load(trial.set(), Split.TEST).origin();
    }

    /**
     * Tests an algorithm in the view of its meta-training, and others in several, on the same
     * episodes.
     *
     * @param learners names of {@link ClassicalLearners}
     * @param report is given the table and, after meta-training, its curve
     */
    public Report test(LearningAlgorithm algorithm, List<String> learners, Report report) {
        List<FewShotScores> rows = new ArrayList<>();
        Contender own = StreamExperiment.contender(algorithm, engine);
        rows.add(row(own.name(), shown(task.view()), trial.run(own, task.view())));
        for (Contender other : others(learners)) {
            for (Map.Entry<String, View> view : VIEWS.entrySet()) {
                rows.add(row(other.name(), view.getKey(), trial.run(other, view.getValue())));
            }
        }
        report.table(Table.of(FewShotScores.class, rows))
                .csv("omniglot.csv", Table.of(FewShotScores.class, rows));
        if (!curve.isEmpty()) {
            report.csv(CURVE, Table.of(CurvePoint.class, curve))
                    .plot("curve.png", plot(curve, rows));
        }
        return report;
    }

    private static TaskDistribution.FewShot fewShot(MetaTrainingConfig config) {
        List<EpisodeDistribution.Component> last =
                config.phases().get(config.phases().size() - 1).episodes().components();
        return last.stream()
                .map(EpisodeDistribution.Component::task)
                .filter(TaskDistribution.FewShot.class::isInstance)
                .map(TaskDistribution.FewShot.class::cast)
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "the last phase of "
                                                + config.name()
                                                + " has no few_shot component"));
    }

    private static List<Contender> others(List<String> learners) {
        return learners.stream()
                .map(
                        learner ->
                                switch (learner) {
                                    case "sgd" -> grid(learner, ClassicalLearners::sgd);
                                    case "adam" -> grid(learner, ClassicalLearners::adam);
                                    default -> ClassicalLearners.named(learner);
                                })
                .toList();
    }

    private static Contender grid(String name, DoubleFunction<OnlineAlgorithm> algorithm) {
        return new Contender(name, DoubleStream.of(RATES).mapToObj(algorithm).toList());
    }

    private static FewShotScores row(String learner, String view, FewShotTrial.Result result) {
        return new FewShotScores(
                learner,
                view,
                result.accuracy().mean(),
                result.accuracy().low(),
                result.accuracy().high(),
                result.accuracy().count(),
                result.setting());
    }

    private static String shown(View view) {
        return VIEWS.entrySet().stream()
                .filter(known -> known.getValue().equals(view))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(view.toString());
    }

    private static Map<String, View> views() {
        Map<String, View> views = new LinkedHashMap<>();
        views.put("full", new View.Full());
        views.put("14x14", new View.Resized(14, 14));
        views.put("7x7", new View.Resized(7, 7));
        return views;
    }

    private static LinePlot plot(List<CurvePoint> curve, List<FewShotScores> rows) {
        double[] at = curve.stream().mapToDouble(CurvePoint::step).toArray();
        LinePlot plot =
                new LinePlot("unseen characters", "meta-training step", "accuracy").yRange(0, 1);
        plot.band(
                "VSML",
                curve,
                CurvePoint::step,
                CurvePoint::accuracy,
                CurvePoint::low,
                CurvePoint::high);
        for (String learner :
                rows.stream()
                        .map(FewShotScores::learner)
                        .distinct()
                        .skip(1)
                        .limit(BESIDE)
                        .toList()) {
            double best =
                    rows.stream()
                            .filter(row -> row.learner().equals(learner))
                            .mapToDouble(FewShotScores::accuracy)
                            .max()
                            .orElse(Double.NaN);
            double[] level = new double[at.length];
            Arrays.fill(level, best);
            plot.line(learner + ", best view", at, level);
        }
        return plot;
    }
}
