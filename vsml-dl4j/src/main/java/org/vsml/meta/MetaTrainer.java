package org.vsml.meta;

import static org.vsml.core.Checks.require;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vsml.core.AtomicFiles;
import org.vsml.core.Engine;
import org.vsml.core.Examples;
import org.vsml.core.Json;
import org.vsml.core.Learner;
import org.vsml.core.LearnerConfig;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.Provenance;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.episode.DataSets;
import org.vsml.episode.Episode;
import org.vsml.episode.EpisodeSource;
import org.vsml.episode.Seeds;
import org.vsml.episode.TestStream;
import org.vsml.report.Versions;

/**
 * Meta-trains a learner: finds meta variables V_M with which it learns well (paper, algorithm 1).
 *
 * <pre>{@code
 * MetaTrainingResult result =
 *         MetaTrainer.of(MetaTrainingConfig.named("tiny")).threads(2).seed(1).folder(out).run();
 * result.algorithm().save(file);
 * }</pre>
 *
 * <p>The result is a function of configuration, seed, initial meta variables and engine: the same
 * bits for any number of threads, and whether or not the run was stopped and resumed. Each episode
 * is one task of a fixed pool of threads, and what they give is added up in their order.
 *
 * <p>A trainer is set up and run by one thread, once; {@link #stop} may be called from any.
 */
public final class MetaTrainer {

    private static final Logger LOG = LoggerFactory.getLogger(MetaTrainer.class);

    // Paths for Seeds.derive; never renumber.
    private static final long INITIAL = 0;
    private static final long EPISODE = 1;
    private static final long HELD_OUT = 2;
    private static final long PAIR = 3;
    private static final long POOL = 4;

    private static final List<Integer> HORIZONS = List.of(100, 500, 2000, 10_000);

    private final MetaTrainingConfig config;
    private final CountDownLatch left = new CountDownLatch(1);
    private Engine engine;
    private DataSets data;
    private int threads = 1;
    private long seed = 1;
    private long steps;
    private RunFolder folder;
    private boolean resume;
    private LearningAlgorithm initial;
    private String reproduce;
    private PairEvaluator evaluator;
    private MetaTrainingListener listener = new MetaTrainingListener() {};
    private Workers workers;
    private volatile boolean stopped;

    private MetaTrainer(MetaTrainingConfig config) {
        this.config = config;
        steps = config.steps();
    }

    /** A trainer with the defaults: one thread, seed 1, the best engine here, no files. */
    public static MetaTrainer of(MetaTrainingConfig config) {
        require(config != null, "the configuration must not be null");
        return new MetaTrainer(config);
    }

    /** Runs learners on this engine. */
    public MetaTrainer engine(Engine value) {
        engine = value;
        return this;
    }

    /** Takes image sets from here; default {@link DataSets#in} of no folder. */
    public MetaTrainer data(DataSets value) {
        data = value;
        return this;
    }

    /** Runs so many episodes at the same time. */
    public MetaTrainer threads(int value) {
        require(value >= 1 && value <= 4096, "threads must be in [1, 4096], got %d", value);
        threads = value;
        return this;
    }

    /** Seed of all that is random. */
    public MetaTrainer seed(long value) {
        seed = value;
        return this;
    }

    /** Stops after so many steps, counted from the first; at most those of all phases. */
    public MetaTrainer steps(long value) {
        require(
                value >= 1 && value <= config.steps(),
                "steps must be in [1, %d], the steps of all phases, got %d",
                config.steps(),
                value);
        steps = value;
        return this;
    }

    /** Starts from the meta variables of this algorithm instead of random ones. */
    public MetaTrainer initial(LearningAlgorithm value) {
        initial = value;
        return this;
    }

    /**
     * Keeps checkpoints, metrics and learning algorithms in this folder, which is made if it is
     * missing.
     */
    public MetaTrainer folder(Path value) throws IOException {
        folder = new RunFolder(value);
        return this;
    }

    /**
     * Whether to go on from the latest checkpoint in the folder, if there is one. The configuration
     * may differ from that of the checkpoint in the phases that had not begun, in evaluation,
     * checkpoints and divergence.
     */
    public MetaTrainer resume(boolean value) {
        resume = value;
        return this;
    }

