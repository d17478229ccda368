package org.vsml.cloning;

/** Adam (Kingma and Ba 2015) on one flat vector, β 0.9 and 0.999. */
final class Adam {

    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private final double[] first;
    private final double[] second;
    private int steps;

    Adam(int size) {
        first = new double[size];
        second = new double[size];
    }

    /** One step downhill; {@code gradient} is not changed. */
    void step(float[] values, double[] gradient, double rate) {
        steps++;
        double correction1 = 1 - Math.pow(BETA1, steps);
        double correction2 = 1 - Math.pow(BETA2, steps);
        for (int i = 0; i < values.length; i++) {
            first[i] = BETA1 * first[i] + (1 - BETA1) * gradient[i];
            second[i] = BETA2 * second[i] + (1 - BETA2) * gradient[i] * gradient[i];
            values[i] -=
                    (float)
                            (rate
                                    * (first[i] / correction1)
                                    / (Math.sqrt(second[i] / correction2) + EPSILON));
        }
    }
}
