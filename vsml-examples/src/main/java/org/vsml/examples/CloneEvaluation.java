package org.vsml.examples;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.vsml.cloning.CloneComparison;
import org.vsml.cloning.CloneTraining;
import org.vsml.cloning.TargetError;
import org.vsml.cloning.run.ClonedBackpropagation;
import org.vsml.cloning.run.ClonedNetwork;
import org.vsml.core.Architecture;
import org.vsml.core.AtomicFiles;
import org.vsml.core.HiddenLayer;
import org.vsml.core.Json;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.Parallel;
import org.vsml.core.TaskShape;
import org.vsml.episode.DataSets;
import org.vsml.episode.ImageSet;
import org.vsml.episode.Split;
import org.vsml.online.Interval;
import org.vsml.report.HeatMap;
import org.vsml.report.LinePlot;
import org.vsml.report.Report;
import org.vsml.report.Table;

/**
 * Meta-tests cloned backpropagation beside real gradient descent: accuracy and curves (paper,
 * figures 5 and 11), agreement step by step, what a sub-RNN computes (figure 10), and sizes that
 * were never seen in meta-training.
 */
final class CloneEvaluation {

    /**
     * What is evaluated.
     *
     * @param algorithm cloned backpropagation
     * @param name what it was asked for by
     * @param sets names of image sets
     * @param hiddenLayers numbers of hidden layers of 32
     * @param batches that each network learns
     * @param seeds runs of everything
     * @param sizes runs for each of the sizes never seen; 0 for none
     */
    record Settings(
            LearningAlgorithm algorithm,
            String name,
            List<String> sets,
            List<Integer> hiddenLayers,
            int batches,
            int seeds,
            int sizes,
            long seed,
            int threads) {
        Settings {
            require(
                    hiddenLayers.stream().allMatch(n -> n >= 0 && n <= MAX_HIDDEN),
                    "--hidden-layers must be in [0, %d], got %s",
                    MAX_HIDDEN,
                    hiddenLayers);
            require(batches >= 1, "--batches must be >= 1, got %d", batches);
            require(seeds >= 1, "--seeds must be >= 1, got %d", seeds);
            require(sizes >= 0, "--sizes must be >= 0, got %d", sizes);
            require(threads >= 1, "--threads must be >= 1, got %d", threads);
            require(
                    algorithm.config() instanceof ClonedBackpropagation,
                    "--evaluate needs cloned backpropagation, got %s: %s",
                    name,
                    algorithm.config());
        }
    }

    /** One row of the result. */
    public record Row(
            String set,
            int hiddenLayers,
            String learner,
            double accuracy,
            double low,
            double high,
            int seeds) {}

    private static final String VSML = "vsml";
    private static final String SGD = "sgd";
    private static final int BATCH = 64;
    private static final double RATE = CloneTraining.DEFAULT.learningRate();
    private static final HiddenLayer.Dense HIDDEN = new HiddenLayer.Dense(32);

    private static final int MAX_HIDDEN = 8;
    private static final int HASH_DIGITS = 12;

    /** Batches that a point of a curve is the mean of. */
    private static final int WINDOW = 10;

    /** At most so many images of other sizes, which are kept as floats. */
    private static final int UNSEEN_IMAGES = 20_000;

    private static final int GRID = 81;
    private static final double X_RANGE = 4;
    private static final double W_RANGE = 3;

    /** A task and what learned it. */
    private record Case(String set, ImageSet train, ImageSet test, List<HiddenLayer> hidden) {

        int depth() {
            return hidden.size();
        }
    }

    private record Finished(Case of, int seed, CloneComparison.Result result) {}

    private final Settings settings;
    private final DataSets dataSets;
    private final Path runs;

    /**
     * An evaluation.
     *
     * @param runs folder of the results of single runs, made if it is missing: a run whose result
     *     is there already is not made again
     */
    CloneEvaluation(Settings settings, DataSets dataSets, Path runs) {
        this.settings = settings;
        this.dataSets = dataSets;
        this.runs = runs;
    }

