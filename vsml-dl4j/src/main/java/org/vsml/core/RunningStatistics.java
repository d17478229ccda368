package org.vsml.core;

import java.util.Arrays;

/**
 * Mean and variance of every input of a stream ({@link Conditioning}), and the way back through
 * them. Not thread-safe.
 */
final class RunningStatistics {

    private final Conditioning conditioning;
    private final double[] mean;
    private final double[] squares;
    private double count;

    private RunningStatistics(
            Conditioning conditioning, double count, double[] mean, double[] squares) {
        this.conditioning = conditioning;
        this.count = count;
        this.mean = mean;
        this.squares = squares;
    }

    /** What learned variables say. */
    static RunningStatistics of(Conditioning conditioning, NamedArrays learned) {
        return new RunningStatistics(
                conditioning,
                learned.array(Conditioning.COUNT)[0],
                learned.array(Conditioning.MEAN),
                learned.array(Conditioning.SQUARES));
    }

    void write(NamedArrays learned) {
        learned.set(Conditioning.COUNT, count);
        learned.set(Conditioning.MEAN, mean);
        learned.set(Conditioning.SQUARES, squares);
    }

    RunningStatistics copy() {
        return new RunningStatistics(conditioning, count, mean.clone(), squares.clone());
    }

    /** Takes in the example of inputs [inputs] that begins at {@code offset}. */
    void observe(double[] inputs, int offset) {
        count++;
        for (int a = 0; a < mean.length; a++) {
            double difference = inputs[offset + a] - mean[a];
            mean[a] += difference / count;
            squares[a] += difference * (inputs[offset + a] - mean[a]);
        }
    }

    /** x̂ of an example of inputs that begins at {@code offset}, to the same place of {@code to}. */
    void transform(double[] inputs, int offset, double[] to, int toOffset) {
        double shared = meanVariance();
        for (int a = 0; a < mean.length; a++) {
            double value = standardised(inputs[offset + a], a, shared);
            to[toOffset + a] =
                    Math.max(-conditioning.clip(), Math.min(conditioning.clip(), value));
        }
    }

    /** Mean variance of the inputs that have changed. */
    private double meanVariance() {
        if (conditioning.prior() == 0) {
            return 0;
        }
        return Arrays.stream(squares).sum() / count / Math.max(1, changed());
    }

    private long changed() {
        return Arrays.stream(squares).filter(s -> s > 0).count();
    }

    private double standardised(double x, int a, double shared) {
        if (!(squares[a] > 0)) {
            return 0;
        }
        return (x - mean[a]) / Math.sqrt(variance(a, shared));
    }

    private double variance(int a, double shared) {
        double prior = conditioning.prior();
        return (squares[a] + prior * shared) / (count + prior);
    }

    /** The adjoints of the statistics, on the way back through a stream. */
    static final class Adjoint {

        private final double[] ofMean;
        private final double[] ofSquares;

        Adjoint(int inputs) {
            ofMean = new double[inputs];
            ofSquares = new double[inputs];
        }

        /** Adds the gradient of the final statistics. */
        void add(NamedArrays gradient) {
            double[] means = gradient.array(Conditioning.MEAN);
            double[] sums = gradient.array(Conditioning.SQUARES);
            for (int a = 0; a < means.length; a++) {
                ofMean[a] += means[a];
                ofSquares[a] += sums[a];
            }
        }

        void clear() {
            Arrays.fill(ofMean, 0);
            Arrays.fill(ofSquares, 0);
        }

        void write(NamedArrays gradient) {
            gradient.set(Conditioning.MEAN, ofMean);
            gradient.set(Conditioning.SQUARES, ofSquares);
        }

        /**
         * Back through {@link #transform}.
         *
         * @param after the statistics that it used
         * @param x the inputs as they came, example at {@code offset}
         * @param gradient of x̂ on entry, what it passes directly to x on return; at the same
         *     offset
         */
        void transformed(RunningStatistics after, double[] x, int offset, double[] gradient) {
            double clip = after.conditioning.clip();
            double prior = after.conditioning.prior();
            double shared = after.meanVariance();
            double ofShared = 0;
            for (int a = 0; a < ofMean.length; a++) {
                int i = offset + a;
                if (!(after.squares[a] > 0)
                        || !(Math.abs(after.standardised(x[i], a, shared)) < clip)) {
                    gradient[i] = 0;
                    continue;
                }
                double variance = after.variance(a, shared);
                double ofVariance =
                        -gradient[i] * (x[i] - after.mean[a]) / (2 * variance * Math.sqrt(variance));
                gradient[i] /= Math.sqrt(variance);
                ofMean[a] -= gradient[i];
                ofSquares[a] += ofVariance / (after.count + prior);
                ofShared += ofVariance * prior / (after.count + prior);
            }
            double share = ofShared / after.count / Math.max(1, after.changed());
            for (int a = 0; a < ofMean.length; a++) {
                ofSquares[a] += share;
            }
        }

        /**
         * Back through {@link #observe}.
         *
         * @param before the statistics before the example
         * @param gradient of x, added to
         */
        void observed(RunningStatistics before, double[] x, int offset, double[] gradient) {
            for (int a = 0; a < ofMean.length; a++) {
                int i = offset + a;
                double difference = x[i] - before.mean[a];
                double rest = difference - difference / (before.count + 1);
                // squares' = squares + difference · (x − mean'), mean' = mean + difference / n
                ofMean[a] -= ofSquares[a] * difference;
                double ofDifference = ofSquares[a] * rest + ofMean[a] / (before.count + 1);
                gradient[i] += ofSquares[a] * difference + ofDifference;
                ofMean[a] -= ofDifference;
            }
        }
    }
}
