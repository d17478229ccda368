package org.vsml.meta;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vsml.core.AtomicFiles;
import org.vsml.core.Learner;
import org.vsml.core.LearnerConfig;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.Provenance;
import org.vsml.core.Workers;
import org.vsml.episode.EpisodeSource;
import org.vsml.episode.Seeds;
import org.vsml.report.Versions;

/** One call of {@link MetaTrainer#run}: the steps, and what is written after them. */
final class MetaTrainingRun {

    private static final Logger LOG = LoggerFactory.getLogger(MetaTrainingRun.class);

    private final RunSettings settings;
    private final MetaTrainingConfig config;
    private final Workers workers;
    private final List<Learner> learners = new ArrayList<>();
    private final List<Estimator> estimators = new ArrayList<>();
    private final RunIdentity identity;
    private final HeldOutTests tests;
    private final long began = System.nanoTime();
    private double secondsBefore;
    private TrainingState state;
    private long savedStep = -1;
    private long savedEvaluation = -1;

    /**
     * Learners and data first, so that whatever is wrong is found before work begins.
     *
     * @param stopped whether the run was asked to stop
     */
    MetaTrainingRun(RunSettings settings, Workers workers, BooleanSupplier stopped) {
        this.settings = settings;
        this.workers = workers;
        config = settings.config();
        identity = new RunIdentity(settings);
        for (int i = 0; i < config.phases().size(); i++) {
            Phase phase = config.phases().get(i);
            LearnerConfig own = config.learnerOf(i);
            Learner learner = own.learner(settings.engine());
            learners.add(learner);
            require(
                    learner.metaVariableLayout().equals(learners.get(0).metaVariableLayout()),
                    "all phases must have the same meta variables; those of phase %d are %s, of"
                            + " phase 0 %s",
                    i,
                    learner.metaVariableLayout(),
                    learners.get(0).metaVariableLayout());
            EpisodeSource episodes = phase.episodes().source(settings.data());
            estimators.add(
                    phase.estimator()
                            .estimator(
                                    new PhaseContext(
                                            phase,
                                            own,
                                            learner,
                                            episodes,
                                            settings.seed(),
                                            workers,
                                            settings.evaluator(),
                                            stopped)));
        }
        tests = new HeldOutTests(config.evaluation(), settings.seed(), settings.data());
    }

    MetaTrainingResult run() throws IOException {
        begin();
        secondsBefore = state.seconds();
        settings.listener().started(state.step(), settings.steps());
        boolean finished = true;
        try {
            if (tests.dueAfter(state.step(), config.steps())
                    && state.evaluatedStep() < state.step()) {
                // What was stopped during a test makes up for it.
                evaluate();
            }
            while (state.step() < settings.steps()) {
                stepInMemory();
                if (tests.dueAfter(state.step(), config.steps())) {
                    evaluate();
                }
                if (state.step() % config.checkpoints().every() == 0) {
                    save();
                }
            }
        } catch (CancellationException e) {
            finished = false;
        }
        if (savedStep != state.step() || savedEvaluation != state.evaluatedStep()) {
            save();
        }
        return new MetaTrainingResult(
                state.step(), state.metaLoss(), state.accuracy(), finished, algorithm());
    }

    private void begin() throws IOException {
        RunFolder folder = settings.folder();
        if (folder != null) {
            AtomicFiles.deleteLeftovers(folder.path());
            Optional<RunFolder.Checkpoint> checkpoint =
                    folder.latest(learners.get(0).metaVariableLayout());
            if (checkpoint.isPresent()) {
                require(
                        settings.resume(),
                        "%s holds a run of %d steps; resume it, or choose another folder",
                        folder.path(),
                        checkpoint.get().state().step());
                identity.requireSame(checkpoint.get());
                state = checkpoint.get().state();
                savedStep = state.step();
                savedEvaluation = state.evaluatedStep();
                folder.rewindMetrics(state.step(), state.evaluatedStep());
                LOG.info("going on from {}", checkpoint.get().file());
                return;
            }
            folder.rewindMetrics(0, 0);
        }
        NamedArrays start;
        LearningAlgorithm initial = settings.initial();
        if (initial == null) {
            start =
                    learners.get(0)
                            .initialMetaVariables(
                                    Seeds.generator(settings.seed(), SeedPaths.INITIAL));
        } else {
            start = settings.config().learner().adopt(initial);
        }
        state = TrainingState.start(config.start(start));
    }