    Report report() throws IOException {
        List<Case> cases = new ArrayList<>();
        for (int depth : settings.hiddenLayers()) {
            List<HiddenLayer> hidden = Collections.nCopies(depth, HIDDEN);
            for (String set : settings.sets()) {
                cases.add(
                        new Case(
                                set,
                                dataSets.load(set, Split.TRAIN),
                                dataSets.load(set, Split.TEST),
                                hidden));
            }
        }
        List<Case> unseen = settings.sizes() == 0 ? List.of() : unseenSizes();
        List<Finished> finished;
        List<Finished> others;
        int runs = cases.size() * settings.seeds() + unseen.size() * settings.sizes();
        try (Progress progress = new Progress(CloneCommand.NAME, "runs", runs)) {
            finished = run(cases, settings.seeds(), progress);
            others = run(unseen, settings.sizes(), progress);
        }
        List<Row> rows = rows(cases, finished);
        Report report =
                new Report(CloneCommand.NAME, settings.seed(), config(cases))
                        .table(Table.of(Row.class, rows))
                        .csv("evaluate.csv", Table.of(Row.class, rows))
                        .csv("curve.csv", curves(finished))
                        .csv("agreement.csv", agreement(finished))
                        .csv("targets.csv", targets())
                        .plot("agreement.png", agreementPlots(cases, finished));
        for (int depth : settings.hiddenLayers()) {
            report.plot("hidden-" + depth + ".png", plots(cases, finished, depth));
        }
        addActivation(report);
        if (!unseen.isEmpty()) {
            Table sizes = sizes(unseen, others);
            report.csv("sizes.csv", sizes)
                    .remark("Sizes never seen in meta-training (sizes.csv):\n" + sizes.text());
        }
        return report.remark(differences(rows)).remark(agreementInWords(finished));
    }

