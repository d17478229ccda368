package org.vsml.lab;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.vsml.cloning.CloneComparison;
import org.vsml.cloning.CloneTraining;
import org.vsml.cloning.TargetError;
import org.vsml.cloning.run.ClonedBackpropagation;
import org.vsml.core.Architecture;
import org.vsml.core.AtomicFiles;
import org.vsml.core.HiddenLayer;
import org.vsml.core.Json;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.Parallel;
import org.vsml.episode.DataSets;
import org.vsml.episode.DerivedSets;
import org.vsml.episode.ImageSet;
import org.vsml.episode.Split;
import org.vsml.episode.View;
import org.vsml.lab.CloneResults.Case;
import org.vsml.lab.CloneResults.CloneScores;
import org.vsml.lab.CloneResults.Finished;
import org.vsml.report.Report;
import org.vsml.report.Table;

/**
 * Meta-tests cloned backpropagation beside real gradient descent: accuracy and curves (paper,
 * figures 5 and 11), agreement step by step, what a sub-RNN computes (figure 10), and sizes that
 * were never seen in meta-training.
 */
public final class CloneEvaluation {

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
    public record Settings(
            LearningAlgorithm algorithm,
            String name,
            List<String> sets,
            List<Integer> hiddenLayers,
            int batches,
            int seeds,
            int sizes,
            long seed,
            int threads) {
        public Settings {
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

    private static final String NAME = "clone";
    private static final int BATCH = 64;
    private static final double RATE = CloneTraining.DEFAULT.learningRate();
    private static final HiddenLayer.Dense HIDDEN = new HiddenLayer.Dense(32);

    private static final int MAX_HIDDEN = 8;
    private static final int HASH_DIGITS = 12;

    /** At most so many images of other sizes, which are kept as floats. */
    private static final int UNSEEN_IMAGES = 20_000;

    private final Settings settings;
    private final DataSets dataSets;
    private final Path runs;

    /**
     * An evaluation.
     *
     * @param runs folder of the results of single runs, made if it is missing: a run whose result
     *     is there already is not made again
     */
    public CloneEvaluation(Settings settings, DataSets dataSets, Path runs) {
        this.settings = settings;
        this.dataSets = dataSets;
        this.runs = runs;
    }

    public Report run(Progress.Display display) throws IOException {
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
        try (Progress progress = display.begin(NAME, "runs", runs)) {
            finished = run(cases, settings.seeds(), progress);
            others = run(unseen, settings.sizes(), progress);
        }
        List<CloneScores> rows = CloneResults.rows(cases, finished);
        Report report =
                new Report(NAME, settings.seed(), config(cases))
                        .table(Table.of(CloneScores.class, rows))
                        .csv("evaluate.csv", Table.of(CloneScores.class, rows))
                        .csv("curve.csv", CloneResults.curves(finished))
                        .csv("agreement.csv", CloneResults.agreement(finished))
                        .csv("targets.csv", targets())
                        .plot("agreement.png", CloneResults.agreementPlots(cases, finished));
        for (int depth : settings.hiddenLayers()) {
            report.plot("hidden-" + depth + ".png", CloneResults.plots(cases, finished, depth));
        }
        CloneActivation.addTo(report, settings.algorithm());
        if (!unseen.isEmpty()) {
            Table sizes = CloneResults.sizes(unseen, others);
            report.csv("sizes.csv", sizes)
                    .remark("Sizes never seen in meta-training (sizes.csv):\n" + sizes.text());
        }
        return report.remark(CloneResults.differences(rows))
                .remark(CloneResults.agreementInWords(finished));
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

    /** Shadow networks had 784 inputs, 10 classes, and at most one hidden layer of 16 to 64. */
    private List<Case> unseenSizes() {
        ImageSet train = some(settings.sets().get(0), Split.TRAIN);
        ImageSet test = some(settings.sets().get(0), Split.TEST);
        ImageSet smallTrain = halved(train);
        ImageSet smallTest = halved(test);
        List<Case> cases = new ArrayList<>();
        cases.add(unseen("fewer inputs", smallTrain, smallTest));
        cases.add(unseen("fewer inputs", smallTrain, smallTest, 32));
        cases.add(
                unseen(
                        "more inputs",
                        DerivedSets.withRowsTwice(train),
                        DerivedSets.withRowsTwice(test)));
        cases.add(
                unseen(
                        "fewer classes",
                        DerivedSets.classesBelow(train, 5),
                        DerivedSets.classesBelow(test, 5)));
        if (settings.sets().size() > 1) {
            ImageSet other = some(settings.sets().get(1), Split.TRAIN);
            ImageSet otherTest = some(settings.sets().get(1), Split.TEST);
            cases.add(
                    unseen(
                            "more classes",
                            DerivedSets.joined(smallTrain, halved(other)),
                            DerivedSets.joined(smallTest, halved(otherTest)),
                            32));
        }
        cases.add(unseen("narrower", smallTrain, smallTest, 8));
        cases.add(unseen("wider", smallTrain, smallTest, 100));
        cases.add(unseen("two hidden layers", smallTrain, smallTest, 32, 32));
        return cases;
    }

    private static ImageSet halved(ImageSet images) {
        return DerivedSets.resized(
                images, new View.Resized(images.shape().height() / 2, images.shape().width() / 2));
    }

    private ImageSet some(String set, Split split) {
        return DerivedSets.first(dataSets.load(set, split), UNSEEN_IMAGES);
    }

    private static Case unseen(String what, ImageSet train, ImageSet test, int... hidden) {
        List<HiddenLayer> layers = new ArrayList<>();
        for (int units : hidden) {
            layers.add(new HiddenLayer.Dense(units));
        }
        return new Case(what, train, test, layers);
    }
}