    /** Is told how it gets on. */
    public MetaTrainer listener(MetaTrainingListener value) {
        listener = Objects.requireNonNull(value);
        return this;
    }

    /** Evaluates the pairs of evolution strategies elsewhere; default on the threads here. */
    public MetaTrainer evaluator(PairEvaluator value) {
        evaluator = value;
        return this;
    }

    /** The command that provenance names as the one that makes the algorithm again. */
    public MetaTrainer reproduce(String command) {
        reproduce = command;
        return this;
    }

    /**
     * Gives up the step in progress, writes a checkpoint of the last one that is complete, and lets
     * {@link #run} return; waits for that for at most {@code seconds}.
     *
     * @return whether {@link #run} has done its work
     */
    public boolean stop(long seconds) throws InterruptedException {
        requestStop();
        return left.await(seconds, TimeUnit.SECONDS);
    }

    /** As {@link #stop}, but does not wait, so that a listener can call it. */
    public void requestStop() {
        stopped = true;
        Workers running = workers;
        if (running != null) {
            running.stop();
        }
    }

    /**
     * Meta-trains.
     *
     * @throws IOException if a file cannot be read or written, or another run has the folder
     * @throws IllegalArgumentException if the folder holds another run, or a checkpoint while not
     *     resuming; or the data lacks a set
     * @throws DivergenceException if a loss or V_M is not finite, or the loss stays too high
     */
    public MetaTrainingResult run() throws IOException {
        try (Closeable lock = folder == null ? () -> {} : folder.lock();
                Workers pool = new Workers(threads)) {
            LOG.debug("holding {}", lock);
            workers = pool;
            if (stopped) {
                pool.stop();
            }
            return new Run(pool).run();
        } finally {
            left.countDown();
        }
    }

    /** The variables of one call of {@link MetaTrainer#run}. */
    private final class Run {

        private final Workers pool;
        private final Engine usedEngine = engine == null ? Engine.auto() : engine;
        private final DataSets usedData = data == null ? DataSets.in(null) : data;
        private final List<Learner> learners = new ArrayList<>();
        private final List<EpisodeSource> sources = new ArrayList<>();
        private final List<EpisodeSource> heldOut = new ArrayList<>();
        private final long began = System.nanoTime();
        private double secondsBefore;
        private TrainingState state;
        private long savedStep = -1;

        Run(Workers pool) {
            this.pool = pool;
        }

        MetaTrainingResult run() throws IOException {
            prepare();
            begin();
            secondsBefore = state.seconds();
            listener.started(state.step(), steps);
            boolean finished = true;
            try {
                while (state.step() < steps) {
                    step();
                    if (evaluatesAt(state.step())) {
                        evaluate();
                    }
                    if (state.step() % config.checkpoints().every() == 0) {
                        save();
                    }
                }
            } catch (CancellationException e) {
                finished = false;
            }
            if (savedStep != state.step()) {
                save();
            }
            return new MetaTrainingResult(
                    state.step(), state.metaLoss(), state.accuracy(), finished, algorithm());
        }

        /** Learners and data first, so that whatever is wrong is found before work begins. */
        private void prepare() {
            for (int i = 0; i < config.phases().size(); i++) {
                Learner learner = config.learnerOf(i).learner(usedEngine);
                learners.add(learner);
                require(
                        learner.metaVariableLayout().equals(learners.get(0).metaVariableLayout()),
                        "all phases must have the same meta variables; those of phase %d are %s, of"
                                + " phase 0 %s",
                        i,
                        learner.metaVariableLayout(),
                        learners.get(0).metaVariableLayout());
                sources.add(config.phases().get(i).episodes().source(usedData));
            }
            if (config.evaluation() != null) {
                for (String set : config.evaluation().sets()) {
                    heldOut.add(
                            TestStream.of(set, config.evaluation().examples()).source(usedData));
                }
            }
        }

