package org.vsml.baselines;

import static org.vsml.core.Checks.require;

import java.util.List;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Examples;
import org.vsml.core.OnlineStream;
import org.vsml.core.TaskShape;
import org.vsml.online.OnlineAlgorithm;

/**
 * Experts whose probabilities are mixed with weights w ∝ exp(−η·Σ log loss), Hedge (Freund and
 * Schapire 1997) on the log loss: with η = 1 it is Bayes' rule over them. Experts are calibrated
 * first ({@link Calibrated}); all have the same weight at the start.
 *
 * @param experts at least one
 * @param rate η
 */
record Hedge(List<OnlineAlgorithm> experts, double rate) implements OnlineAlgorithm {

    Hedge {
        experts = List.copyOf(experts);
        require(!experts.isEmpty(), "Hedge needs at least one expert, got none");
        GradientDescent.requireRate(rate);
    }

    @Override
    public String name() {
        return "hedge over " + experts.size() + " experts, rate " + GradientDescent.plain(rate);
    }

    @Override
    public OnlineStream start(TaskShape task, long seed) {
        List<OnlineStream> sessions =
                experts.stream().map(expert -> new Calibrated(expert).start(task, seed)).toList();
        double[] logWeights = new double[sessions.size()];
        return examples -> learn(sessions, logWeights, examples);
    }

    private double[] learn(List<OnlineStream> sessions, double[] logWeights, Examples examples) {
        int classes = examples.task().classes();
        List<double[]> scores = sessions.stream().map(s -> s.learn(examples)).toList();
        double[] mixed = new double[examples.length() * classes];
        for (int t = 0; t < examples.length(); t++) {
            double[] weights = CrossEntropy.softmax(logWeights, 0, logWeights.length);
            for (int c = 0; c < classes; c++) {
                int index = t * classes + c;
                double probability = 0;
                for (int k = 0; k < weights.length; k++) {
                    probability += weights[k] * Math.exp(scores.get(k)[index]);
                }
                mixed[index] = Math.log(probability);
            }
            int label = examples.labels()[t];
            if (label != Examples.UNLABELLED) {
                for (int k = 0; k < weights.length; k++) {
                    logWeights[k] += rate * scores.get(k)[t * classes + label];
                }
            }
        }
        return mixed;
    }
}