    private void stepInMemory() throws IOException {
        long step = state.step() + 1;
        try {
            step();
        } catch (OutOfMemoryError e) {
            throw new IllegalArgumentException(
                    "meta-training of "
                            + config.name()
                            + " ran out of memory at step "
                            + step
                            + "; "
                            + lastGood()
                            + ". Lower threads, together or the length of the episodes, or give Java"
                            + " more memory (-Xmx)",
                    e);
        }
    }

    private void step() throws IOException {
        long started = System.nanoTime();
        int index = config.phaseAfter(state.step());
        Phase phase = config.phases().get(index);
        long local = state.step() - config.startOf(index);
        Estimator.Estimate estimate = estimators.get(index).estimate(state, local);
        StepGradient gradient = estimate.gradient();
        double[] parameters = state.metaVariables().values().clone();
        Optimizer optimizer = phase.optimizer();
        boolean fresh = config.startsFresh(state.step());
        double[][] moments =
                fresh ? new double[optimizer.moments()][parameters.length] : state.copyOfMoments();
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
                        state.evaluatedStep(),
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
        if (settings.folder() != null) {
            settings.folder().log("step", metrics);
        }
        settings.listener().stepped(metrics);
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
            if (Math.abs(parameter) > LearnerConfig.META_VARIABLE_BOUND) {
                throw diverged("a meta variable is " + parameter, step);
            }
        }
    }

    private DivergenceException diverged(String how, long step) {
        return new DivergenceException(
                "meta-training of "
                        + config.name()
                        + " diverged at step "
                        + step
                        + ": "
                        + how
                        + "; "
                        + lastGood()
                        + ". Try a smaller learningRate or clip");
    }

    private String lastGood() {
        return settings.folder() == null
                ? "no checkpoints were kept"
                : savedStep < 0
                        ? "there is no checkpoint yet"
                        : "the last good checkpoint is that of step "
                                + savedStep
                                + " in "
                                + settings.folder().path();
    }

    private void evaluate() throws IOException {
        // The learner of the step just made: the rule as it is now.
        Learner learner = learners.get(config.phaseAfter(state.step() - 1));
        HeldOutTests.Outcome outcome =
                tests.run(state.step(), learner, state.metaVariables(), workers);
        RunFolder folder = settings.folder();
        if (folder != null) {
            for (HeldOutAccuracy accuracy : outcome.accuracies()) {
                folder.log("evaluation", accuracy);
            }
        }
        boolean best = outcome.mean() > state.bestAccuracy();
        state = state.evaluated(best ? outcome.mean() : state.bestAccuracy());
        if (best && folder != null) {
            folder.saveBest(algorithm());
        }
        settings.listener().evaluated(outcome.accuracies());
    }

    private void save() throws IOException {
        RunFolder folder = settings.folder();
        if (folder == null) {
            return;
        }
        Path file = folder.save(state, identity.description(), config.checkpoints().keep());
        folder.saveLast(algorithm());
        savedStep = state.step();
        savedEvaluation = state.evaluatedStep();
        settings.listener().saved(state.step(), file);
    }

    private LearningAlgorithm algorithm() {
        int index = config.phaseAfter(Math.max(0, state.step() - 1));
        LearnerConfig learner = config.learnerOf(index);
        Map<String, String> versions = Versions.of(settings.engine().name());
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
                        settings.seed(),
                        config.name(),
                        log,
                        settings.reproduce() == null
                                ? "./vsml meta-train --config "
                                        + config.name()
                                        + " --seed "
                                        + settings.seed()
                                : settings.reproduce(),
                        state.metaVariables().sha256()));
    }
}