        private void begin() throws IOException {
            if (folder != null) {
                AtomicFiles.deleteLeftovers(folder.path());
                Optional<RunFolder.Checkpoint> checkpoint =
                        folder.latest(learners.get(0).metaVariableLayout());
                if (checkpoint.isPresent()) {
                    require(
                            resume,
                            "%s holds a run of %d steps; resume it, or choose another folder",
                            folder.path(),
                            checkpoint.get().state().step());
                    requireSameRun(checkpoint.get());
                    state = checkpoint.get().state();
                    savedStep = state.step();
                    folder.rewindMetrics(state.step());
                    LOG.info("going on from {}", checkpoint.get().file());
                    return;
                }
                folder.rewindMetrics(0);
            }
            NamedArrays start;
            if (initial == null) {
                start = learners.get(0).initialMetaVariables(Seeds.generator(seed, INITIAL));
            } else {
                start = config.learner().adopt(initial);
            }
            state = TrainingState.start(config.start(start));
        }

        private void requireSameRun(RunFolder.Checkpoint checkpoint) {
            long step = checkpoint.state().step();
            int begun = step == 0 ? 0 : config.phaseAfter(step - 1);
            ObjectNode expected = comparable(description(), begun);
            ObjectNode found = comparable(checkpoint.run(), begun);
            for (Map.Entry<String, JsonNode> part : expected.properties()) {
                require(
                        part.getValue().equals(found.get(part.getKey())),
                        "%s belongs to another run: its %s is %s, asked for is %s",
                        checkpoint.file(),
                        part.getKey(),
                        found.get(part.getKey()),
                        part.getValue());
            }
            require(
                    step <= steps,
                    "%s is at step %d already, beyond the %d steps asked for",
                    checkpoint.file(),
                    step,
                    steps);
        }

        private void step() throws IOException {
            long started = System.nanoTime();
            int index = config.phaseAfter(state.step());
            Phase phase = config.phases().get(index);
            long local = state.step() - config.startOf(index);
            Estimate estimate = estimate(index, phase, local);
            StepGradient gradient = estimate.gradient();
            double[] parameters = state.metaVariables().values().clone();
            Optimizer optimizer = phase.optimizer();
            boolean fresh = local == 0 && !sameOptimizerBefore(index);
            double[][] moments =
                    fresh
                            ? new double[optimizer.moments()][parameters.length]
                            : state.copyOfMoments();
            long optimizerSteps = fresh ? 1 : state.optimizerSteps() + 1;
            double rate = optimizer.learningRate().at(local, phase.steps());
            optimizer.update(parameters, gradient.mean(), moments, optimizerSteps, rate);

            long step = state.step() + 1;
            requireFinite(gradient, parameters, step);
            boolean bad = gradient.loss() > config.divergence().lossBound();
            int badSteps = bad ? state.badSteps() + 1 : 0;
            if (badSteps >= config.divergence().patience()) {
                throw diverged(
                        "the meta loss has been above "
                                + config.divergence().lossBound()
                                + " for "
                                + badSteps
                                + " steps, at last "
                                + gradient.loss(),
                        step);
            }
            double now = System.nanoTime();
            state =
                    new TrainingState(
                            step,
                            new NamedArrays(state.metaVariables().layout(), parameters),
                            moments,
                            optimizerSteps,
                            gradient.loss(),
                            gradient.accuracy(),
                            badSteps,
                            state.bestAccuracy(),
                            state.bestStep(),
                            secondsBefore + (now - began) / 1e9,
                            estimate.pool());
            StepMetrics metrics =
                    new StepMetrics(
                            step,
                            index,
                            gradient.loss(),
                            gradient.accuracy(),
                            EpisodeGradient.norm(gradient.mean()),
                            gradient.episodeNorm(),
                            gradient.clipped(),
                            gradient.nonFinite(),
                            rate,
                            gradient.examples(),
                            (now - started) / 1e9);
            if (folder != null) {
                folder.log("step", metrics);
            }
            listener.stepped(metrics);
        }

        private boolean sameOptimizerBefore(int phase) {
            return phase > 0
                    && config.phases().get(phase - 1).optimizer().getClass()
                            == config.phases().get(phase).optimizer().getClass();
        }

        /** A gradient, and the pool after it was taken. */
        private record Estimate(StepGradient gradient, List<PooledState> pool) {}

