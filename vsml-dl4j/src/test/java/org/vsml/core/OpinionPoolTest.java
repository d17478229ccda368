package org.vsml.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a pool of opinions promises, and its way back. */
class OpinionPoolTest {

    private static final int CLASSES = 3;
    private static final TaskShape TASK = TaskShape.of(2, CLASSES);
    private static final VsmlWithMemory MODEL = MemoryCase.of(4, false, true, 9, 4).model();

    private static OpinionPool pool(NamedArrays start, boolean recorded) {
        return OpinionPool.of(MODEL, TASK, start, recorded);
    }

    /** The logarithms of a random distribution of some sureness. */
    private static double[] opinion(Random random, double sureness) {
        double[] z = new double[CLASSES];
        Arrays.setAll(z, b -> sureness * random.nextGaussian());
        double[] p = CrossEntropy.softmax(z, 0, CLASSES);
        return Arrays.stream(p).map(Math::log).toArray();
    }

    private static double[] join(double[] a, double[] b) {
        double[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    /** ln(1/w) of the first and of the others, and the share of the weights that is spread. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void itsLogLossIsBoundedByThatOfEachOpinion(long seed) {
        Random random = new Random(seed);
        OpinionPool pool = pool(OpinionPool.start(), false);
        int length = 300;
        double ofPool = 0;
        double[] ofOpinion = new double[3];
        double[] sureness = {random.nextDouble() * 4, random.nextDouble() * 4, 1};
        for (int t = 0; t < length; t++) {
            int label = random.nextInt(CLASSES);
            double[][] said = new double[3][];
            for (int k = 0; k < 3; k++) {
                said[k] = opinion(random, sureness[k]);
            }
            double[] p = said[0].clone();
            pool.predict(join(said[1], said[2]), p);
            assertThat(Arrays.stream(p).map(Math::exp).sum()).isCloseTo(1, within(1e-12));
            pool.learn(label);
            ofPool -= p[label];
            for (int k = 0; k < 3; k++) {
                ofOpinion[k] -= said[k][label];
            }
        }
        double spread = length * Math.log(1 / 0.998);
        assertThat(ofPool).isLessThanOrEqualTo(ofOpinion[0] + Math.log(1 / 0.4) + spread);
        assertThat(ofPool).isLessThanOrEqualTo(ofOpinion[1] + Math.log(1 / 0.1) + spread);
        assertThat(ofPool).isLessThanOrEqualTo(ofOpinion[2] + Math.log(1 / 0.1) + spread);
    }

    @Test
    void whereAllAgreeItAgreesAndNothingIsLearned() {
        Random random = new Random(1);
        NamedArrays learned = OpinionPool.start();
        OpinionPool pool = pool(learned, false);
        for (int t = 0; t < 20; t++) {
            double[] said = opinion(random, 2);
            double[] p = said.clone();
            pool.predict(join(said, said), p);
            assertThat(p).containsExactly(said, within(1e-12));
            pool.learn(t % CLASSES);
        }
        pool.write(learned);
        assertThat(learned.values()).containsExactly(OpinionPool.start().values(), within(1e-12));
    }

    /** 0.4·q_0 + 0.1·q_1 + 0.1·q_2 + 0.4·q_3, and what the label makes of it, by hand. */
    @Test
    void oneExampleByHand() {
        double[][] q = {{0.5, 0.3, 0.2}, {0.2, 0.2, 0.6}, {0.8, 0.1, 0.1}, new double[CLASSES]};
        double sum = 0;
        for (int b = 0; b < CLASSES; b++) {
            q[3][b] = Math.pow(q[0][b], 0.6) * Math.pow(q[1][b] * q[2][b], 0.2);
            sum += q[3][b];
        }
        for (int b = 0; b < CLASSES; b++) {
            q[3][b] /= sum;
        }
        double[] expected = new double[CLASSES];
        for (int b = 0; b < CLASSES; b++) {
            expected[b] = 0.4 * q[0][b] + 0.1 * q[1][b] + 0.1 * q[2][b] + 0.4 * q[3][b];
        }
        NamedArrays learned = OpinionPool.start();
        OpinionPool pool = pool(learned, false);
        double[] p = logarithms(q[0]);
        pool.predict(join(logarithms(q[1]), logarithms(q[2])), p);
        assertThat(Arrays.stream(p).map(Math::exp).toArray())
                .containsExactly(expected, within(1e-12));
        pool.learn(Examples.UNLABELLED);
        pool.write(learned);
        assertThat(learned.array("opinion.weight")).containsExactly(0.4, 0.1, 0.1, 0.4);
        pool.learn(2);
        pool.write(learned);
        double[] first = {0.4, 0.1, 0.1, 0.4};
        for (int k = 0; k < 4; k++) {
            assertThat(learned.array("opinion.weight")[k])
                    .isCloseTo(
                            0.998 * first[k] * q[k][2] / expected[2] + 0.002 * first[k],
                            within(1e-12));
        }
    }

    private static double[] logarithms(double[] p) {
        return Arrays.stream(p).map(Math::log).toArray();
    }

    /** Random linear functions of all predictions and of the final weights. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void itsWayBackIsThatOfCentralDifferences(long seed) {
        Random random = new Random(seed);
        int length = 7;
        double[] logits = random.doubles((long) length * CLASSES, -2, 2).toArray();
        double[][] experts = new double[length][];
        for (int t = 0; t < length; t++) {
            experts[t] = join(opinion(random, 2), opinion(random, 1));
        }
        int[] labels = random.ints(length, 0, CLASSES).toArray();
        labels[3] = Examples.UNLABELLED;
        double[] of = random.doubles((long) length * CLASSES, -1, 1).toArray();
        NamedArrays ofEnd = NamedArrays.zeros(OpinionPool.layout());
        ofEnd.set("opinion.weight", random.doubles(4, -1, 1).toArray());
        NamedArrays start = OpinionPool.start();
        OpinionPool pool = pool(start, true);
        loss(pool, logits, experts, labels, of, ofEnd);
        NamedArrays ofStart = NamedArrays.zeros(OpinionPool.layout());
        double[] gradient = pool.backward(of, ofEnd, ofStart, 0);
        double step = 1e-5;
        for (double[] values : List.of(logits, start.values())) {
            double[] expected = values == logits ? gradient : ofStart.values();
            for (int i = 0; i < values.length; i++) {
                double kept = values[i];
                values[i] = kept + step;
                double above = loss(pool(start, false), logits, experts, labels, of, ofEnd);
                values[i] = kept - step;
                double below = loss(pool(start, false), logits, experts, labels, of, ofEnd);
                values[i] = kept;
                assertThat(expected[i]).isCloseTo((above - below) / (2 * step), within(1e-7));
            }
        }
    }

    private static double loss(
            OpinionPool pool,
            double[] logits,
            double[][] experts,
            int[] labels,
            double[] of,
            NamedArrays ofEnd) {
        double sum = 0;
        for (int t = 0; t < labels.length; t++) {
            double[] p = Arrays.copyOfRange(logits, t * CLASSES, (t + 1) * CLASSES);
            pool.predict(experts[t], p);
            pool.learn(labels[t]);
            for (int b = 0; b < CLASSES; b++) {
                sum += of[t * CLASSES + b] * p[b];
            }
        }
        NamedArrays end = NamedArrays.zeros(OpinionPool.layout());
        pool.write(end);
        for (int k = 0; k < 4; k++) {
            sum += ofEnd.values()[k] * end.values()[k];
        }
        return sum;
    }

    @Test
    void withATruncationNoGradientOfWeightsGoesFurtherBack() {
        Random random = new Random(5);
        OpinionPool whole = pool(OpinionPool.start(), true);
        OpinionPool last = null;
        double[] of = new double[4 * CLASSES];
        Arrays.fill(of, 2 * CLASSES, of.length, 1.0);
        of[3 * CLASSES] = -1;
        for (int t = 0; t < 4; t++) {
            if (t == 2) {
                NamedArrays now = OpinionPool.start();
                whole.write(now);
                last = pool(now, true);
            }
            double[] experts = join(opinion(random, 2), opinion(random, 1));
            double[] own = opinion(random, 1);
            whole.predict(experts, own.clone());
            whole.learn(t % CLASSES);
            if (last != null) {
                last.predict(experts, own.clone());
                last.learn(t % CLASSES);
            }
        }
        NamedArrays ignored = OpinionPool.start();
        double[] truncated = whole.backward(of, null, ignored, 2);
        double[] alone =
                last.backward(Arrays.copyOfRange(of, 2 * CLASSES, of.length), null, ignored, 0);
        assertThat(Arrays.copyOf(truncated, 2 * CLASSES)).containsOnly(0);
        assertThat(Arrays.copyOfRange(truncated, 2 * CLASSES, of.length)).containsExactly(alone);
    }

    @Test
    void aModelWithoutLeastSquaresHasNone() {
        VsmlWithMemory without = MODEL.withDiscriminant(MODEL.discriminant().withRegression(false));
        assertThat(MODEL.pools()).isTrue();
        assertThat(without.pools()).isFalse();
        assertThat(OpinionPool.of(without, TASK, OpinionPool.start(), false)).isNull();
        assertThat(without.poolLayout().entries()).isEmpty();
    }
}
