package org.vsml.cli;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.vsml.cli.internal.ConsoleProgress;
import org.vsml.cli.internal.ReportingCommand;
import org.vsml.core.Engine;
import org.vsml.core.LearningAlgorithm;
import org.vsml.episode.DataSets;
import org.vsml.lab.Progress;
import org.vsml.meta.GradientEstimator;
import org.vsml.meta.HeldOutAccuracy;
import org.vsml.meta.MetaTrainer;
import org.vsml.meta.MetaTrainingConfig;
import org.vsml.meta.MetaTrainingListener;
import org.vsml.meta.MetaTrainingResult;
import org.vsml.meta.PairEvaluator;
import org.vsml.meta.StepMetrics;
import org.vsml.report.LinePlot;
import org.vsml.report.Report;
import org.vsml.report.Table;
import org.vsml.spark.SparkPairEvaluator;
import org.vsml.spark.WorkerSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Meta-trains a learning algorithm from a configuration. */
@Command(
        name = "meta-train",
        description =
                "Meta-trains a learning algorithm; Ctrl-C writes a checkpoint to resume from.",
        mixinStandardHelpOptions = true)
final class MetaTrainCommand extends ReportingCommand {

    /** Rows of the table, more or less. */
    private static final int ROWS = 20;

    private static final long STOP_SECONDS = 60;

    @Option(
            names = "--config",
            paramLabel = "NAME|FILE.yaml",
            required = true,
            description =
                    "tiny, general-1, paper-part-1, paper-part-2, paper-es, mnist-gradient, mnist-es,"
                            + " quickstart, or another that comes with it, or a YAML file.")
    private String configName;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Stop at this step (default: after all phases).")
    private Long steps;

    @Option(
            names = "--resume",
            description = "Go on from the latest checkpoint in --out, if there is one.")
    private boolean resume;

    @Option(
            names = "--init",
            paramLabel = "NAME|FILE",
            description = "Start from the meta variables of this learning algorithm.")
    private String initial;

    @Option(
            names = "--spark",
            paramLabel = "MASTER",
            description =
                    "Evaluate evolution strategies on Apache Spark: local[2], spark://HOST:7077,"
                            + " ...")
    private String spark;

    @Mixin private DataOption data;

    @Mixin private RunOptions run;

    /** One row of the result: the mean over the steps since the row before, the last step alone. */
    public record TrainedModel(
            long step,
            int phase,
            double meta_loss,
            double accuracy,
            double seconds,
            String v_m_sha256) {}

    MetaTrainCommand() {}

    @Override
    protected Report report() throws IOException {
        run.check();
        MetaTrainingConfig config = Algorithms.config(configName);
        Engine engine = run.engine();
        Path folder = folder();
        MetaTrainer trainer =
                MetaTrainer.of(config)
                        .engine(engine)
                        .data(DataSets.in(data.folder))
                        .threads(run.threads)
                        .seed(run.seed)
                        .folder(folder)
                        .resume(resume)
                        .reproduce(command(false));
        if (steps != null) {
            trainer.steps(steps);
        }
        if (initial != null) {
            trainer.initial(Algorithms.named(initial));
        }
        PairEvaluator evaluator = spark == null ? null : connect(config);
        trainer.evaluator(evaluator);
        Thread hook = new Thread(() -> stop(trainer), "vsml-stop");
        MetaTrainingResult result;
        History history = new History();
        Runtime.getRuntime().addShutdownHook(hook);
        try (Listener listener = new Listener(history)) {
            result = trainer.listener(listener).run();
        } finally {
            remove(hook);
            if (evaluator instanceof SparkPairEvaluator cluster) {
                cluster.close();
            }
        }
        Path file = folder.resolve(config.name() + LearningAlgorithm.EXTENSION);
        result.algorithm().save(file);
        return new Report("meta-train", run.seed, settings(config))
                .engine(engine.name())
                .table(Table.of(TrainedModel.class, history.rows(result)))
                .plot("meta-loss.png", history.plots());
    }

    private PairEvaluator connect(MetaTrainingConfig config) {
        require(
                config.phases().stream()
                        .anyMatch(
                                phase ->
                                        phase.estimator()
                                                instanceof GradientEstimator.EvolutionStrategies),
                "--spark evaluates evolution strategies, of which %s has none; leave it out",
                config.name());
        try {
            return SparkPairEvaluator.connect(
                    spark, WorkerSettings.DEFAULT.withEngine(run.engineName).withData(data.folder));
        } catch (NoClassDefFoundError e) {
            throw new IllegalArgumentException(
                    "--spark needs Apache Spark on the class path; ./vsml puts it there", e);
        }
    }

