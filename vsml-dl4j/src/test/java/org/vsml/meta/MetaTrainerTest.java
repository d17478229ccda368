package org.vsml.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.core.ArrayFile;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Engine;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;
import org.vsml.episode.DataSets;
import org.vsml.episode.Episode;
import org.vsml.episode.EpisodeSource;
import org.vsml.episode.Seeds;

class MetaTrainerTest {

    private static final long SEED = 11;

    @TempDir private Path folder;

    /** θ' = θ − rate · mean over episodes of the clipped gradient, worked out from the formula. */
    @Test
    void aStepOfGradientDescentFollowsTheMeanOfTheClippedGradientsOfItsEpisodes() throws Exception {
        int batch = 4;
        double[] theta = Toys.LEARNER.initialMetaVariables(Seeds.generator(SEED, 0)).values();
        EpisodeSource source = Toys.episodes(6).source(DataSets.embedded());
        double loss = 0;
        List<double[]> gradients = new ArrayList<>();
        for (int e = 0; e < batch; e++) {
            Episode episode = source.sample(Seeds.derive(SEED, 1, 0, e));
            double[] counts = new double[Toys.CLASSES];
            double[] gradient = new double[Toys.CLASSES];
            for (int label : episode.examples().labels()) {
                double[] logits = new double[Toys.CLASSES];
                for (int b = 0; b < logits.length; b++) {
                    logits[b] = theta[b] + 0.1 * counts[b];
                }
                double[] softmax = CrossEntropy.softmax(logits, 0, logits.length);
                loss -= Math.log(softmax[label]) / 6 / batch;
                for (int b = 0; b < logits.length; b++) {
                    gradient[b] += (softmax[b] - (b == label ? 1 : 0)) / 6;
                }
                counts[label]++;
            }
            gradients.add(gradient);
        }
        // Between the norms of the second and the third, so that half of them are clipped.
        double[] norms = gradients.stream().mapToDouble(EpisodeGradient::norm).sorted().toArray();
        double clip = (norms[1] + norms[2]) / 2;
        double[] expected = theta.clone();
        for (double[] gradient : gradients) {
            double factor = Math.min(1, clip / EpisodeGradient.norm(gradient));
            for (int b = 0; b < gradient.length; b++) {
                expected[b] -= 0.5 * gradient[b] * factor / batch;
            }
        }
        MetaTrainingConfig config =
                MetaTrainingConfig.of(
                        "toy",
                        Toys.LEARNER,
                        Phase.of(
                                1,
                                Toys.episodes(6),
                                batch,
                                GradientEstimator.Backpropagation.clipped(clip),
                                Optimizer.Sgd.of(Schedule.constant(0.5))));

        List<StepMetrics> steps = new ArrayList<>();
        MetaTrainingResult result = Toys.trainer(config).seed(SEED).listener(recorder(steps)).run();

        // Rounding: the sums are in another order.
        assertThat(result.algorithm().metaVariables().values())
                .containsExactly(expected, within(1e-14));
        assertThat(result.metaLoss()).isCloseTo(loss, within(1e-14));
        assertThat(steps.get(0).clipped()).isEqualTo(0.5);
        assertThat(steps.get(0).examples()).isEqualTo(6L * batch);
    }

    @Test
    void theNumberOfThreadsDoesNotChangeABit() throws Exception {
        String one =
                Toys.trainer(Toys.everything())
                        .seed(SEED)
                        .run()
                        .algorithm()
                        .metaVariables()
                        .sha256();
        for (int threads : new int[] {2, 5}) {
            assertThat(
                            Toys.trainer(Toys.everything())
                                    .seed(SEED)
                                    .threads(threads)
                                    .run()
                                    .algorithm()
                                    .metaVariables()
                                    .sha256())
                    .isEqualTo(one);
        }
        assertThat(
                        Toys.trainer(Toys.everything())
                                .seed(SEED + 1)
                                .run()
                                .algorithm()
                                .metaVariables()
                                .sha256())
                .isNotEqualTo(one);
    }

    @Test
    void vsmlIsMetaTrainedToTheSameBitsByOneThreadAndByTwoAndWhenResumed() throws Exception {
        MetaTrainingConfig tiny = MetaTrainingConfig.named("tiny");
        List<String> hashes = new ArrayList<>();
        for (int threads : new int[] {1, 2}) {
            hashes.add(vsml(tiny, threads, 3).run().algorithm().metaVariables().sha256());
        }
        vsml(tiny, 2, 2).folder(folder).run();
        MetaTrainingResult resumed = vsml(tiny, 2, 3).folder(folder).resume(true).run();
        hashes.add(resumed.algorithm().metaVariables().sha256());
        assertThat(new TreeSet<>(hashes)).as("hashes %s", hashes).hasSize(1);
        assertThat(resumed.algorithm().metaVariables().sha256())
                .isNotEqualTo(vsml(tiny, 1, 2).run().algorithm().metaVariables().sha256());
    }

