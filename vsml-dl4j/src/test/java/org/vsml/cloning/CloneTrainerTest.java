package org.vsml.cloning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.vsml.cloning.run.ClonedBackpropagation;
import org.vsml.core.Architecture;
import org.vsml.core.InputShape;
import org.vsml.core.NamedArrays;
import org.vsml.core.SubRnn;
import org.vsml.episode.ImageSet;
import org.vsml.episode.Seeds;

class CloneTrainerTest {

    private static final ClonedBackpropagation CONFIG =
            new ClonedBackpropagation(new SubRnn(8, 2, 2, false, 0, 5), Architecture.dense(), 4, 4);
    private static final CloneTraining TRAINING =
            new CloneTraining(
                    new ClonePhase(300, 3e-2, 0, new TargetWeights(1, 0, 1, 1, 0.01, 1)),
                    new ClonePhase(0, 1e-3, 0.5, new TargetWeights(1, 100, 1, 1, 0.01, 1)),
                    2,
                    64,
                    0.1,
                    784);

    private static final CloneTrainer.Listener NOBODY =
            new CloneTrainer.Listener() {
                @Override
                public void step(int done, int total) {
                    assertThat(done).isBetween(1, total);
                }

                @Override
                public void tested(CloneErrors errors, NamedArrays metaVariables) {
                    assertThat(metaVariables.layout()).isEqualTo(CONFIG.metaVariableLayout());
                }
            };

    private static CloneTrainer trainer(CloneTraining training, long seed, int threads) {
        return new CloneTrainer(training, CONFIG, images(), seed, threads);
    }

    private static ImageSet images() {
        float[] pixels = new float[64 * 4];
        int[] labels = new int[64];
        RandomGenerator random = Seeds.generator(5);
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i % 2;
            for (int a = 0; a < 4; a++) {
                pixels[4 * i + a] = (float) (0.5 * labels[i] + 0.5 * random.nextDouble());
            }
        }
        return ImageSet.of("two kinds", new InputShape(2, 2, 1), 2, pixels, labels);
    }

    @Test
    void errorsFallAndTheSameSeedGivesTheSameOnAnyNumberOfThreads() {
        CloneTrainer trainer = trainer(TRAINING, 1, 1);
        String first = trainer.run(NOBODY).sha256();
        List<CloneErrors> errors = trainer.errors();
        CloneErrors last = errors.get(errors.size() - 1);
        assertThat(last.step()).isEqualTo(300);
        assertThat(last.output()).isLessThan(errors.get(0).output());
        assertThat(last.deltaW()).isLessThan(errors.get(0).deltaW());
        assertThat(trainer(TRAINING, 1, 2).run(NOBODY).sha256()).isEqualTo(first);
        assertThat(trainer(TRAINING, 2, 1).run(NOBODY).sha256()).isNotEqualTo(first);
    }

    @Test
    void aRunByTimeIsTheRunWithAsManySteps() {
        CloneTrainer byTime = trainer(TRAINING, 1, 2);
        String hash = byTime.run(Duration.ofMillis(500), NOBODY).sha256();
        CloneTraining made = byTime.training();
        assertThat(made.shadow().steps()).isPositive();
        assertThat(trainer(made, 1, 1).run(NOBODY).sha256()).isEqualTo(hash);
    }

    @Test
    void shadowNetworksNeedImages() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CloneTrainer(TRAINING.withSteps(1, 1), CONFIG, null, 1, 1))
                .withMessageContaining("need images");
    }
}