        private Estimate estimate(int index, Phase phase, long local) {
            List<Long> episodeSeeds = new ArrayList<>();
            for (int i = 0; i < phase.batch(); i++) {
                episodeSeeds.add(Seeds.derive(seed, EPISODE, state.step(), i));
            }
            if (phase.estimator() instanceof GradientEstimator.EvolutionStrategies settings) {
                double sigma = settings.sigma().at(local, phase.steps());
                return new Estimate(evolve(settings, sigma, index, episodeSeeds), List.of());
            }
            GradientEstimator.Backpropagation settings =
                    (GradientEstimator.Backpropagation) phase.estimator();
            if (phase.pool() == null) {
                List<PooledState> items = episodeSeeds.stream().map(PooledState::fresh).toList();
                return new Estimate(
                        mean(backpropagate(settings, index, items, Integer.MAX_VALUE), settings),
                        List.of());
            }
            PooledState.Draw draw =
                    PooledState.draw(
                            local == 0 ? List.of() : state.pool(),
                            phase.pool(),
                            episodeSeeds,
                            Seeds.derive(seed, POOL, state.step()));
            List<EpisodeRun> runs =
                    backpropagate(settings, index, draw.items(), phase.pool().window());
            List<PooledState> ended = runs.stream().flatMap(run -> run.next().stream()).toList();
            return new Estimate(
                    mean(runs, settings),
                    PooledState.after(draw.left(), ended, phase.pool().capacity()));
        }

        private StepGradient mean(
                List<EpisodeRun> runs, GradientEstimator.Backpropagation settings) {
            return StepGradient.mean(
                    runs.stream().map(EpisodeRun::gradient).toList(),
                    state.metaVariables().values().length,
                    settings.clip());
        }

        /** What a task of the pool of threads gives: the gradient, and the episodes that go on. */
        private record EpisodeRun(EpisodeGradient gradient, List<PooledState> next) {}

        private List<EpisodeRun> backpropagate(
                GradientEstimator.Backpropagation settings,
                int index,
                List<PooledState> items,
                int window) {
            Learner learner = learners.get(index);
            EpisodeSource source = sources.get(index);
            NamedArrays metaVariables = state.metaVariables();
            List<Callable<EpisodeRun>> tasks = new ArrayList<>();
            for (int i = 0; i < items.size(); i += settings.together()) {
                List<PooledState> group = items.subList(i, i + settings.together());
                tasks.add(
                        () ->
                                backpropagate(
                                        learner, source, metaVariables, group, window, settings));
            }
            return pool.run(tasks);
        }

        /** One task: these episodes side by side, each for a window of at most so many steps. */
        private static EpisodeRun backpropagate(
                Learner learner,
                EpisodeSource source,
                NamedArrays metaVariables,
                List<PooledState> items,
                int window,
                GradientEstimator.Backpropagation settings) {
            List<Episode> wholes = new ArrayList<>();
            List<Episode> episodes = new ArrayList<>();
            List<NamedArrays> starts = new ArrayList<>();
            boolean partly = false;
            for (PooledState item : items) {
                Episode whole = source.sample(item.episodeSeed());
                boolean all = window >= whole.examples().length();
                partly |= !all;
                wholes.add(whole);
                episodes.add(all ? whole : item.window(whole, window));
                starts.add(item.learned() == null ? start(learner, whole) : item.learned());
            }
            EpisodeGradient gradient =
                    EpisodeGradient.of(learner, metaVariables, episodes, starts, settings, partly);
            List<PooledState> next = new ArrayList<>();
            for (int i = 0; partly && i < items.size(); i++) {
                NamedArrays learned = gradient.learned().get(i);
                items.get(i).next(wholes.get(i), window, learned).ifPresent(next::add);
            }
            return new EpisodeRun(gradient.withoutLearned(), next);
        }