    private static MetaTrainer vsml(MetaTrainingConfig config, int threads, long steps) {
        return MetaTrainer.of(config)
                .engine(Engine.auto())
                .data(DataSets.embedded())
                .threads(threads)
                .steps(steps);
    }

    /** Inside phases, between them, and where a pool is full. */
    @Test
    void aResumedRunEndsWithTheSameBitsAndTheSameMetrics() throws Exception {
        MetaTrainingConfig config = Toys.everything();
        Path whole = folder.resolve("whole");
        MetaTrainingResult expected = Toys.trainer(config, whole).seed(SEED).run();
        for (long at : new long[] {1, 3, 5, 8, 9, 12, 16}) {
            Path own = folder.resolve("at" + at);
            Toys.trainer(config, own).seed(SEED).steps(at).run();
            MetaTrainingResult resumed =
                    Toys.trainer(config, own).seed(SEED).threads(2).resume(true).run();
            assertThat(resumed.algorithm().metaVariables().sha256())
                    .as("resumed at %d", at)
                    .isEqualTo(expected.algorithm().metaVariables().sha256());
            assertThat(resumed.metaLoss()).isEqualTo(expected.metaLoss());
            assertThat(metrics(own)).isEqualTo(metrics(whole));
        }
        assertThat(
                        ArrayFile.read(whole.resolve("last.vsml"), "learning-algorithm")
                                .arrays()
                                .sha256())
                .isEqualTo(expected.algorithm().metaVariables().sha256());
        assertThat(whole.resolve("best.vsml")).exists();
    }

    @Test
    void aFinishedRunThatIsResumedGivesItsResultAgain() throws Exception {
        MetaTrainingResult first = Toys.trainer(Toys.everything(), folder).run();
        MetaTrainingResult again = Toys.trainer(Toys.everything(), folder).resume(true).run();
        assertThat(again.step()).isEqualTo(first.step());
        assertThat(again.metaLoss()).isEqualTo(first.metaLoss());
        assertThat(again.algorithm().metaVariables().sha256())
                .isEqualTo(first.algorithm().metaVariables().sha256());
    }

    @Test
    void aStoppedRunWritesACheckpointAndGoesOnToTheSameBits() throws Exception {
        MetaTrainingConfig config = Toys.everything();
        String expected =
                Toys.trainer(config).seed(SEED).run().algorithm().metaVariables().sha256();
        MetaTrainer trainer = Toys.trainer(config, folder).seed(SEED);
        MetaTrainingResult stopped =
                trainer.listener(
                                new MetaTrainingListener() {
                                    @Override
                                    public void stepped(StepMetrics metrics) {
                                        if (metrics.step() == 5) {
                                            try {
                                                // Without waiting: this is the thread that runs.
                                                trainer.stop(0);
                                            } catch (InterruptedException e) {
                                                throw new IllegalStateException(e);
                                            }
                                        }
                                    }
                                })
                        .run();
        assertThat(stopped.finished()).isFalse();
        assertThat(stopped.step()).isEqualTo(5);
        assertThat(trainer.stop(0)).as("has left").isTrue();
        MetaTrainingResult resumed = Toys.trainer(config, folder).seed(SEED).resume(true).run();
        assertThat(resumed.finished()).isTrue();
        assertThat(resumed.algorithm().metaVariables().sha256()).isEqualTo(expected);
    }

