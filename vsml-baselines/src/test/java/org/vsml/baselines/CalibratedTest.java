package org.vsml.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Examples;
import org.vsml.core.OnlineStream;
import org.vsml.core.TaskShape;
import org.vsml.episode.Seeds;
import org.vsml.online.OnlineAlgorithm;
import org.vsml.online.PrequentialMetrics;

class CalibratedTest {

    /** The input is its scores. */
    private record Given(String name, double factor) implements OnlineAlgorithm {
        @Override
        public OnlineStream start(TaskShape task, long seed) {
            return examples -> {
                double[] scores = examples.inputs().clone();
                for (int i = 0; i < scores.length; i++) {
                    scores[i] *= factor;
                }
                return scores;
            };
        }
    }

    /** Logits and labels drawn from their softmax. */
    private static Examples fromSoftmax(int classes, int count) {
        RandomGenerator random = Seeds.generator(2);
        double[] logits = new double[classes * count];
        int[] labels = new int[count];
        for (int t = 0; t < count; t++) {
            for (int c = 0; c < classes; c++) {
                logits[t * classes + c] = 2 * random.nextGaussian();
            }
            double[] p = CrossEntropy.softmax(logits, t * classes, classes);
            double draw = random.nextDouble();
            while (labels[t] < classes - 1 && draw >= p[labels[t]]) {
                draw -= p[labels[t]++];
            }
        }
        return Examples.online(TaskShape.of(classes, classes), logits, labels);
    }

    private static PrequentialMetrics metrics(OnlineAlgorithm algorithm, Examples stream) {
        int classes = stream.task().classes();
        double[] scores = algorithm.start(stream.task(), 0).learn(stream);
        PrequentialMetrics metrics = PrequentialMetrics.cumulative(classes);
        for (int t = 0; t < stream.length(); t++) {
            metrics.add(CrossEntropy.softmax(scores, t * classes, classes), stream.labels()[t]);
        }
        return metrics;
    }

    @Test
    void scoresOfAnyScaleBecomeProbabilitiesAsGoodAsTheTrueOnes() {
        Examples stream = fromSoftmax(4, 3000);
        PrequentialMetrics truth = metrics(new Given("given", 1), stream);

        for (double factor : new double[] {1 / 20.0, 1, 100}) {
            PrequentialMetrics metrics =
                    metrics(new Calibrated(new Given("given", factor)), stream);
            assertThat(metrics.accuracy()).isEqualTo(truth.accuracy());
            assertThat(metrics.logLoss()).isCloseTo(truth.logLoss(), within(0.03));
            assertThat(metrics.calibrationError()).isLessThan(0.03);
        }
    }

    @Test
    void probabilitiesAddUpToOneAndNothingIsCertain() {
        TaskShape task = TaskShape.of(3, 3);
        double inf = Double.POSITIVE_INFINITY;
        double[] rows = {-inf, -inf, -inf, 5, -inf, -inf, inf, 0, 0, Double.NaN, 0, 0, 9, 1, -inf};
        OnlineAlgorithm fixed =
                new OnlineAlgorithm() {
                    @Override
                    public String name() {
                        return "fixed";
                    }

                    @Override
                    public OnlineStream start(TaskShape ignored, long seed) {
                        return examples -> rows;
                    }
                };
        double[] logs =
                new Calibrated(fixed)
                        .start(task, 0)
                        .learn(Examples.online(task, new double[15], new int[] {1, 2, 0, 1, 2}));

        for (int t = 0; t < 5; t++) {
            double sum = 0;
            for (int c = 0; c < 3; c++) {
                assertThat(logs[3 * t + c]).isBetween(-20.0, 0.0);
                sum += Math.exp(logs[3 * t + c]);
            }
            assertThat(sum).isCloseTo(1, within(1e-12));
        }
        assertThat(logs[0]).isCloseTo(Math.log(1 / 3.0), within(1e-12));
        assertThat(rows[3]).isEqualTo(5);
    }

    @Test
    void hedgeIsNearlyAsGoodAsTheBestExpert() {
        Examples stream = fromSoftmax(4, 1000);
        OnlineAlgorithm good = new Given("good", 1);
        OnlineAlgorithm bad = new Given("bad", -1);
        double best = metrics(new Calibrated(good), stream).logLoss();

        // The bound of Bayes' mixture: ln 3 in all.
        assertThat(metrics(new Hedge(List.of(bad, good, bad), 1), stream).logLoss())
                .isLessThan(best + Math.log(3) / 1000 + 1e-9);
        assertThat(metrics(new Hedge(List.of(bad, good, bad), .3), stream).accuracy())
                .isCloseTo(metrics(good, stream).accuracy(), within(0.03));
    }

    @Test
    void hedgeMixesProbabilitiesWithWeightsOfTheLogLoss() {
        TaskShape task = TaskShape.of(2, 2);
        Examples two = Examples.online(task, new double[] {1, 0, 1, 0}, new int[] {0, 1});
        OnlineAlgorithm a = new Given("a", 1);
        OnlineAlgorithm b = new Given("b", -2);
        double[] ofA = new Calibrated(a).start(task, 0).learn(two);
        double[] ofB = new Calibrated(b).start(task, 0).learn(two);
        double[] mixed = new Hedge(List.of(a, b), 0.5).start(task, 0).learn(two);

        double weightA = Math.sqrt(Math.exp(ofA[0]));
        double weightB = Math.sqrt(Math.exp(ofB[0]));
        assertThat(Math.exp(mixed[2]))
                .isCloseTo(
                        (weightA * Math.exp(ofA[2]) + weightB * Math.exp(ofB[2]))
                                / (weightA + weightB),
                        within(1e-12));
    }

    @Test
    void hedgeWithoutExpertsIsRejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Hedge(List.of(), 1))
                .withMessageContaining("at least one expert");
    }
}
