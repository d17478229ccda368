package org.vsml.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The discriminant's recurrences against sums over all examples and a direct solution. */
class RunningDiscriminantTest {

    private static final int CLASSES = 3;
    private static final Discriminant TWO = new Discriminant(List.of(0.05, 1.5), 4);

    /** Everything from all examples so far, anew for each example. */
    private record Batch(double[][] x, int[] labels, int seen) {

        double[] mean(int b) {
            double[] sum = new double[x[0].length];
            for (int i = 0; i < seen; i++) {
                for (int a = 0; a < sum.length && labels[i] == b; a++) {
                    sum[a] += x[i][a];
                }
            }
            for (int a = 0; a < sum.length; a++) {
                sum[a] /= Math.max(1, count(b));
            }
            return sum;
        }

        int count(int b) {
            return (int) Arrays.stream(labels, 0, seen).filter(y -> y == b).count();
        }

        /** Scatter within classes, and of their means around the prior mean 0. */
        double scatter(int a, int c, double[][] means, double prior, double ridge) {
            double sum = a == c ? ridge * Math.pow(x[0].length, 1.5) : 0;
            for (int i = 0; i < seen; i++) {
                double[] mean = means[labels[i]];
                sum += (x[i][a] - mean[a]) * (x[i][c] - mean[c]);
            }
            for (int b = 0; b < CLASSES; b++) {
                sum += prior * count(b) / (prior + count(b)) * means[b][a] * means[b][c];
            }
            return sum;
        }

        /** Logits before temperature, of an unscaled kind: ln p up to what classes share. */
        double[] logits(double[] input, double prior, double ridge, boolean full) {
            int inputs = input.length;
            double[][] means = new double[CLASSES][];
            for (int b = 0; b < CLASSES; b++) {
                means[b] = mean(b);
            }
            double[][] matrix = new double[inputs][full ? inputs : 1];
            for (int a = 0; a < inputs; a++) {
                for (int c = 0; c < matrix[a].length; c++) {
                    matrix[a][c] = scatter(a, full ? c : a, means, prior, ridge);
                }
            }
            double[] z = new double[CLASSES];
            for (int b = 0; b < CLASSES; b++) {
                double k = count(b) + prior;
                double[] d = new double[inputs];
                for (int a = 0; a < inputs; a++) {
                    d[a] = input[a] - count(b) * means[b][a] / k;
                }
                double[] solved = d.clone();
                if (full) {
                    solved = solve(matrix, d);
                } else {
                    for (int a = 0; a < inputs; a++) {
                        solved[a] /= matrix[a][0];
                    }
                }
                double distance = 0;
                for (int a = 0; a < inputs; a++) {
                    distance += d[a] * solved[a];
                }
                z[b] =
                        Math.log(count(b) + 1)
                                - (inputs + seen + 1) / 2.0 * Math.log(1 + k / (k + 1) * distance);
            }
            return z;
        }

