package org.vsml.core;

import java.util.Arrays;

/**
 * Mean, variance and range of every input of a stream ({@link Conditioning}), and the way back
 * through them. Not thread-safe.
 */
public final class RunningStatistics {

    private final Conditioning conditioning;
    private final double[] origin;
    private final double[] mean;
    private final double[] squares;
    private final double[] lowest;
    private final double[] highest;
    private double count;

    private RunningStatistics(
            Conditioning conditioning,
            double count,
            double[] origin,
            double[] mean,
            double[] squares,
            double[] lowest,
            double[] highest) {
        this.conditioning = conditioning;
        this.count = count;
        this.origin = origin;
        this.mean = mean;
        this.squares = squares;
        this.lowest = lowest;
        this.highest = highest;
    }

    /** What learned variables say. */
    public static RunningStatistics of(Conditioning conditioning, NamedArrays learned) {
        return new RunningStatistics(
                conditioning,
                learned.array(Conditioning.COUNT)[0],
                learned.array(Conditioning.ORIGIN),
                learned.array(Conditioning.MEAN),
                learned.array(Conditioning.SQUARES),
                learned.array(Conditioning.LOWEST),
                learned.array(Conditioning.HIGHEST));
    }

    /** Overwrites the statistics among learned variables. */
    public void write(NamedArrays learned) {
        learned.set(Conditioning.COUNT, count);
        learned.set(Conditioning.ORIGIN, origin);
        learned.set(Conditioning.MEAN, mean);
        learned.set(Conditioning.SQUARES, squares);
        learned.set(Conditioning.LOWEST, lowest);
        learned.set(Conditioning.HIGHEST, highest);
    }

    /** An independent copy. */
    public RunningStatistics copy() {
        return new RunningStatistics(
                conditioning,
                count,
                origin.clone(),
                mean.clone(),
                squares.clone(),
                lowest.clone(),
                highest.clone());
    }

    /** Number of inputs. */
    public int inputs() {
        return mean.length;
    }

    /** Takes in the example of inputs that begins at {@code offset}. */
    public void observe(double[] inputs, int offset) {
        if (count == 0) {
            System.arraycopy(inputs, offset, origin, 0, origin.length);
        }
        count++;
        for (int a = 0; a < mean.length; a++) {
            double x = inputs[offset + a] - origin[a];
            double difference = x - mean[a];
            mean[a] += difference / count;
            squares[a] += difference * (x - mean[a]);
            lowest[a] = Math.min(lowest[a], x);
            highest[a] = Math.max(highest[a], x);
        }
    }

    /**
     * x̂ of an example.
     *
     * @param inputs where x begins at {@code offset}
     * @param to where x̂ begins at {@code toOffset}, overwritten
     */
    public void transform(double[] inputs, int offset, double[] to, int toOffset) {
        for (int a = 0; a < mean.length; a++) {
            double value = standardised(inputs[offset + a], a);
            to[toOffset + a] = Math.max(-conditioning.clip(), Math.min(conditioning.clip(), value));
        }
    }

    /** x_a − origin_a. */
    public double relative(double x, int a) {
        return x - origin[a];
    }

    /** 1 / scale_a²; 0 for an input that has had one value only. */
    public double inverseSquaredScale(int a) {
        return highest[a] > lowest[a] ? 1 / squaredScale(a) : 0;
    }

    private double squaredScale(int a) {
        double range = highest[a] - lowest[a];
        return squares[a] / count + conditioning.rangeShare() * range * range;
    }

    private double standardised(double x, int a) {
        return highest[a] > lowest[a] ? (x - origin[a] - mean[a]) / Math.sqrt(squaredScale(a)) : 0;
    }

    /** The adjoints of the statistics, on the way back through a stream. */
    public static final class Adjoint {

        private final double[] ofOrigin;
        private final double[] ofMean;
        private final double[] ofSquares;
        private final double[] ofLowest;
        private final double[] ofHighest;

        /** Zeros, of so many inputs. */
        public Adjoint(int inputs) {
            ofOrigin = new double[inputs];
            ofMean = new double[inputs];
            ofSquares = new double[inputs];
            ofLowest = new double[inputs];
            ofHighest = new double[inputs];
        }