    @Test
    void theLastCheckpointsAreKeptAndADamagedOneIsPassedOver() throws Exception {
        MetaTrainingConfig config = Toys.everything();
        String expected = Toys.trainer(config, folder).run().algorithm().metaVariables().sha256();
        assertThat(checkpoints())
                .containsExactly(
                        "checkpoint-00000016.vsml-state", "checkpoint-00000018.vsml-state");
        Path last = folder.resolve("checkpoint-00000018.vsml-state");
        byte[] bytes = Files.readAllBytes(last);
        Files.write(last, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        MetaTrainingResult resumed = Toys.trainer(config, folder).resume(true).run();
        assertThat(resumed.algorithm().metaVariables().sha256()).isEqualTo(expected);
        for (String name : checkpoints()) {
            Files.write(folder.resolve(name), new byte[100]);
        }
        assertThatThrownBy(() -> Toys.trainer(config, folder).resume(true).run())
                .isInstanceOf(java.io.IOException.class)
                .hasMessageContaining("checkpoint-000000");
    }

    @Test
    void aFolderWithAnotherRunIsNotTouched() throws Exception {
        MetaTrainingConfig config = Toys.everything();
        Toys.trainer(config, folder).seed(SEED).steps(5).run();
        assertThatThrownBy(() -> Toys.trainer(config, folder).seed(SEED).run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("5 steps");
        assertThatThrownBy(() -> Toys.trainer(config, folder).seed(SEED + 1).resume(true).run())
                .hasMessageContaining("seed is 11, asked for is 12");
        assertThatThrownBy(
                        () -> Toys.trainer(config, folder).seed(SEED).steps(4).resume(true).run())
                .hasMessageContaining("at step 5 already");
        MetaTrainingConfig other =
                MetaTrainingConfig.of("toy", Toys.LEARNER, Toys.gradientPhase(30, 0.2));
        assertThatThrownBy(() -> Toys.trainer(other, folder).seed(SEED).resume(true).run())
                .hasMessageContaining("phase 0");
        assertThat(checkpoints()).contains("checkpoint-00000005.vsml-state");
    }

    @Test
    void phasesThatHaveNotBegunMayBeChangedOnResuming() throws Exception {
        Phase first = Toys.gradientPhase(3, 0.1);
        MetaTrainingConfig shorter = MetaTrainingConfig.of("toy", Toys.LEARNER, first);
        MetaTrainingConfig longer =
                MetaTrainingConfig.of("toy", Toys.LEARNER, first, Toys.gradientPhase(2, 0.3));
        Toys.trainer(shorter, folder).run();
        MetaTrainingResult resumed = Toys.trainer(longer, folder).resume(true).run();
        assertThat(resumed.algorithm().metaVariables().sha256())
                .isEqualTo(Toys.trainer(longer).run().algorithm().metaVariables().sha256());
    }

    @Test
    void itStartsFromTheMetaVariablesOfAnAlgorithm() throws Exception {
        MetaTrainingConfig config = Toys.everything();
        LearningAlgorithm first = Toys.trainer(config).steps(3).run().algorithm();
        MetaTrainingResult result =
                Toys.trainer(
                                MetaTrainingConfig.of(
                                        "toy",
                                        Toys.LEARNER,
                                        Phase.of(
                                                1,
                                                Toys.episodes(6),
                                                1,
                                                GradientEstimator.Backpropagation.clipped(1e-9),
                                                Optimizer.Sgd.of(Schedule.constant(1)))))
                        .initial(first)
                        .run();
        assertThat(result.algorithm().metaVariables().values())
                .containsExactly(first.metaVariables().values(), within(1e-8));
        LearningAlgorithm wider =
                Toys.trainer(
                                MetaTrainingConfig.of(
                                        "wider", new ToyLearner(4, 0), Toys.gradientPhase(1, 1)))
                        .run()
                        .algorithm();
        assertThatThrownBy(() -> Toys.trainer(config).initial(wider).run())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("meta variables of wider");
    }

    @Test
    void provenanceSaysHowItWasMade() throws Exception {
        MetaTrainingResult result =
                Toys.trainer(Toys.everything())
                        .seed(SEED)
                        .reproduce("./vsml meta-train --config toy --seed 11")
                        .run();
        LearningAlgorithm algorithm = result.algorithm();
        assertThat(algorithm.provenance().name()).isEqualTo("toy");
        assertThat(algorithm.provenance().seed()).isEqualTo(SEED);
        assertThat(algorithm.provenance().reproduce()).contains("--config toy");
        assertThat(algorithm.provenance().trainingLog())
                .containsEntry("steps", 18.0)
                .containsEntry("meta_loss", result.metaLoss());
    }

    @Test
    void aLossThatIsNotANumberStopsTheRunAndNamesTheLastGoodCheckpoint() throws Exception {
        MetaTrainingConfig config =
                MetaTrainingConfig.of(
                        "toy",
                        Toys.LEARNER,
                        Toys.gradientPhase(100, 0.1),
                        Toys.gradientPhase(5, 0.1)
                                .withLearner(new ToyLearner(Toys.CLASSES, Double.NaN)));
        assertThatThrownBy(() -> Toys.trainer(config, folder).run())
                .isInstanceOf(DivergenceException.class)
                .hasMessageContaining("step 101")
                .hasMessageContaining("NaN")
                .hasMessageContaining("step 100 in " + folder);
    }

    @Test
    void aLossAboveTheBoundStopsTheRunOnlyAfterAWhile() {
        MetaTrainingConfig config =
                new MetaTrainingConfig(
                        "toy",
                        Toys.LEARNER,
                        List.of(Toys.gradientPhase(10, 0.1)),
                        null,
                        null,
                        new MetaTrainingConfig.Divergence(0.1, 4));
        List<StepMetrics> steps = new ArrayList<>();
        assertThatThrownBy(() -> Toys.trainer(config).listener(recorder(steps)).run())
                .isInstanceOf(DivergenceException.class)
                .hasMessageContaining("above 0.1 for 4 steps");
        assertThat(steps).hasSize(3);
    }

    @Test
    void aStepThatMakesMetaVariablesInfiniteStopsTheRun() {
        MetaTrainingConfig config =
                MetaTrainingConfig.of(
                        "toy",
                        Toys.LEARNER,
                        Phase.of(
                                9,
                                Toys.episodes(3),
                                2,
                                new GradientEstimator.EvolutionStrategies(
                                        Schedule.constant(0.01), GradientEstimator.Shaping.RAW),
                                Optimizer.Sgd.of(Schedule.constant(1))));
        PairEvaluator steep =
                (request, items) ->
                        items.stream()
                                .map(i -> new PairLosses(i.pairSeed(), 1e308, -1e308, 0, 1))
                                .toList();
        assertThatThrownBy(() -> Toys.trainer(config).evaluator(steep).run())
                .isInstanceOf(DivergenceException.class)
                .hasMessageContaining("meta variables are not finite")
                .hasMessageContaining("no checkpoints were kept");
    }

    @Test
    void aPoolGoesOnWithTheSameTasksWhereTheyStopped() {
        StatePool settings = new StatePool(2, 1, 4);
        NamedArrays learned =
                Toys.LEARNER.initialLearnedVariables(
                        TaskShape.of(2, Toys.CLASSES), 1, Seeds.generator(0));
        List<PooledState> pool =
                List.of(new PooledState(70, 4, learned), new PooledState(71, 8, learned));
        PooledState.Draw draw = PooledState.draw(pool, settings, List.of(1L, 2L, 3L), 5);
        // Probability 1: both of the pool first, then there is nothing left but to begin anew.
        assertThat(draw.items())
                .containsExactlyInAnyOrder(pool.get(0), pool.get(1), PooledState.fresh(3));
        assertThat(draw.left()).isEmpty();

        Episode whole = Toys.episodes(10).source(DataSets.embedded()).sample(70);
        Episode window = pool.get(0).window(whole, 4);
        assertThat(window.examples().labels())
                .containsExactly(java.util.Arrays.copyOfRange(whole.examples().labels(), 4, 8));
        assertThat(window.examples().inputs())
                .containsExactly(java.util.Arrays.copyOfRange(whole.examples().inputs(), 8, 16));
        assertThat(java.util.Arrays.stream(window.weights()).sum()).isCloseTo(1, within(1e-15));
        assertThat(pool.get(0).next(whole, 4, learned).orElseThrow().offset()).isEqualTo(8);
        assertThat(pool.get(1).window(whole, 4).examples().length()).isEqualTo(2);
        assertThat(pool.get(1).next(whole, 4, learned)).isEmpty();

        List<PooledState> ended = List.of(new PooledState(72, 4, learned));
        assertThat(PooledState.after(pool, ended, 2)).containsExactly(pool.get(1), ended.get(0));
    }

    @Test
    void absurdSettingsOfTheTrainerAreRejected() {
        MetaTrainer trainer = Toys.trainer(Toys.everything());
        assertThatThrownBy(() -> trainer.threads(0)).hasMessageContaining("threads");
        assertThatThrownBy(() -> trainer.steps(0)).hasMessageContaining("[1, 18]");
        assertThatThrownBy(() -> trainer.steps(19)).hasMessageContaining("[1, 18]");
        MetaTrainingConfig mixed =
                MetaTrainingConfig.of(
                        "toy",
                        Toys.LEARNER,
                        Toys.gradientPhase(1, 1).withLearner(new ToyLearner(4, 0)),
                        Toys.gradientPhase(1, 1));
        assertThatThrownBy(() -> Toys.trainer(mixed).run())
                .hasMessageContaining("same meta variables");
    }

    private static MetaTrainingListener recorder(List<StepMetrics> steps) {
        return new MetaTrainingListener() {
            @Override
            public void stepped(StepMetrics metrics) {
                steps.add(metrics);
            }
        };
    }

    /** Without the time it took, which is never the same. */
    private static List<String> metrics(Path run) throws Exception {
        return Files.readAllLines(run.resolve("metrics.jsonl")).stream()
                .map(line -> line.replaceAll(",\"seconds\":[^,}]*", ""))
                .toList();
    }

    private Set<String> checkpoints() throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return new TreeSet<>(
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> name.startsWith("checkpoint"))
                            .toList());
        }
    }
}