        /** Gaussian elimination with pivots. */
        private static double[] solve(double[][] matrix, double[] right) {
            int n = right.length;
            double[][] m = new double[n][];
            for (int i = 0; i < n; i++) {
                m[i] = Arrays.copyOf(matrix[i], n + 1);
                m[i][n] = right[i];
            }
            for (int column = 0; column < n; column++) {
                int pivot = column;
                for (int i = column; i < n; i++) {
                    pivot = Math.abs(m[i][column]) > Math.abs(m[pivot][column]) ? i : pivot;
                }
                double[] swapped = m[pivot];
                m[pivot] = m[column];
                m[column] = swapped;
                for (int i = 0; i < n; i++) {
                    double factor = i == column ? 0 : m[i][column] / m[column][column];
                    for (int j = column; j <= n && factor != 0; j++) {
                        m[i][j] -= factor * m[column][j];
                    }
                }
            }
            double[] result = new double[n];
            for (int i = 0; i < n; i++) {
                result[i] = m[i][n] / m[i][i];
            }
            return result;
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1,40", "2,5,60", "3,12,30", "4,1030,8"})
    void agreesWithABatchSolution(long seed, int inputs, int length) {
        boolean full = inputs <= Discriminant.FULL_INPUTS;
        Random random = new Random(seed);
        int[] labels = random.ints(length, 0, CLASSES).toArray();
        double[][] x = new double[length][inputs];
        for (int i = 0; i < length; i++) {
            for (int a = 0; a < inputs; a++) {
                double before = a == 0 ? 0 : x[i][a - 1];
                x[i][a] = 0.5 * before + labels[i] * (a % 2 - 0.3) + random.nextGaussian();
            }
        }
        TaskShape task = TaskShape.of(inputs, CLASSES);
        NamedArrays learned = TWO.start(task, new Random(0));
        RunningDiscriminant running = RunningDiscriminant.of(TWO, task, learned);
        int members = TWO.ridges().size() * Discriminant.TEMPERATURES;
        double[] weights = new double[members];
        Arrays.fill(weights, 1.0 / members);
        for (int t = 0; t < length; t++) {
            if (t == length / 2) {
                // What is written is all there is.
                running.write(learned);
                running = RunningDiscriminant.of(TWO, task, learned);
            }
            double[][] p = members(new Batch(x, labels, t), x[t], full);
            double[] expected = new double[CLASSES];
            for (int b = 0; b < CLASSES; b++) {
                for (int j = 0; j < members; j++) {
                    expected[b] += weights[j] * p[j][b];
                }
                expected[b] = Math.log(expected[b]);
            }
            assertThat(running.predict(x[t], 0))
                    .as("example %d", t)
                    .containsExactly(expected, within(1e-8));
            running.learn(labels[t]);
            double total = 0;
            for (int j = 0; j < members; j++) {
                weights[j] *= p[j][labels[t]];
                total += weights[j];
            }
            for (int j = 0; j < members; j++) {
                weights[j] = 0.99 * weights[j] / total + 0.01 / members;
            }
        }
        running.write(learned);
        Batch all = new Batch(x, labels, length);
        for (int b = 0; b < CLASSES; b++) {
            assertThat(learned.array("discriminant.count")[b]).isEqualTo(all.count(b));
            double[] mean = all.mean(b);
            double shrunk = all.count(b) / (all.count(b) + TWO.priorCount());
            for (int a = 0; a < inputs; a++) {
                assertThat(learned.array("discriminant.mean")[b * inputs + a])
                        .isCloseTo(shrunk * mean[a], within(1e-12));
            }
        }
        assertThat(learned.array("discriminant.weight")).containsExactly(weights, within(1e-8));
    }

    /** What is rounded away grows by 1/β with each example, unless it is held down. */
    @Test
    void longStreamsWithForgettingStayExact() {
        int inputs = 3;
        Discriminant forgetting = new Discriminant(List.of(0.01, 0.1), 4, 20.0);
        TaskShape task = TaskShape.of(inputs, CLASSES);
        NamedArrays learned = forgetting.start(task, new Random(0));
        RunningDiscriminant running = RunningDiscriminant.of(forgetting, task, learned);
        Random random = new Random(7);
        for (int t = 0; t < 20_000; t++) {
            // One class is away for most of the time.
            int label = t % 5_000 < 100 ? random.nextInt(CLASSES) : random.nextInt(CLASSES - 1);
            double[] x = new double[inputs];
            Arrays.setAll(x, a -> (a == label ? 1 : 0) + 0.5 * random.nextGaussian());
            running.predict(x, 0);
            running.learn(label);
        }
        running.write(learned);
        double[] inverse = learned.array(Discriminant.PREFIX + Discriminant.INVERSE);
        double[] mean = learned.array(Discriminant.PREFIX + Discriminant.MEAN);
        double[] projected = learned.array(Discriminant.PREFIX + Discriminant.PROJECTED);
        for (int j = 0; j < 2; j++) {
            for (int b = 0; b < CLASSES; b++) {
                for (int a = 0; a < inputs; a++) {
                    double expected = 0;
                    for (int c = 0; c < inputs; c++) {
                        double element = inverse[(j * inputs + a) * inputs + c];
                        assertThat(element)
                                .isCloseTo(inverse[(j * inputs + c) * inputs + a], within(1e-12));
                        expected += element * mean[b * inputs + c];
                    }
                    assertThat(projected[(j * CLASSES + b) * inputs + a])
                            .isCloseTo(expected, within(1e-9));
                }
                assertThat(inverse[(j * inputs + b) * inputs + b]).isPositive();
            }
        }
    }

    /** Probabilities of every member of the mixture, of each ridge all temperatures. */
    private static double[][] members(Batch batch, double[] input, boolean full) {
        double[][] p = new double[TWO.ridges().size() * Discriminant.TEMPERATURES][CLASSES];
        for (int j = 0; j < p.length; j++) {
            double ridge = TWO.ridges().get(j / Discriminant.TEMPERATURES);
            double temperature = 1 << (j % Discriminant.TEMPERATURES);
            double[] z = batch.logits(input, TWO.priorCount(), ridge, full);
            double[] softmax =
                    CrossEntropy.softmax(
                            Arrays.stream(z).map(value -> value / temperature).toArray(),
                            0,
                            CLASSES);
            for (int b = 0; b < CLASSES; b++) {
                p[j][b] = (softmax[b] + 0.01) / (1 + CLASSES * 0.01);
            }
        }
        return p;
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,4", "3,1030"})
    void whatIsForgottenIsForgottenInInverseAndMeansAlike(long seed, int inputs) {
        boolean full = inputs <= Discriminant.FULL_INPUTS;
        Discriminant forgetting = new Discriminant(List.of(0.2), 4, 10.0);
        TaskShape task = TaskShape.of(inputs, CLASSES);
        NamedArrays learned = forgetting.start(task, new Random(0));
        RunningDiscriminant running = RunningDiscriminant.of(forgetting, task, learned);
        double kept = 1 - 1 / (10.0 + 10 * inputs);
        double prior = 0.2 * Math.pow(inputs, 1.5);
        double[] scatter = new double[full ? inputs * inputs : inputs];
        for (int a = 0; a < inputs; a++) {
            scatter[full ? a * inputs + a : a] = prior;
        }
        double[] counts = new double[CLASSES];
        Random random = new Random(seed);
        for (int t = 0; t < 60; t++) {
            double[] x = random.doubles(inputs, -2, 2).toArray();
            // The first input stops to vary, which leaves it nothing but the ridge.
            x[0] = t > 20 ? 0 : x[0];
            int label = random.nextInt(CLASSES);
            running.predict(x, 0);
            running.write(learned);
            double[] inverse = learned.array(Discriminant.PREFIX + Discriminant.INVERSE);
            double[] mean = learned.array(Discriminant.PREFIX + Discriminant.MEAN);
            int most = 0;
            for (int a = 1; a < inputs && full; a++) {
                most = inverse[a * inputs + a] > inverse[most * inputs + most] ? a : most;
            }
            for (int i = 0; i < scatter.length; i++) {
                scatter[i] *= kept;
                scatter[i] += full ? 0 : (1 - kept) * prior;
            }
            if (full) {
                scatter[most * inputs + most] += (1 - kept) * prior * inputs;
            }
            for (int b = 0; b < CLASSES; b++) {
                counts[b] *= kept;
            }
            double k = counts[label] + 4;
            for (int a = 0; a < inputs; a++) {
                double d = x[a] - mean[label * inputs + a];
                for (int c = full ? 0 : a; c < (full ? inputs : a + 1); c++) {
                    scatter[full ? a * inputs + c : a] +=
                            k / (k + 1) * d * (x[c] - mean[label * inputs + c]);
                }
            }
            counts[label]++;
            running.learn(label);
        }
        running.write(learned);
        assertThat(learned.array(Discriminant.PREFIX + Discriminant.COUNT))
                .containsExactly(counts, within(1e-9));
        double[] inverse = learned.array(Discriminant.PREFIX + Discriminant.INVERSE);
        double[] mean = learned.array(Discriminant.PREFIX + Discriminant.MEAN);
        double[] projected = learned.array(Discriminant.PREFIX + Discriminant.PROJECTED);
        for (int a = 0; a < inputs; a++) {
            for (int c = 0; c < inputs && full; c++) {
                double product = 0;
                for (int i = 0; i < inputs; i++) {
                    product += inverse[a * inputs + i] * scatter[i * inputs + c];
                }
                assertThat(product).isCloseTo(a == c ? 1 : 0, within(1e-9));
            }
            if (!full) {
                assertThat(inverse[a] * scatter[a]).isCloseTo(1, within(1e-9));
            }
            for (int b = 0; b < CLASSES; b++) {
                double product = full ? 0 : inverse[a] * mean[b * inputs + a];
                for (int i = 0; i < inputs && full; i++) {
                    product += inverse[a * inputs + i] * mean[b * inputs + i];
                }
                assertThat(projected[b * inputs + a]).isCloseTo(product, within(1e-9));
            }
        }
    }

    @Test
    void inputsThatAreSilentForLongDoNotBlowUp() {
        Discriminant forgetting = new Discriminant(List.of(0.01, 0.1), 4, 100.0);
        TaskShape task = TaskShape.of(6, CLASSES);
        NamedArrays learned = forgetting.start(task, new Random(0));
        RunningDiscriminant running = RunningDiscriminant.of(forgetting, task, learned);
        Random random = new Random(7);
        for (int t = 0; t < 50_000; t++) {
            double[] x = new double[6];
            x[5] = random.nextGaussian();
            running.predict(x, 0);
            running.learn(random.nextInt(CLASSES));
        }
        running.write(learned);
        double prior = 0.01 * Math.pow(6, 1.5);
        assertThat(
                        Arrays.stream(learned.array(Discriminant.PREFIX + Discriminant.INVERSE))
                                .map(Math::abs)
                                .max()
                                .orElseThrow())
                .isLessThan(3 / prior);
    }

    @Test
    void aDiscriminantOnFeaturesIsMixedWithThatOnInputs() {
        FourierFeatures features = new FourierFeatures(6, 1.5, List.of(0.02), 0.3);
        Discriminant both = TWO.withFeatures(features);
        TaskShape task = TaskShape.of(2, CLASSES);
        NamedArrays learned = both.start(task, new Random(3));
        double[] direction = learned.array("discriminant.features.direction");
        double[] phase = learned.array("discriminant.features.phase");
        RunningDiscriminant running = RunningDiscriminant.of(both, task, learned);
        Discriminant second = new Discriminant(List.of(0.02), 4);
        TaskShape ofFeatures = TaskShape.of(6, CLASSES);
        RunningDiscriminant onInputs =
                RunningDiscriminant.of(TWO, task, TWO.start(task, new Random(0)));
        RunningDiscriminant onFeatures =
                RunningDiscriminant.of(second, ofFeatures, second.start(ofFeatures, new Random(0)));
        double[] weight = {0.7, 0.3};
        Random random = new Random(4);
        for (int t = 0; t < 60; t++) {
            if (t == 30) {
                // What is written is all there is, also into arrays that were zeros.
                learned = NamedArrays.zeros(learned.layout());
                running.write(learned);
                running = RunningDiscriminant.of(both, task, learned);
            }
            double[] x = random.doubles(2, -2, 2).toArray();
            double[] phi = new double[6];
            for (int i = 0; i < 6; i++) {
                double angle = direction[2 * i] * x[0] + direction[2 * i + 1] * x[1] + phase[i];
                phi[i] = Math.sqrt(2) * Math.cos(angle);
            }
            double[] first = onInputs.predict(x, 0);
            double[] other = onFeatures.predict(phi, 0);
            double[] expected = new double[CLASSES];
            for (int b = 0; b < CLASSES; b++) {
                expected[b] =
                        Math.log(weight[0] * Math.exp(first[b]) + weight[1] * Math.exp(other[b]));
            }
            assertThat(running.predict(x, 0)).containsExactly(expected, within(1e-9));
            int label = x[0] * x[1] > 0 ? 0 : 1;
            running.learn(label);
            onInputs.learn(label);
            onFeatures.learn(label);
            double[] p = {weight[0] * Math.exp(first[label]), weight[1] * Math.exp(other[label])};
            for (int e = 0; e < 2; e++) {
                weight[e] = 0.99 * p[e] / (p[0] + p[1]) + 0.005;
            }
        }
        running.write(learned);
        assertThat(learned.array("discriminant.features.expert_weight"))
                .containsExactly(weight, within(1e-9));
    }

    /** Directions have variance 1 / (bandwidth² · inputs), phases are anywhere in a circle. */
    @Test
    void featuresAreDrawnAsTheirBandwidthSays() {
        FourierFeatures features = new FourierFeatures(1000, 2, List.of(0.1), 0.1);
        NamedArrays start = features.start(5, false, new Random(1));
        double[] direction = start.array("discriminant.features.direction");
        double power = Arrays.stream(direction).map(w -> w * w).average().orElseThrow();
        assertThat(power).isCloseTo(1 / (4 * 5.0), within(0.003));
        for (double phase : start.array("discriminant.features.phase")) {
            assertThat(phase).isBetween(0.0, 2 * Math.PI);
        }
        assertThat(start.array("discriminant.features.expert_weight")).containsExactly(0.9, 0.1);
    }

    @Test
    void featuresThatCannotBeAreRefused() {
        assertThatThrownBy(() -> new FourierFeatures(0, 2, List.of(0.1), 0.1))
                .hasMessage("width must be in [1, 1024], got 0");
        assertThatThrownBy(() -> new FourierFeatures(9, 0, List.of(0.1), 0.1))
                .hasMessage("bandwidth must be in [0.001, 1000.0], got 0.0");
        assertThatThrownBy(() -> new FourierFeatures(9, 2, List.of(), 0.1))
                .hasMessage("there must be 1 to 8 ridges, got 0");
        assertThatThrownBy(() -> new FourierFeatures(9, 2, List.of(0.1), 1))
                .hasMessage("firstWeight must be in (0, 1), got 1.0");
    }

    /**
     * What is read out of the discriminant's sums is ridge regression on all examples so far, of
     * indicators less frequencies, solved directly.
     */
    @ParameterizedTest
    @CsvSource({"1,1,40", "2,5,60", "3,12,30"})
    void leastSquaresAgreeWithABatchSolution(long seed, int inputs, int length) {
        Discriminant regressing = TWO.withRegression(true);
        TaskShape task = TaskShape.of(inputs, CLASSES);
        NamedArrays learned = regressing.start(task, new Random(0));
        RunningDiscriminant running = RunningDiscriminant.of(regressing, task, learned);
        Random random = new Random(seed);
        double[][] x = new double[length][inputs];
        int[] labels = random.ints(length, 0, CLASSES).toArray();
        double[] weights = new double[2 * 4];
        Arrays.fill(weights, 1.0 / weights.length);
        for (int t = 0; t < length; t++) {
            for (int a = 0; a < inputs; a++) {
                x[t][a] = labels[t] * (a % 2 - 0.3) + random.nextGaussian();
            }
            if (t == length / 2) {
                running.write(learned);
                running = RunningDiscriminant.of(regressing, task, learned);
            }
            double[][] p = new double[weights.length][CLASSES];
            double[] expected = new double[CLASSES];
            for (int i = 0; i < weights.length; i++) {
                double ridge = TWO.ridges().get(i / 4) * Math.pow(inputs, 1.5);
                double temperature = 0.05 * (1 << (i % 4));
                double[] score = ridgeRegression(x, labels, t, ridge);
                Arrays.setAll(score, b -> score[b] / temperature);
                double[] softmax = CrossEntropy.softmax(score, 0, CLASSES);
                for (int b = 0; b < CLASSES; b++) {
                    p[i][b] = (softmax[b] + 0.01) / (1 + CLASSES * 0.01);
                    expected[b] += weights[i] * p[i][b];
                }
            }
            Arrays.setAll(expected, b -> Math.log(expected[b]));
            double[] said = running.predict(x[t], 0);
            assertThat(said).hasSize(2 * CLASSES);
            assertThat(Arrays.copyOfRange(said, CLASSES, 2 * CLASSES))
                    .as("example %d", t)
                    .containsExactly(expected, within(1e-8));
            running.learn(labels[t]);
            double total = 0;
            for (int i = 0; i < weights.length; i++) {
                weights[i] *= p[i][labels[t]];
                total += weights[i];
            }
            for (int i = 0; i < weights.length; i++) {
                weights[i] = 0.99 * weights[i] / total + 0.01 / weights.length;
            }
        }
        running.write(learned);
        assertThat(learned.array("discriminant.regression_weight"))
                .containsExactly(weights, within(1e-8));
    }

    /** Scores of x[seen] after the examples before it. */
    private static double[] ridgeRegression(double[][] x, int[] labels, int seen, double ridge) {
        int inputs = x[0].length;
        double[][] gram = new double[inputs][inputs];
        double[][] targets = new double[CLASSES][inputs];
        double[] frequency = new double[CLASSES];
        Arrays.fill(frequency, 1.0 / (seen + CLASSES));
        for (int t = 0; t < seen; t++) {
            frequency[labels[t]] += 1.0 / (seen + CLASSES);
        }
        for (int a = 0; a < inputs; a++) {
            gram[a][a] = ridge;
            for (int t = 0; t < seen; t++) {
                for (int c = 0; c < inputs; c++) {
                    gram[a][c] += x[t][a] * x[t][c];
                }
                for (int b = 0; b < CLASSES; b++) {
                    targets[b][a] += x[t][a] * ((labels[t] == b ? 1 : 0) - frequency[b]);
                }
            }
        }
        double[] scores = frequency.clone();
        for (int b = 0; b < CLASSES; b++) {
            double[] weights = Batch.solve(gram, targets[b]);
            for (int a = 0; a < inputs; a++) {
                scores[b] += weights[a] * x[seen][a];
            }
        }
        return scores;
    }

    /** The discriminant's reading is the same, bit for bit, with least squares beside it or not. */
    @Test
    void leastSquaresAreAReadingBesideTheDiscriminants() {
        Discriminant plain = TWO.withFeatures(new FourierFeatures(6, 1.5, List.of(0.02, 0.2), 0.3));
        TaskShape task = TaskShape.of(2, CLASSES);
        RunningDiscriminant alone =
                RunningDiscriminant.of(plain, task, plain.start(task, new Random(3)));
        Discriminant regressing = plain.withRegression(true);
        NamedArrays learned = regressing.start(task, new Random(3));
        RunningDiscriminant both = RunningDiscriminant.of(regressing, task, learned);
        Random random = new Random(4);
        int right = 0;
        for (int t = 0; t < 200; t++) {
            if (t == 30) {
                learned = NamedArrays.zeros(learned.layout());
                both.write(learned);
                both = RunningDiscriminant.of(regressing, task, learned);
            }
            double[] x = random.doubles(2, -2, 2).toArray();
            double[] said = both.predict(x, 0);
            assertThat(Arrays.copyOf(said, CLASSES)).containsExactly(alone.predict(x, 0));
            assertThat(Arrays.stream(said, CLASSES, 2 * CLASSES).map(Math::exp).sum())
                    .isCloseTo(1, within(1e-9));
            int label = x[0] * x[1] > 0 ? 0 : 1;
            right += t >= 100 && said[CLASSES + label] > said[CLASSES + 1 - label] ? 1 : 0;
            both.learn(label);
            alone.learn(label);
        }
        // Exclusive or, which only features can tell.
        assertThat(right).isGreaterThan(75);
    }

    @Test
    void ofVeryManyClassesOrInputsAllClassesAreAlikeToLeastSquares() {
        for (TaskShape task : List.of(TaskShape.of(3, 65), TaskShape.of(1025, CLASSES))) {
            Discriminant regressing = TWO.withRegression(true);
            NamedArrays learned = regressing.start(task, new Random(3));
            assertThat(learned.layout()).isEqualTo(TWO.layout(task));
            RunningDiscriminant running = RunningDiscriminant.of(regressing, task, learned);
            for (int t = 0; t < 5; t++) {
                double[] said = running.predict(new double[task.inputs()], 0);
                double alike = -Math.log(task.classes());
                assertThat(Arrays.stream(said, task.classes(), 2 * task.classes()))
                        .allSatisfy(value -> assertThat(value).isCloseTo(alike, within(1e-12)));
                running.learn(t % task.classes());
            }
        }
    }

    @Test
    void aWindowOfNothingIsRefused() {
        assertThatThrownBy(() -> new Discriminant(List.of(0.05), 4, 1.0))
                .hasMessage("window must be >= 10.0 and finite, or absent, got 1.0");
    }
}