        /** Adds the gradient of the final statistics. */
        public void add(NamedArrays gradient) {
            add(ofOrigin, gradient.array(Conditioning.ORIGIN));
            add(ofMean, gradient.array(Conditioning.MEAN));
            add(ofSquares, gradient.array(Conditioning.SQUARES));
            add(ofLowest, gradient.array(Conditioning.LOWEST));
            add(ofHighest, gradient.array(Conditioning.HIGHEST));
        }

        private static void add(double[] sums, double[] values) {
            for (int a = 0; a < sums.length; a++) {
                sums[a] += values[a];
            }
        }

        /** Forgets everything. */
        public void clear() {
            for (double[] of : new double[][] {ofOrigin, ofMean, ofSquares, ofLowest, ofHighest}) {
                Arrays.fill(of, 0);
            }
        }

        /** Overwrites the gradient of the statistics in that of learned variables. */
        public void write(NamedArrays gradient) {
            gradient.set(Conditioning.ORIGIN, ofOrigin);
            gradient.set(Conditioning.MEAN, ofMean);
            gradient.set(Conditioning.SQUARES, ofSquares);
            gradient.set(Conditioning.LOWEST, ofLowest);
            gradient.set(Conditioning.HIGHEST, ofHighest);
        }

        /**
         * Back through {@link #transform}.
         *
         * @param after the statistics that it used
         * @param x the inputs as they came, example at {@code offset}
         * @param gradient of x̂ on entry, what it passes directly to x on return; at the same
         *     offset
         */
        public void transformed(
                RunningStatistics after, double[] x, int offset, double[] gradient) {
            double clip = after.conditioning.clip();
            for (int a = 0; a < ofMean.length; a++) {
                int i = offset + a;
                if (!(after.highest[a] > after.lowest[a])
                        || !(Math.abs(after.standardised(x[i], a)) < clip)) {
                    gradient[i] = 0;
                    continue;
                }
                double square = after.squaredScale(a);
                double centred = x[i] - after.origin[a] - after.mean[a];
                squaredScale(after, a, -gradient[i] * centred / (2 * square * Math.sqrt(square)));
                gradient[i] /= Math.sqrt(square);
                ofMean[a] -= gradient[i];
                ofOrigin[a] -= gradient[i];
            }
        }

        /** Back through {@link #inverseSquaredScale}. */
        public void inverseSquaredScale(RunningStatistics after, int a, double of) {
            double inverse = after.inverseSquaredScale(a);
            squaredScale(after, a, -of * inverse * inverse);
        }

        /** Back through {@link #relative}. */
        public void relative(int a, double of) {
            ofOrigin[a] -= of;
        }

        private void squaredScale(RunningStatistics after, int a, double of) {
            ofSquares[a] += of / after.count;
            double ofRange =
                    of * 2 * after.conditioning.rangeShare() * (after.highest[a] - after.lowest[a]);
            ofHighest[a] += ofRange;
            ofLowest[a] -= ofRange;
        }

        /**
         * Back through {@link #observe}.
         *
         * @param before the statistics before the example
         * @param gradient of x, added to
         */
        public void observed(RunningStatistics before, double[] x, int offset, double[] gradient) {
            boolean first = before.count == 0;
            double n = before.count + 1;
            for (int a = 0; a < ofMean.length; a++) {
                int i = offset + a;
                double relative = first ? 0 : x[i] - before.origin[a];
                double ofRelative = 0;
                if (relative > before.highest[a]) {
                    ofRelative += ofHighest[a];
                    ofHighest[a] = 0;
                }
                if (relative < before.lowest[a]) {
                    ofRelative += ofLowest[a];
                    ofLowest[a] = 0;
                }
                // squares' = squares + difference · (x − mean'), mean' = mean + difference / n
                double difference = relative - before.mean[a];
                double rest = difference - difference / n;
                ofMean[a] -= ofSquares[a] * difference;
                double ofDifference = ofSquares[a] * rest + ofMean[a] / n;
                ofRelative += ofSquares[a] * difference + ofDifference;
                ofMean[a] -= ofDifference;
                gradient[i] += ofRelative;
                ofOrigin[a] -= ofRelative;
                if (first) {
                    gradient[i] += ofOrigin[a];
                    ofOrigin[a] = 0;
                }
            }
        }
    }
}