        private StepGradient evolve(
                GradientEstimator.EvolutionStrategies settings,
                double sigma,
                int index,
                List<Long> episodeSeeds) {
            NamedArrays metaVariables = state.metaVariables();
            List<WorkItem> items = EvolutionStep.ask(seed, PAIR, state.step(), episodeSeeds);
            List<PairLosses> losses;
            if (evaluator == null) {
                Learner learner = learners.get(index);
                EpisodeSource source = sources.get(index);
                List<Callable<PairLosses>> tasks = new ArrayList<>();
                for (WorkItem item : items) {
                    tasks.add(
                            () -> PairLosses.evaluate(learner, metaVariables, sigma, source, item));
                }
                losses = pool.run(tasks);
            } else {
                losses =
                        elsewhere(
                                new EvaluationRequest(
                                        config.learnerOf(index),
                                        metaVariables,
                                        sigma,
                                        config.phases().get(index).episodes()),
                                items);
            }
            return EvolutionStep.tell(
                    items, losses, metaVariables.values().length, sigma, settings.shaping());
        }

        private List<PairLosses> elsewhere(EvaluationRequest request, List<WorkItem> items) {
            try {
                return evaluator.evaluate(request, items);
            } catch (RuntimeException e) {
                if (stopped) {
                    // Ctrl-C ends other machines' work, too, and they may hear of it first.
                    CancellationException end = new CancellationException("stopped");
                    end.initCause(e);
                    throw end;
                }
                throw e;
            }
        }

        private void requireFinite(StepGradient gradient, double[] parameters, long step) {
            if (!Double.isFinite(gradient.loss())) {
                throw diverged("the meta loss is " + gradient.loss(), step);
            }
            if (gradient.nonFinite() == gradient.episodes()) {
                throw diverged("no episode has a finite gradient", step);
            }
            for (double parameter : parameters) {
                if (!Double.isFinite(parameter)) {
                    throw diverged("the meta variables are not finite", step);
                }
            }
        }

        private DivergenceException diverged(String how, long step) {
            String good =
                    folder == null
                            ? "no checkpoints were kept"
                            : savedStep < 0
                                    ? "there is no checkpoint yet"
                                    : "the last good checkpoint is that of step "
                                            + savedStep
                                            + " in "
                                            + folder.path();
            return new DivergenceException(
                    "meta-training of "
                            + config.name()
                            + " diverged at step "
                            + step
                            + ": "
                            + how
                            + "; "
                            + good
                            + ". Try a smaller learningRate or clip");
        }

        private boolean evaluatesAt(long step) {
            return config.evaluation() != null
                    && (step % config.evaluation().every() == 0 || step == config.steps());
        }

        private void evaluate() throws IOException {
            MetaTrainingConfig.Evaluation evaluation = config.evaluation();
            // The learner of the step just made: the rule as it is now.
            Learner learner = learners.get(config.phaseAfter(state.step() - 1));
            NamedArrays metaVariables = state.metaVariables();
            List<Callable<double[]>> tasks = new ArrayList<>();
            for (EpisodeSource source : heldOut) {
                for (int i = 0; i < evaluation.seeds(); i++) {
                    long streamSeed = Seeds.derive(seed, HELD_OUT, i);
                    tasks.add(
                            () -> {
                                Episode episode = source.sample(streamSeed);
                                return accuracies(learner, metaVariables, episode);
                            });
                }
            }
            List<double[]> results = pool.run(tasks);
            List<HeldOutAccuracy> accuracies = new ArrayList<>();
            double sum = 0;
            for (int s = 0; s < heldOut.size(); s++) {
                List<double[]> own =
                        results.subList(s * evaluation.seeds(), (s + 1) * evaluation.seeds());
                List<Integer> horizons = horizons(evaluation.examples());
                for (int h = 0; h < horizons.size(); h++) {
                    int place = h;
                    double mean = own.stream().mapToDouble(a -> a[place]).average().orElseThrow();
                    accuracies.add(
                            new HeldOutAccuracy(
                                    state.step(),
                                    evaluation.sets().get(s),
                                    horizons.get(h),
                                    mean,
                                    evaluation.seeds()));
                    sum += h == horizons.size() - 1 ? mean : 0;
                }
            }
            if (folder != null) {
                for (HeldOutAccuracy accuracy : accuracies) {
                    folder.log("evaluation", accuracy);
                }
            }
            double mean = sum / heldOut.size();
            if (mean > state.bestAccuracy()) {
                state = state.withBest(mean);
                if (folder != null) {
                    folder.saveBest(algorithm());
                }
            }
            listener.evaluated(accuracies);
        }