    private Map<String, Object> config(List<Case> cases) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("meta_variables", settings.name());
        config.put("v_m_sha256", settings.algorithm().metaVariables().sha256());
        config.put("provenance", settings.algorithm().provenance());
        Map<String, String> origins = new LinkedHashMap<>();
        cases.forEach(c -> origins.put(c.set(), c.train().origin()));
        config.put("origins", origins);
        config.put("batches", settings.batches());
        config.put("batch_size", BATCH);
        config.put("learning_rate", RATE);
        config.put("seeds", settings.seeds());
        config.put("sizes", settings.sizes());
        return config;
    }

    /** All cases with all seeds, some at a time. */
    private List<Finished> run(List<Case> cases, int seeds, Progress progress) {
        List<Callable<Finished>> tasks = new ArrayList<>();
        for (int i = 0; i < seeds; i++) {
            for (Case c : cases) {
                int seed = i;
                tasks.add(() -> run(c, seed, progress));
            }
        }
        return Parallel.run(settings.threads(), "evaluating", tasks);
    }

    /** Reads the result of an earlier evaluation into the same folder, else makes and keeps it. */
    private Finished run(Case c, int seed, Progress progress) throws IOException {
        Path file = runs.resolve(fileName(c, seed));
        CloneComparison.Result result;
        if (Files.exists(file)) {
            result = Json.mapper().readValue(file.toFile(), CloneComparison.Result.class);
        } else {
            LearningAlgorithm algorithm =
                    ClonedBackpropagation.withArchitecture(
                            settings.algorithm(), new Architecture(c.hidden()));
            result =
                    new CloneComparison(algorithm, c.train(), c.test(), BATCH, RATE)
                            .run(settings.batches(), settings.seed() + seed);
            Files.createDirectories(runs);
            AtomicFiles.writeString(file, Json.mapper().writeValueAsString(result));
        }
        progress.say(
                "%s, %d hidden layers: vsml %.4f, sgd %.4f",
                c.set(), c.depth(), result.cloneAccuracy(), result.sgdAccuracy());
        progress.step(1);
        return new Finished(c, seed, result);
    }

    /** Says everything that a result depends on. */
    private String fileName(Case c, int seed) {
        return String.format(
                Locale.ROOT,
                "%s-%d-images-%d%s-%d-batches-%d-seed-%d-of-%s.json",
                c.set().replaceAll("[^A-Za-z0-9]+", "-"),
                c.train().size(),
                c.train().shape().size(),
                c.hidden().stream()
                        .map(h -> "-" + ((HiddenLayer.Dense) h).units())
                        .collect(Collectors.joining()),
                c.train().classes(),
                settings.batches(),
                settings.seed() + seed,
                settings.algorithm().metaVariables().sha256().substring(0, HASH_DIGITS));
    }

    private static List<Row> rows(List<Case> cases, List<Finished> finished) {
        List<Row> rows = new ArrayList<>();
        for (Case c : cases) {
            rows.add(row(c, VSML, finished, f -> f.result().cloneAccuracy()));
            rows.add(row(c, SGD, finished, f -> f.result().sgdAccuracy()));
        }
        return rows;
    }

    private static Row row(
            Case c, String learner, List<Finished> finished, ToDoubleFunction<Finished> value) {
        Interval interval = Interval.ofMean(of(c, finished).mapToDouble(value).toArray());
        return new Row(
                c.set(),
                c.depth(),
                learner,
                interval.mean(),
                interval.low(),
                interval.high(),
                interval.count());
    }

    private static java.util.stream.Stream<Finished> of(Case c, List<Finished> finished) {
        return finished.stream().filter(f -> f.of().equals(c));
    }

    private static String differences(List<Row> rows) {
        StringBuilder text = new StringBuilder("vsml − sgd, in points:");
        for (int i = 0; i + 1 < rows.size(); i += 2) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            " %s with %d hidden %+.2f;",
                            rows.get(i).set(),
                            rows.get(i).hiddenLayers(),
                            100 * (rows.get(i).accuracy() - rows.get(i + 1).accuracy())));
        }
        return text.substring(0, text.length() - 1);
    }

    private static String agreementInWords(List<Finished> finished) {
        double least =
                finished.stream()
                        .flatMap(f -> f.result().steps().stream())
                        .flatMap(s -> s.cosine().stream())
                        .mapToDouble(Double::doubleValue)
                        .min()
                        .orElse(Double.NaN);
        double mean =
                finished.stream()
                        .flatMap(f -> f.result().steps().stream())
                        .flatMap(s -> s.cosine().stream())
                        .mapToDouble(Double::doubleValue)
                        .average()
                        .orElse(Double.NaN);
        return String.format(
                Locale.ROOT,
                "cosine of the change of a layer's weights with backpropagation's: mean %.4f, least %.4f",
                mean,
                least);
    }

    private static Table curves(List<Finished> finished) {
        Table table =
                new Table("set", "hidden_layers", "learner", "seed", "batch", "loss", "accuracy");
        for (Finished f : finished) {
            for (CloneComparison.Step s : f.result().steps()) {
                table.row(
                        f.of().set(),
                        f.of().depth(),
                        VSML,
                        f.seed(),
                        s.batch(),
                        s.cloneLoss(),
                        s.cloneAccuracy());
                table.row(
                        f.of().set(),
                        f.of().depth(),
                        SGD,
                        f.seed(),
                        s.batch(),
                        s.sgdLoss(),
                        s.sgdAccuracy());
            }
        }
        return table;
    }

    private static Table agreement(List<Finished> finished) {
        Table table =
                new Table("set", "hidden_layers", "seed", "batch", "layer", "cosine", "norm_ratio");
        for (Finished f : finished) {
            for (CloneComparison.Step s : f.result().steps()) {
                for (int k = 0; k < s.cosine().size(); k++) {
                    table.row(
                            f.of().set(),
                            f.of().depth(),
                            f.seed(),
                            s.batch(),
                            k + 1,
                            s.cosine().get(k),
                            s.normRatio().get(k));
                }
            }
        }
        return table;
    }

    private static LinePlot[] plots(List<Case> cases, List<Finished> finished, int depth) {
        List<LinePlot> plots = new ArrayList<>();
        for (Case c : cases) {
            if (c.depth() == depth) {
                LinePlot loss = new LinePlot(c.set(), "batches of 64", "loss");
                band(loss, VSML, c, finished, CloneComparison.Step::cloneLoss);
                plots.add(band(loss, SGD, c, finished, CloneComparison.Step::sgdLoss));
                LinePlot accuracy = new LinePlot(c.set(), "batches of 64", "accuracy");
                band(accuracy, VSML, c, finished, CloneComparison.Step::cloneAccuracy);
                plots.add(band(accuracy, SGD, c, finished, CloneComparison.Step::sgdAccuracy));
            }
        }
        return plots.toArray(new LinePlot[0]);
    }

    private static LinePlot[] agreementPlots(List<Case> cases, List<Finished> finished) {
        LinePlot cosine =
                new LinePlot("Direction of Δw", "batches of 64", "cosine with backpropagation's");
        LinePlot ratio = new LinePlot("Size of Δw", "batches of 64", "norm over backpropagation's");
        for (Case c : cases) {
            for (int layer = 0; layer <= c.depth(); layer++) {
                int k = layer;
                String name = c.set() + ", layer " + (k + 1) + " of " + (c.depth() + 1);
                band(cosine, name, c, finished, s -> s.cosine().get(k));
                band(ratio, name, c, finished, s -> s.normRatio().get(k));
            }
        }
        return new LinePlot[] {cosine, ratio};
    }

    /** Means of some batches each, then over seeds. */
    private static LinePlot band(
            LinePlot plot,
            String name,
            Case c,
            List<Finished> finished,
            ToDoubleFunction<CloneComparison.Step> value) {
        List<double[]> smooth =
                of(c, finished).map(f -> smoothed(f.result().steps(), value)).toList();
        int points = smooth.get(0).length;
        int width =
                Math.min(WINDOW, of(c, finished).findFirst().orElseThrow().result().steps().size());
        double[] x = new double[points];
        double[] mean = new double[points];
        double[] low = new double[points];
        double[] high = new double[points];
        for (int i = 0; i < points; i++) {
            int at = i;
            Interval interval = Interval.ofMean(smooth.stream().mapToDouble(s -> s[at]).toArray());
            x[i] = (i + 0.5) * width;
            mean[i] = interval.mean();
            low[i] = interval.low();
            high[i] = interval.high();
        }
        return plot.band(name, x, mean, low, high);
    }

    private static double[] smoothed(
            List<CloneComparison.Step> steps, ToDoubleFunction<CloneComparison.Step> value) {
        int width = Math.min(WINDOW, steps.size());
        double[] result = new double[steps.size() / width];
        for (int i = 0; i < result.length * width; i++) {
            result[i / width] += value.applyAsDouble(steps.get(i)) / width;
        }
        return result;
    }

    private Table targets() {
        List<TargetError> errors =
                new ArrayList<>(
                        TargetError.measure(
                                settings.algorithm(),
                                CloneTraining.DEFAULT,
                                null,
                                settings.seed()));
        for (String set : settings.sets()) {
            errors.addAll(
                    TargetError.measure(
                            settings.algorithm(),
                            CloneTraining.DEFAULT,
                            dataSets.load(set, Split.TEST),
                            settings.seed()));
        }
        return Table.of(TargetError.class, errors);
    }

    /**
     * What single sub-RNNs make of x, as a network of one input whose outputs have each their w.
     */
    private void addActivation(Report report) throws IOException {
        ClonedBackpropagation config = (ClonedBackpropagation) settings.algorithm().config();
        double[] x = grid(X_RANGE);
        double[] w = grid(W_RANGE);
        TaskShape task = TaskShape.of(1, GRID);
        ClonedBackpropagation flat = config.withArchitecture(Architecture.dense());
        NamedArrays cells = NamedArrays.zeros(ClonedNetwork.layout(flat, task));
        for (int i = 0; i < GRID; i++) {
            cells.values()[i] = w[i] / config.scale();
        }
        ClonedNetwork network =
                new ClonedNetwork(flat, settings.algorithm().metaVariables(), task, cells);
        float[] inputs = new float[GRID];
        for (int i = 0; i < GRID; i++) {
            inputs[i] = (float) x[i];
        }
        float[] y = network.predict(inputs, GRID);
        double[][] error = new double[GRID][GRID];
        Table table = new Table("x", "w", "learned", "exact");
        LinePlot curves = new LinePlot("tanh(x) w", "x", "y of a sub-RNN");
        for (int j = 0; j < GRID; j++) {
            double[] learned = new double[GRID];
            double[] exact = new double[GRID];
            for (int i = 0; i < GRID; i++) {
                learned[i] = y[i * GRID + j];
                exact[i] = Math.tanh(x[i]) * w[j];
                error[j][i] = Math.abs(learned[i] - exact[i]);
                table.row(x[i], w[j], learned[i], exact[i]);
            }
            if (j % (GRID / 8) == 0) {
                curves.line(String.format(Locale.ROOT, "w = %.2f", w[j]), x, learned);
            }
        }
        report.csv("activation.csv", table)
                .plot("activation.png", curves)
                .image(
                        "activation-error.png",
                        HeatMap.png("|y − tanh(x) w|", "x", "w", x, w, error));
    }

    private static double[] grid(double range) {
        double[] values = new double[GRID];
        Arrays.setAll(values, i -> range * (2.0 * i / (GRID - 1) - 1));
        return values;
    }

    /** Shadow networks had 784 inputs, 10 classes, and at most one hidden layer of 16 to 64. */
    private List<Case> unseenSizes() {
        ImageSet train = some(settings.sets().get(0), Split.TRAIN);
        ImageSet test = some(settings.sets().get(0), Split.TEST);
        ImageSet smallTrain = ImageSizes.halved(train);
        ImageSet smallTest = ImageSizes.halved(test);
        List<Case> cases = new ArrayList<>();
        cases.add(unseen("fewer inputs", smallTrain, smallTest));
        cases.add(unseen("fewer inputs", smallTrain, smallTest, 32));
        cases.add(unseen("more inputs", ImageSizes.doubled(train), ImageSizes.doubled(test)));
        cases.add(
                unseen(
                        "fewer classes",
                        ImageSizes.classesBelow(train, 5),
                        ImageSizes.classesBelow(test, 5)));
        if (settings.sets().size() > 1) {
            ImageSet other = some(settings.sets().get(1), Split.TRAIN);
            ImageSet otherTest = some(settings.sets().get(1), Split.TEST);
            cases.add(
                    unseen(
                            "more classes",
                            ImageSizes.joined(smallTrain, ImageSizes.halved(other)),
                            ImageSizes.joined(smallTest, ImageSizes.halved(otherTest)),
                            32));
        }
        cases.add(unseen("narrower", smallTrain, smallTest, 8));
        cases.add(unseen("wider", smallTrain, smallTest, 100));
        cases.add(unseen("two hidden layers", smallTrain, smallTest, 32, 32));
        return cases;
    }

    private ImageSet some(String set, Split split) {
        return ImageSizes.first(dataSets.load(set, split), UNSEEN_IMAGES);
    }

    private static Case unseen(String what, ImageSet train, ImageSet test, int... hidden) {
        List<HiddenLayer> layers = new ArrayList<>();
        for (int units : hidden) {
            layers.add(new HiddenLayer.Dense(units));
        }
        return new Case(what, train, test, layers);
    }

    private static Table sizes(List<Case> cases, List<Finished> finished) {
        Table table = new Table("what", "inputs", "hidden", "classes", VSML, SGD, "seeds");
        for (Case c : cases) {
            List<Finished> own = of(c, finished).toList();
            table.row(
                    c.set(),
                    c.train().shape().size(),
                    c.hidden().isEmpty()
                            ? "none"
                            : String.join(
                                    " ",
                                    c.hidden().stream()
                                            .map(h -> "" + ((HiddenLayer.Dense) h).units())
                                            .toList()),
                    c.train().classes(),
                    own.stream().mapToDouble(f -> f.result().cloneAccuracy()).average().orElse(0),
                    own.stream().mapToDouble(f -> f.result().sgdAccuracy()).average().orElse(0),
                    own.size());
        }
        return table;
    }
}
