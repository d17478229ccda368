package org.vsml.online;

import org.vsml.core.Examples;
import org.vsml.core.OnlineStream;
import org.vsml.core.TaskShape;

/**
 * An algorithm that sees inputs standardised by their own running statistics, whatever their scale;
 * see {@link RunningStandardisation}.
 *
 * @param algorithm whose name it keeps
 */
public record StandardisedInputs(OnlineAlgorithm algorithm) implements OnlineAlgorithm {

    @Override
    public String name() {
        return algorithm.name();
    }

    @Override
    public OnlineStream start(TaskShape task, long seed) {
        OnlineStream session = algorithm.start(task, seed);
        RunningStandardisation standardisation = new RunningStandardisation(task.inputs());
        return examples -> {
            double[] inputs = examples.inputs().clone();
            for (int t = 0; t < examples.length(); t++) {
                standardisation.next(inputs, t * task.inputs());
            }
            return session.learn(Examples.online(task, inputs, examples.labels()));
        };
    }
}
