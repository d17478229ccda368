package org.vsml.core;

import java.util.Arrays;

/**
 * Mean, variance and range of the inputs of a stream ({@link Conditioning}), and the way back
 * through them. Mean and variance are those of a group: of each input by itself, or of a channel of
 * images. Not thread-safe.
 */
public final class RunningStatistics {

    private final Conditioning conditioning;
    private final boolean perChannel;
    private final double[] origin;
    private final double[] mean;
    private final double[] squares;
    private final double[] lowest;
    private final double[] highest;
    private double count;

    private RunningStatistics(
            Conditioning conditioning,
            boolean perChannel,
            double count,
            double[] origin,
            double[] mean,
            double[] squares,
            double[] lowest,
            double[] highest) {
        this.conditioning = conditioning;
        this.perChannel = perChannel;
        this.count = count;
        this.origin = origin;
        this.mean = mean;
        this.squares = squares;
        this.lowest = lowest;
        this.highest = highest;
    }

    /** What learned variables say of inputs of this shape. */
    public static RunningStatistics of(
            Conditioning conditioning, InputShape shape, NamedArrays learned) {
        return new RunningStatistics(
                conditioning,
                conditioning.perChannel(shape),
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
                perChannel,
                count,
                origin.clone(),
                mean.clone(),
                squares.clone(),
                lowest.clone(),
                highest.clone());
    }

    /** Becomes what others of the same inputs are, without making arrays. */
    public void set(RunningStatistics other) {
        count = other.count;
        copy(other.origin, origin);
        copy(other.mean, mean);
        copy(other.squares, squares);
        copy(other.lowest, lowest);
        copy(other.highest, highest);
    }

    private static void copy(double[] from, double[] to) {
        System.arraycopy(from, 0, to, 0, to.length);
    }

    /** Number of inputs. */
    public int inputs() {
        return lowest.length;
    }

    /** The group of an input: its channel, for the channel is what goes fastest, or itself. */
    private int group(int a) {
        return a % mean.length;
    }

    /** Inputs of a group. */
    private int groupSize() {
        return lowest.length / mean.length;
    }

    /** Values of its group that had been seen after input a of the example after {@code before}. */
    private double seen(double before, int a) {
        int inGroup = a / mean.length;
        return before * groupSize() + inGroup + 1;
    }

    /** Takes in the example of inputs that begins at {@code offset}. */
    public void observe(double[] inputs, int offset) {
        boolean first = count == 0;
        if (first) {
            System.arraycopy(inputs, offset, origin, 0, origin.length);
        }
        for (int a = 0; a < lowest.length; a++) {
            int g = group(a);
            double x = inputs[offset + a] - origin[g];
            double difference = x - mean[g];
            mean[g] += difference / seen(count, a);
            squares[g] += difference * (x - mean[g]);
            lowest[a] = first ? x : Math.min(lowest[a], x);
            highest[a] = first ? x : Math.max(highest[a], x);
        }
        count++;
    }

    /**
     * x̂ of an example.
     *
     * @param inputs where x begins at {@code offset}
     * @param to where x̂ begins at {@code toOffset}, overwritten
     */
    public void transform(double[] inputs, int offset, double[] to, int toOffset) {
        double clip = clip();
        for (int a = 0; a < lowest.length; a++) {
            double value = standardised(inputs[offset + a], a);
            to[toOffset + a] = Math.max(-clip, Math.min(clip, value));
        }
    }

    private double clip() {
        return perChannel ? Conditioning.CLIP_PER_CHANNEL : conditioning.clip();
    }

    /** x_a − origin_a. */
    public double relative(double x, int a) {
        return x - origin[group(a)];
    }

    /** 1 / scale_a²; 0 for an input that has had one value only. */
    public double inverseSquaredScale(int a) {
        return varies(a) ? 1 / squaredScale(a) : 0;
    }

    private boolean varies(int a) {
        return highest[a] > lowest[a];
    }

