package org.vsml.cloning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.vsml.cloning.run.ClonedBackpropagation;
import org.vsml.core.Architecture;
import org.vsml.core.SubRnn;

class CloneTrainerTest {

    private static final ClonedBackpropagation CONFIG =
            new ClonedBackpropagation(new SubRnn(8, 2, 2, false, 0, 5), Architecture.dense(), 4, 4);
    private static final CloneTraining TRAINING =
            new CloneTraining(300, 0, 1, 64, 3e-2, 1e-3, 0.1, 784);

    @Test
    void errorsFallAndTheSameSeedGivesTheSame() {
        CloneTrainer trainer = new CloneTrainer(TRAINING, CONFIG, null, 1);
        String first = trainer.run().sha256();
        List<CloneErrors> errors = trainer.errors();
        CloneErrors last = errors.get(errors.size() - 1);
        assertThat(last.step()).isEqualTo(300);
        assertThat(last.output()).isLessThan(errors.get(0).output());
        assertThat(last.deltaW()).isLessThan(errors.get(0).deltaW());
        assertThat(new CloneTrainer(TRAINING, CONFIG, null, 1).run().sha256()).isEqualTo(first);
        assertThat(new CloneTrainer(TRAINING, CONFIG, null, 2).run().sha256()).isNotEqualTo(first);
    }

    @Test
    void shadowNetworksNeedImages() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CloneTrainer(TRAINING.withSteps(1, 1), CONFIG, null, 1))
                .withMessageContaining("need images");
    }
}