        private static List<Integer> horizons(int examples) {
            List<Integer> horizons =
                    new ArrayList<>(HORIZONS.stream().filter(h -> h < examples).toList());
            horizons.add(examples);
            return horizons;
        }

        private double[] accuracies(Learner learner, NamedArrays metaVariables, Episode episode) {
            Examples examples = episode.examples();
            try (Rollout rollout =
                    learner.run(
                            metaVariables,
                            List.of(start(learner, episode)),
                            List.of(examples),
                            RolloutOptions.FORWARD)) {
                double[] logits = rollout.logits(0);
                return horizons(config.evaluation().examples()).stream()
                        .mapToDouble(
                                h ->
                                        Predictions.accuracy(
                                                logits, examples, Math.min(h, examples.length())))
                        .toArray();
            }
        }

        private void save() throws IOException {
            if (folder == null) {
                return;
            }
            Path file = folder.save(state, description(), config.checkpoints().keep());
            folder.saveLast(algorithm());
            savedStep = state.step();
            listener.saved(state.step(), file);
        }

        private ObjectNode description() {
            ObjectNode run = Json.mapper().createObjectNode();
            run.set("config", Json.mapper().valueToTree(config));
            run.put("seed", seed);
            run.put(
                    "initial",
                    initial == null ? "random" : initial.provenance().metaVariablesSha256());
            run.put("engine", usedEngine.name());
            return asRead(run);
        }

        private LearningAlgorithm algorithm() {
            int index = config.phaseAfter(Math.max(0, state.step() - 1));
            LearnerConfig learner = config.learnerOf(index);
            Map<String, String> versions = Versions.of(usedEngine.name());
            Map<String, Double> log = new TreeMap<>();
            log.put("steps", (double) state.step());
            log.put("hours", state.seconds() / 3600);
            if (state.step() > 0) {
                log.put("meta_loss", state.metaLoss());
                log.put("accuracy", state.accuracy());
            }
            if (Double.isFinite(state.bestAccuracy())) {
                log.put("best_held_out_accuracy", state.bestAccuracy());
                log.put("best_step", (double) state.bestStep());
            }
            return new LearningAlgorithm(
                    learner,
                    state.metaVariables(),
                    new Provenance(
                            config.name(),
                            "1",
                            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                            versions.get("vsml"),
                            versions.get("commit"),
                            seed,
                            config.name(),
                            log,
                            reproduce == null
                                    ? "./vsml meta-train --config "
                                            + config.name()
                                            + " --seed "
                                            + seed
                                    : reproduce,
                            state.metaVariables().sha256()));
        }
    }

    /** As JSON that has been written and read: types of numbers are then comparable. */
    private static ObjectNode asRead(ObjectNode tree) {
        try {
            return (ObjectNode) Json.mapper().readTree(Json.mapper().writeValueAsString(tree));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + tree, e);
        }
    }

    /** What of a description must agree on resuming, with the phases up to {@code begun}. */
    private static ObjectNode comparable(ObjectNode run, int begun) {
        ObjectNode result = run.objectNode();
        result.set("seed", run.get("seed"));
        result.set("initial", run.get("initial"));
        result.set("engine", run.get("engine"));
        result.set("learner", run.path("config").get("learner"));
        for (int i = 0; i <= begun; i++) {
            result.set("phase " + i, run.path("config").path("phases").get(i));
        }
        dropNulls(result);
        return result;
    }

    /** An option that is absent and one that a former version did not have are the same. */
    private static void dropNulls(JsonNode tree) {
        if (tree instanceof ObjectNode object) {
            object.properties().removeIf(field -> field.getValue().isNull());
        }
        tree.forEach(MetaTrainer::dropNulls);
    }

    /** Learned variables before an episode. */
    private static NamedArrays start(Learner learner, Episode episode) {
        Examples examples = episode.examples();
        return learner.initialLearnedVariables(
                examples.task(), examples.parallel(), Seeds.generator(episode.stateSeed()));
    }
}