    private double squaredScale(int a) {
        double variance = squares[group(a)] / (count * groupSize());
        if (perChannel) {
            return variance;
        }
        double range = highest[a] - lowest[a];
        return variance + conditioning.rangeShare() * range * range;
    }

    private double standardised(double x, int a) {
        int g = group(a);
        return varies(a) ? (x - origin[g] - mean[g]) / Math.sqrt(squaredScale(a)) : 0;
    }

    /** The adjoints of the statistics, on the way back through a stream. */
    public static final class Adjoint {

        private final double[] ofOrigin;
        private final double[] ofMean;
        private final double[] ofSquares;
        private final double[] ofLowest;
        private final double[] ofHighest;

        /** Zeros, as many as there are of such statistics. */
        public Adjoint(RunningStatistics of) {
            ofOrigin = new double[of.mean.length];
            ofMean = new double[of.mean.length];
            ofSquares = new double[of.mean.length];
            ofLowest = new double[of.lowest.length];
            ofHighest = new double[of.lowest.length];
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
            double clip = after.clip();
            for (int a = 0; a < ofLowest.length; a++) {
                int i = offset + a;
                int g = after.group(a);
                if (!after.varies(a) || !(Math.abs(after.standardised(x[i], a)) < clip)) {
                    gradient[i] = 0;
                    continue;
                }
                double square = after.squaredScale(a);
                double centred = x[i] - after.origin[g] - after.mean[g];
                squaredScale(after, a, -gradient[i] * centred / (2 * square * Math.sqrt(square)));
                gradient[i] /= Math.sqrt(square);
                ofMean[g] -= gradient[i];
                ofOrigin[g] -= gradient[i];
            }
        }

        /** Back through {@link #inverseSquaredScale}. */
        public void inverseSquaredScale(RunningStatistics after, int a, double of) {
            double inverse = after.inverseSquaredScale(a);
            squaredScale(after, a, -of * inverse * inverse);
        }

        /** Back through {@link #relative}. */
        public void relative(RunningStatistics after, int a, double of) {
            ofOrigin[after.group(a)] -= of;
        }

        private void squaredScale(RunningStatistics after, int a, double of) {
            ofSquares[after.group(a)] += of / (after.count * after.groupSize());
            if (after.perChannel) {
                return;
            }
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
            double[] origin = before.origin;
            if (first) {
                origin = Arrays.copyOfRange(x, offset, offset + origin.length);
            }
            double[] means = means(before, origin, x, offset);
            for (int a = ofLowest.length - 1; a >= 0; a--) {
                int i = offset + a;
                int g = before.group(a);
                double n = before.seen(before.count, a);
                double relative = x[i] - origin[g];
                double ofRelative = 0;
                if (first || relative > before.highest[a]) {
                    ofRelative += ofHighest[a];
                    ofHighest[a] = 0;
                }
                if (first || relative < before.lowest[a]) {
                    ofRelative += ofLowest[a];
                    ofLowest[a] = 0;
                }
                // squares' = squares + difference · (x − mean'), mean' = mean + difference / n
                double difference = relative - means[a];
                double rest = difference - difference / n;
                ofMean[g] -= ofSquares[g] * difference;
                double ofDifference = ofSquares[g] * rest + ofMean[g] / n;
                ofRelative += ofSquares[g] * difference + ofDifference;
                ofMean[g] -= ofDifference;
                gradient[i] += ofRelative;
                ofOrigin[g] -= ofRelative;
            }
            if (first) {
                for (int g = 0; g < ofOrigin.length; g++) {
                    gradient[offset + g] += ofOrigin[g];
                    ofOrigin[g] = 0;
                }
            }
        }

        /** The mean of its group before each input of an example is taken in. */
        private static double[] means(
                RunningStatistics before, double[] origin, double[] x, int offset) {
            double[] means = new double[before.inputs()];
            double[] running = before.mean.clone();
            for (int a = 0; a < means.length; a++) {
                int g = before.group(a);
                means[a] = running[g];
                running[g] +=
                        (x[offset + a] - origin[g] - running[g]) / before.seen(before.count, a);
            }
            return means;
        }
    }
}
