package org.vsml.lab.paper;

import static org.vsml.core.Checks.require;

import java.util.List;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.NamedArrays;
import org.vsml.core.OnlineStream;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.TaskShape;
import org.vsml.episode.Seeds;
import org.vsml.online.OnlineAlgorithm;

/**
 * A learner that takes several examples of a stream at once and predicts all of them before it sees
 * their labels (paper, appendix C.2, meta learning batched LAs).
 *
 * @param learner that is run
 * @param metaVariables V_M
 * @param parallel P, examples a step
 */
record BatchedAlgorithm(Learner learner, NamedArrays metaVariables, int parallel)
        implements OnlineAlgorithm {

    private static final int HASH_LENGTH = 16;

    @Override
    public String name() {
        return parallel + " at once, " + metaVariables.sha256().substring(0, HASH_LENGTH);
    }

    @Override
    public OnlineStream start(TaskShape task, long seed) {
        return new Batches(learner.initialLearnedVariables(task, parallel, Seeds.generator(seed)));
    }

    private final class Batches implements OnlineStream {

        private NamedArrays learned;

        Batches(NamedArrays start) {
            learned = start;
        }

        @Override
        public double[] learn(Examples examples) {
            require(
                    examples.parallel() == 1 && examples.length() % parallel == 0,
                    "a stream needs one example a step and a multiple of %d of them, got %d and %d",
                    parallel,
                    examples.parallel(),
                    examples.length());
            Examples batches =
                    new Examples(examples.task(), parallel, examples.inputs(), examples.labels());
            try (Rollout rollout =
                    learner.run(
                            metaVariables,
                            List.of(learned),
                            List.of(batches),
                            RolloutOptions.FORWARD)) {
                learned = rollout.learnedVariables(0);
                return rollout.logits(0);
            }
        }
    }
}
