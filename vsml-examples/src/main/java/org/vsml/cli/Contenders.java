package org.vsml.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.vsml.baselines.ClassicalLearners;
import org.vsml.core.Engine;
import org.vsml.core.LearningAlgorithm;
import org.vsml.lab.Ablations;
import org.vsml.online.Contender;
import org.vsml.online.OnlineLearner;

/** Who takes part in a comparison, by the names that options give. */
final class Contenders {

    private static final String NONE = "none";

    private Contenders() {}

    /**
     * Learning algorithms, then learners.
     *
     * @param algorithms names or files; "none" stands for none
     * @param ablations whether parts are taken away from each algorithm with a memory too
     * @param learners names of {@link ClassicalLearners}; "none" stands for none
     * @param change made to each learner, not to algorithms
     */
    static List<Contender> of(
            List<String> algorithms,
            boolean ablations,
            List<String> learners,
            UnaryOperator<Contender> change,
            Engine engine)
            throws IOException {
        List<Contender> contenders = new ArrayList<>();
        for (String name : algorithms) {
            if (!name.equals(NONE)) {
                LearningAlgorithm algorithm = Algorithms.named(name);
                String known = algorithm.provenance().name();
                boolean taken = contenders.stream().anyMatch(c -> c.name().equals(known));
                contenders.add(
                        Contender.of(
                                OnlineLearner.pretrained(algorithm, engine)
                                        .named(taken ? name : known)));
                if (ablations) {
                    contenders.addAll(Ablations.of(algorithm, engine));
                }
            }
        }
        for (String name : learners) {
            if (!name.equals(NONE)) {
                contenders.add(change.apply(ClassicalLearners.named(name)));
            }
        }
        return contenders;
    }
}
