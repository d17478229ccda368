package org.vsml.baselines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGenerator;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.junit.jupiter.api.Test;
import org.vsml.episode.Seeds;
import org.vsml.math.Vectors;

class SymmetricInverseTest {

    @Test
    void itIsTheInverseAfterEveryTermPendingOrNot() {
        int size = 7;
        double ridge = 0.5;
        RandomGenerator random = Seeds.generator(3);
        SymmetricInverse inverse = new SymmetricInverse(size, ridge);
        RealMatrix matrix = new Array2DRowRealMatrix(size, size);
        for (int i = 0; i < size; i++) {
            matrix.setEntry(i, i, ridge);
        }
        double[] product = new double[size];
        for (int t = 0; t < 50; t++) {
            double[] u = random.doubles(size, -1, 1).toArray();
            inverse.times(u, product);

            RealVector expected =
                    new LUDecomposition(matrix).getSolver().solve(new ArrayRealVector(u));
            for (int i = 0; i < size; i++) {
                assertThat(product[i])
                        .as("term %d", t)
                        .isCloseTo(expected.getEntry(i), within(1e-11));
            }
            double length = Vectors.dot(u, product, size);
            inverse.subtractSquare(1 / (1 + length), product);
            matrix = matrix.add(new ArrayRealVector(u).outerProduct(new ArrayRealVector(u)));
        }
    }
}
