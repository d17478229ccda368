package org.vsml.online;

import java.util.List;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.NamedArrays;
import org.vsml.core.OnlineStream;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.TaskShape;
import org.vsml.episode.Seeds;

/**
 * A learner with its meta variables as an online algorithm: the learned variables are carried from
 * one piece of the stream to the next, and each piece is one forward run.
 *
 * @param name what tables call it
 * @param learner VSML or a baseline
 * @param metaVariables V_M, fixed
 */
public record LearnerAlgorithm(String name, Learner learner, NamedArrays metaVariables)
        implements OnlineAlgorithm {

    public LearnerAlgorithm {
        learner.config().requireMetaVariables(metaVariables, name);
    }

    @Override
    public OnlineStream start(TaskShape task, long seed) {
        NamedArrays start = learner.initialLearnedVariables(task, 1, Seeds.generator(seed));
        return new LearnerSession(task, start);
    }

    private final class LearnerSession implements OnlineStream {

        private final TaskShape task;
        private NamedArrays learned;

        LearnerSession(TaskShape task, NamedArrays start) {
            this.task = task;
            learned = start;
        }

        @Override
        public double[] learn(Examples examples) {
            examples.requireStreamOf(task);
            if (examples.length() == 0) {
                return new double[0];
            }
            try (Rollout rollout =
                    learner.run(
                            metaVariables,
                            List.of(learned),
                            List.of(examples),
                            RolloutOptions.FORWARD)) {
                learned = rollout.learnedVariables(0);
                return rollout.logits(0);
            }
        }
    }
}
