package org.vsml.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Engine;
import org.vsml.core.Examples;
import org.vsml.core.LearningAlgorithm;
import org.vsml.episode.DataSets;
import org.vsml.episode.DriftStream;
import org.vsml.episode.EpisodeSource;
import org.vsml.episode.Standardisation;
import org.vsml.episode.TestStream;

/** What general-2 promises of any table. */
class GeneralTwoTest {

    private static OnlineLearner learner(int inputs, int classes) {
        return OnlineLearner.pretrained(LearningAlgorithm.fromResource("general-2"), Engine.auto())
                .forTask(inputs, classes);
    }

    @ParameterizedTest
    @CsvSource({"2,2", "4,3", "30,100", "784,10", "784,1000"})
    void isEquallySureOfAllClassesBeforeItHasLearnedAnything(int inputs, int classes) {
        double[] example = new Random(1).doubles(inputs, -1e3, 1e3).toArray();
        for (double probability : learner(inputs, classes).predict(example)) {
            assertThat(probability).isCloseTo(1.0 / classes, within(1e-6));
        }
    }

    @Test
    void learnsWhatNoSumOverInputsCanSay() {
        assertThat(accuracy(x -> x[0] * x[0] + x[1] * x[1] < 0.6 ? 1 : 0, 1, 0))
                .isGreaterThan(0.93);
        assertThat(accuracy(x -> x[0] > 0 ^ x[1] > 0 ? 1 : 0, 1, 0)).isGreaterThan(0.93);
    }

    @Test
    void unitsOfColumnsDoNotMatter() {
        ToIntFunction<double[]> rule = x -> x[0] + 0.5 * x[1] > 0.1 ? 1 : 0;
        double plain = accuracy(rule, 1, 0);
        assertThat(plain).isGreaterThan(0.9);
        assertThat(accuracy(rule, 1e-6, 0)).isCloseTo(plain, within(0.01));
        assertThat(accuracy(rule, 1e4, 3e5)).isCloseTo(plain, within(0.01));
    }

    @Test
    void pixelsAreTheSameInAnyUnit() {
        double[] accuracies = new double[3];
        Standardisation[] forms = {
            Standardisation.SET, Standardisation.NONE, Standardisation.BYTES
        };
        for (int i = 0; i < forms.length; i++) {
            EpisodeSource stream =
                    TestStream.of("mnist", 200)
                            .withStandardisation(forms[i])
                            .source(DataSets.embedded());
            OnlineAlgorithm algorithm =
                    OnlineLearner.pretrained(
                                    LearningAlgorithm.fromResource("general-2"), Engine.auto())
                            .named("general-2");
            accuracies[i] =
                    new Comparison(List.of(Contender.of(algorithm)), stream)
                            .run(1, 1, 1, n -> {})
                            .at(algorithm.name(), 200)
                            .accuracy()
                            .mean();
        }
        assertThat(accuracies[0]).isGreaterThan(0.5);
        assertThat(accuracies[1]).isCloseTo(accuracies[0], within(0.01));
        assertThat(accuracies[2]).isCloseTo(accuracies[0], within(0.01));
    }

    @Test
    void recoversWhenAllLabelsAreSwapped() {
        Examples stream =
                new DriftStream(DriftStream.Kind.SWAPPED_LABELS, 4000, 2000).sample(1).examples();
        OnlineLearner learner = learner(stream.task().inputs(), stream.task().classes());
        int[] right = new int[40];
        for (int t = 0; t < 4000; t++) {
            int inputs = stream.task().inputs();
            double[] x = Arrays.copyOfRange(stream.inputs(), t * inputs, (t + 1) * inputs);
            double[] probabilities = learner.learn(x, stream.labels()[t]);
            int predicted = CrossEntropy.argMax(probabilities, 0, probabilities.length);
            right[t / 100] += predicted == stream.labels()[t] ? 1 : 0;
        }
        assertThat(right[19]).isGreaterThan(85);
        assertThat(right[20]).isLessThan(60);
        assertThat(right[39]).isGreaterThan(85);
    }

    /** Of the second half of 1,500 examples, in a square, seen in other units. */
    private static double accuracy(ToIntFunction<double[]> rule, double scale, double offset) {
        Random random = new Random(7);
        OnlineLearner learner = learner(2, 2);
        int right = 0;
        for (int t = 0; t < 1500; t++) {
            double[] x = random.doubles(2, -1, 1).toArray();
            int label = rule.applyAsInt(x);
            double[] seen = {scale * x[0] + offset, x[1]};
            double[] probabilities = learner.learn(seen, label);
            if (t >= 750 && probabilities[label] > 0.5) {
                right++;
            }
        }
        return right / 750.0;
    }
}
