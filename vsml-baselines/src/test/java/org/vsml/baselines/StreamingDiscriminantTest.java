package org.vsml.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.junit.jupiter.api.Test;
import org.vsml.core.Examples;

class StreamingDiscriminantTest {

    @Test
    void agreesWithInvertingTheScatterAfresh() {
        int inputs = 6;
        int classes = 3;
        double shrinkage = 4;
        Examples stream = Streams.correlated(inputs, classes, 80, 1, 2);
        double[] scores =
                new StreamingDiscriminant(shrinkage).start(stream.task(), 0).learn(stream);

        for (int t = 0; t < stream.length(); t++) {
            RealVector[] means = new RealVector[classes];
            int[] counts = new int[classes];
            for (int c = 0; c < classes; c++) {
                means[c] = new ArrayRealVector(inputs);
            }
            for (int s = 0; s < t; s++) {
                int label = stream.labels()[s];
                counts[label]++;
                means[label] = means[label].add(new ArrayRealVector(Streams.input(stream, s)));
            }
            for (int c = 0; c < classes; c++) {
                means[c] = means[c].mapDivide(Math.max(1, counts[c]));
            }
            RealMatrix scatter = new Array2DRowRealMatrix(inputs, inputs);
            for (int s = 0; s < t; s++) {
                RealVector u =
                        new ArrayRealVector(Streams.input(stream, s))
                                .subtract(means[stream.labels()[s]]);
                scatter = scatter.add(u.outerProduct(u));
            }
            for (int a = 0; a < inputs; a++) {
                scatter.addToEntry(a, a, shrinkage);
            }
            RealMatrix inverse = new LUDecomposition(scatter).getSolver().getInverse();
            RealVector x = new ArrayRealVector(Streams.input(stream, t));
            for (int c = 0; c < classes; c++) {
                double score = scores[t * classes + c];
                if (counts[c] == 0) {
                    assertThat(score).isEqualTo(Double.NEGATIVE_INFINITY);
                } else {
                    RealVector w = inverse.operate(means[c]);
                    // Two ways of inverting in double: 80 rank-one steps lose a few digits of 16.
                    double likelihood = w.dotProduct(x) - w.dotProduct(means[c]) / 2;
                    assertThat(score).isCloseTo(t * likelihood, within(t * 1e-9));
                }
            }
        }
    }

    @Test
    void sharedCorrelatedNoiseHurtsItLessThanTheNearestMean() {
        Examples stream = Streams.correlated(20, 4, 1000, 1.5, 6);

        assertThat(Streams.right(new StreamingDiscriminant(10), stream))
                .isGreaterThan(Streams.right(new NearestClassMean(), stream) + 200);
    }

    @Test
    void impossibleShrinkageIsRejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StreamingDiscriminant(0))
                .withMessageContaining("shrinkage must be positive and finite, got 0.0");
    }
}