    private Map<String, Object> settings(MetaTrainingConfig config) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("config", config);
        settings.put("steps", steps);
        settings.put("init", initial);
        settings.put("spark", spark);
        return settings;
    }

    private String command(boolean again) {
        StringBuilder command = new StringBuilder("./vsml meta-train --config " + configName);
        command.append(" --seed ").append(run.seed);
        if (steps != null) {
            command.append(" --steps ").append(steps);
        }
        if (initial != null) {
            command.append(" --init ").append(initial);
        }
        if (data.folder != null) {
            command.append(" --data ").append(again ? data.folder.toString() : "DIR");
        }
        if (!run.engineName.equals("auto")) {
            command.append(" --engine ").append(run.engineName);
        }
        return again
                ? command
                        + (spark == null ? "" : " --spark " + spark)
                        + " --threads "
                        + run.threads
                        + " --out "
                        + folder()
                        + " --resume"
                : command.toString();
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is shutting down, and the shutdown hook has run.
        }
    }

    /** On Ctrl-C. The JVM ends when this returns. */
    private void stop(MetaTrainer trainer) {
        try {
            String how =
                    trainer.stop(STOP_SECONDS)
                            ? "stopped; a checkpoint is in " + folder()
                            : "stopped without a new checkpoint";
            System.err.println();
            System.err.println("meta-train: " + how + ". Go on with");
            System.err.println("  " + command(true));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The progress bar. */
    private static final class Listener implements MetaTrainingListener, AutoCloseable {

        private final History history;
        private Progress progress;
        private String heldOut = "";

        Listener(History history) {
            this.history = history;
        }

        @Override
        public void started(long step, long steps) {
            progress = new ConsoleProgress("meta-train", "steps", steps);
            progress.step(step);
        }

        @Override
        public void stepped(StepMetrics metrics) {
            history.add(metrics);
            progress.say(
                    "loss %.3f acc %.3f%s",
                    history.recentLoss(), history.recentAccuracy(), heldOut);
            progress.step(1);
        }

        @Override
        public void evaluated(List<HeldOutAccuracy> accuracies) {
            heldOut =
                    accuracies.stream()
                            .map(
                                    a ->
                                            String.format(
                                                    Locale.ROOT,
                                                    " %s@%d %.3f",
                                                    a.set(),
                                                    a.examples(),
                                                    a.accuracy()))
                            .collect(Collectors.joining());
        }

        @Override
        public void close() {
            if (progress != null) {
                progress.close();
            }
        }
    }

    /** What the steps of this process came to. */
    private static final class History {

        private static final double SMOOTHING = 0.05;

        private final List<StepMetrics> steps = new ArrayList<>();
        private double loss = Double.NaN;
        private double accuracy = Double.NaN;

        void add(StepMetrics metrics) {
            boolean first = steps.isEmpty();
            loss = first ? metrics.metaLoss() : loss + SMOOTHING * (metrics.metaLoss() - loss);
            accuracy =
                    first
                            ? metrics.accuracy()
                            : accuracy + SMOOTHING * (metrics.accuracy() - accuracy);
            steps.add(metrics);
        }

        /** Exponential moving averages. */
        double recentLoss() {
            return loss;
        }

        double recentAccuracy() {
            return accuracy;
        }

        List<TrainedModel> rows(MetaTrainingResult result) {
            List<TrainedModel> rows = new ArrayList<>();
            int piece = Math.max(1, (steps.size() + ROWS - 1) / ROWS);
            for (int from = 0; from < steps.size(); from += piece) {
                List<StepMetrics> part = steps.subList(from, Math.min(steps.size(), from + piece));
                StepMetrics last = part.get(part.size() - 1);
                rows.add(
                        new TrainedModel(
                                last.step(),
                                last.phase(),
                                mean(part, true),
                                mean(part, false),
                                part.stream().mapToDouble(StepMetrics::seconds).sum(),
                                ""));
            }
            rows.add(
                    new TrainedModel(
                            result.step(),
                            steps.isEmpty() ? 0 : steps.get(steps.size() - 1).phase(),
                            result.metaLoss(),
                            result.accuracy(),
                            steps.isEmpty() ? 0 : steps.get(steps.size() - 1).seconds(),
                            result.algorithm().metaVariables().sha256()));
            return rows;
        }

        private static double mean(List<StepMetrics> part, boolean ofLoss) {
            return part.stream()
                    .mapToDouble(m -> ofLoss ? m.metaLoss() : m.accuracy())
                    .average()
                    .orElse(Double.NaN);
        }

        LinePlot[] plots() {
            if (steps.isEmpty()) {
                return new LinePlot[0];
            }
            double[] at = steps.stream().mapToDouble(StepMetrics::step).toArray();
            return new LinePlot[] {
                new LinePlot("meta-training", "step", "meta loss")
                        .line(
                                "meta loss",
                                at,
                                steps.stream().mapToDouble(StepMetrics::metaLoss).toArray()),
                new LinePlot("meta-training", "step", "cumulative accuracy")
                        .yRange(0, 1)
                        .line(
                                "accuracy",
                                at,
                                steps.stream().mapToDouble(StepMetrics::accuracy).toArray())
            };
        }
    }
}
