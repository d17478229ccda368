package org.vsml.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.junit.jupiter.api.Test;
import org.vsml.core.Examples;

class RecursiveLeastSquaresTest {

    @Test
    void agreesWithRidgeRegressionOnAllExamplesSoFar() {
        int inputs = 6;
        int classes = 3;
        double ridge = 2;
        Examples stream = Streams.correlated(inputs, classes, 80, 1, 2);
        double[] scores = new RecursiveLeastSquares(ridge).start(stream.task(), 0).learn(stream);

        for (int t = 0; t < stream.length(); t++) {
            RealMatrix gram = new Array2DRowRealMatrix(inputs + 1, inputs + 1);
            RealMatrix moments = new Array2DRowRealMatrix(inputs + 1, classes);
            for (int i = 0; i <= inputs; i++) {
                gram.setEntry(i, i, ridge);
            }
            for (int s = 0; s < t; s++) {
                RealMatrix x = row(stream, s);
                gram = gram.add(x.transpose().multiply(x));
                RealMatrix y = new Array2DRowRealMatrix(1, classes);
                y.setEntry(0, stream.labels()[s], 1);
                moments = moments.add(x.transpose().multiply(y));
            }
            RealMatrix weights = new LUDecomposition(gram).getSolver().solve(moments);
            double[] expected = row(stream, t).multiply(weights).getRow(0);
            for (int c = 0; c < classes; c++) {
                // Two ways of solving in double: 80 rank-one steps lose a few digits of 16.
                assertThat(scores[t * classes + c]).isCloseTo(expected[c], within(1e-10));
            }
        }
    }

    @Test
    void sharedCorrelatedNoiseHurtsItLessThanTheNearestMean() {
        Examples stream = Streams.correlated(20, 4, 1000, 1.5, 6);

        assertThat(Streams.right(new RecursiveLeastSquares(1), stream))
                .isGreaterThan(Streams.right(new NearestClassMean(), stream) + 200);
    }

    @Test
    void impossibleRidgesAreRejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RecursiveLeastSquares(0))
                .withMessageContaining("ridge must be positive and finite, got 0.0");
    }

    private static RealMatrix row(Examples stream, int example) {
        RealMatrix row = new Array2DRowRealMatrix(1, stream.task().inputs() + 1);
        double[] x = Streams.input(stream, example);
        for (int a = 0; a < x.length; a++) {
            row.setEntry(0, a, x[a]);
        }
        row.setEntry(0, x.length, 1);
        return row;
    }
}
