package org.vsml.math;

/**
 * A step of Adam with bias correction (Kingma and Ba 2015, algorithm 1), moments in double.
 *
 * @param beta1 β₁, decay of the first moment
 * @param beta2 β₂, decay of the second moment
 * @param epsilon added to the root of the second moment
 */
public record AdamStep(double beta1, double beta2, double epsilon) {

    /** β 0.9 and 0.999, ε 1e-8. */
    public static final AdamStep USUAL = new AdamStep(0.9, 0.999, 1e-8);

    /**
     * One step downhill.
     *
     * @param values changed in place
     * @param gradient of the loss; not changed
     * @param first moments, zeros before the first step; changed in place
     * @param second moments, likewise
     * @param step number of steps taken with these moments, this one included, from 1
     * @param rate learning rate
     */
    public void take(
            double[] values,
            double[] gradient,
            double[] first,
            double[] second,
            long step,
            double rate) {
        double firstBias = bias(beta1, step);
        double secondBias = bias(beta2, step);
        for (int i = 0; i < values.length; i++) {
            values[i] -= change(gradient[i], first, second, i, firstBias, secondBias, rate);
        }
    }

    /** The same for values in float; the change is rounded, then subtracted. */
    public void take(
            float[] values,
            double[] gradient,
            double[] first,
            double[] second,
            long step,
            double rate) {
        double firstBias = bias(beta1, step);
        double secondBias = bias(beta2, step);
        for (int i = 0; i < values.length; i++) {
            values[i] -= (float) change(gradient[i], first, second, i, firstBias, secondBias, rate);
        }
    }

    private static double bias(double beta, long step) {
        return 1 - Math.pow(beta, (double) step);
    }

    private double change(
            double gradient,
            double[] first,
            double[] second,
            int i,
            double firstBias,
            double secondBias,
            double rate) {
        first[i] = beta1 * first[i] + (1 - beta1) * gradient;
        second[i] = beta2 * second[i] + (1 - beta2) * gradient * gradient;
        return rate * (first[i] / firstBias) / (Math.sqrt(second[i] / secondBias) + epsilon);
    }
}
