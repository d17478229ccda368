package org.vsml.episode;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.vsml.core.TaskShape;
import org.vsml.episode.TaskDistribution.Tables;
import org.vsml.episode.TaskDistribution.Tables.Boundary;

/**
 * Draws {@link TaskDistribution.Tables} tasks. Columns are mixtures of a few latent normal or
 * uniform variables with noise of their own, then bent; labels are a function of the standardised
 * columns, or for {@link Boundary#CLUSTERS} that of the cluster that the latent variables are from.
 */
final class TableSampler implements Sampler {

    private static final int MAX_LATENT = 24;
    private static final double CLIP = 5;

    private final Tables task;

    TableSampler(Tables task) {
        this.task = task;
    }

    @Override
    public Draw draw(int count, long seed) {
        return draw(count, seed, null);
    }

    @Override
    public Draw draw(int count, long seed, int[] concepts) {
        RandomGenerator random = Seeds.generator(seed, Purpose.TASK);
        int size = task.columns().drawLogUniform(random);
        int classes = task.classes().drawLogUniform(random);
        List<Boundary> boundaries = task.boundaries();
        Boundary boundary = boundaries.get(random.nextInt(boundaries.size()));
        Columns columns = new Columns(task, size, random);
        double[] weights = classWeights(classes, random);
        double wrong = random.nextDouble() < task.noisy() ? task.labelNoise().draw(random) : 0;
        boolean uniform = boundary != Boundary.CLUSTERS && random.nextBoolean();
        int latent = 2 + random.nextInt(Math.min(columns.count(), MAX_LATENT));
        double[] mixing = Draws.normal(latent * columns.count(), random);
        double noise = task.noise().drawLogUniform(random);

        int[] concept = concepts == null ? new int[count] : concepts;
        int last = Arrays.stream(concept).max().orElse(0);
        RandomGenerator order = Seeds.generator(seed, Purpose.ORDER);
        int[] labels = new int[count];
        double[][] sources = sources(latent, count, uniform, order);
        if (boundary == Boundary.CLUSTERS) {
            for (int i = 0; i < count; i++) {
                labels[i] = LabelRules.weighted(weights, order);
            }
            for (int c = 0; c <= last; c++) {
                addCentres(sources, labels, concept, c, classes, order, generator(seed, c));
            }
        }
        double[][] values = new double[columns.count()][];
        double own = boundary == Boundary.NETWORK || boundary == Boundary.LINEAR ? 0 : 2;
        for (int d = 0; d < values.length; d++) {
            double[] column = Draws.normal(count, order);
            if (columns.relevant(d)) {
                scale(column, noise);
                double factor = (own == 0 ? 1 : 0.5) / Math.sqrt(latent);
                for (int j = 0; j < latent; j++) {
                    double direct = j == d && latent <= values.length ? own : 0;
                    add(column, sources[j], direct + factor * mixing[j * values.length + d]);
                }
            }
            standardise(column);
            values[d] = column;
        }
        int[][] bins = columns.bend(values);
        if (boundary != Boundary.CLUSTERS) {
            double[][] seen = columns.standardised(values);
            for (int c = 0; c <= last; c++) {
                LabelRules rules =
                        new LabelRules(task, classes, weights, columns, seen, generator(seed, c));
                int[] ruled = rules.labels(boundary);
                for (int i = 0; i < count; i++) {
                    labels[i] = concept[i] == c ? ruled[i] : labels[i];
                }
            }
        }
        for (int i = 0; i < count; i++) {
            if (wrong > 0 && order.nextDouble() < wrong) {
                labels[i] = order.nextInt(classes);
            }
        }
        double[] inputs = Sampler.inputs(count, size);
        columns.write(values, bins, inputs, size, task.standardised());
        String source = "tables/" + boundary.name().toLowerCase(Locale.ROOT);
        return new Draw(TaskShape.of(size, classes), inputs, labels, source);
    }

    private static RandomGenerator generator(long seed, int concept) {
        return Seeds.generator(seed, Purpose.CONCEPT, concept);
    }

    private double[] classWeights(int classes, RandomGenerator random) {
        double[] weights = new double[classes];
        Arrays.fill(weights, 1);
        if (random.nextDouble() < task.unbalanced()) {
            Arrays.setAll(weights, c -> Math.exp(random.nextGaussian()));
        }
        return weights;
    }

    /** Latent variables, [latent][count], of mean 0 and variance 1. */
    private static double[][] sources(
            int latent, int count, boolean uniform, RandomGenerator order) {
        double[][] sources = new double[latent][];
        double side = Math.sqrt(3);
        for (int j = 0; j < latent; j++) {
            sources[j] =
                    uniform
                            ? order.doubles(count, -side, side).toArray()
                            : Draws.normal(count, order);
        }
        return sources;
    }

    /** Moves the examples of one concept to a cluster of their class. */
    private void addCentres(
            double[][] sources,
            int[] labels,
            int[] concepts,
            int concept,
            int classes,
            RandomGenerator order,
            RandomGenerator random) {
        int each = task.clusters().draw(random);
        double spread = task.spread().draw(random);
        int clusters = Math.multiplyExact(classes, each);
        double[] centres = Draws.normal(Math.multiplyExact(clusters, sources.length), random);
        double[] widths = new double[clusters];
        Arrays.setAll(widths, c -> Math.exp(0.3 * random.nextGaussian()));
        for (int i = 0; i < labels.length; i++) {
            if (concepts[i] != concept) {
                continue;
            }
            int cluster = labels[i] * each + order.nextInt(each);
            for (int j = 0; j < sources.length; j++) {
                sources[j][i] =
                        widths[cluster] * sources[j][i]
                                + spread * centres[cluster * sources.length + j];
            }
        }
    }

    private static void scale(double[] values, double factor) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
    }

    /** into += factor·values */
    static void add(double[] into, double[] values, double factor) {
        for (int i = 0; i < into.length; i++) {
            into[i] += factor * values[i];
        }
    }

    /** To mean 0 and variance 1; a constant column to 0. */
    static void standardise(double[] column) {
        double sum = 0;
        for (double value : column) {
            sum += value;
        }
        double mean = sum / column.length;
        double squares = 0;
        for (double value : column) {
            squares += (value - mean) * (value - mean);
        }
        double deviation = Math.sqrt(squares / column.length);
        double multiply = deviation > 1e-9 * (1 + Math.abs(mean)) ? 1 / deviation : 0;
        for (int i = 0; i < column.length; i++) {
            column[i] = (column[i] - mean) * multiply;
        }
    }

    /**
     * What the variables of a table are: each is one numeric column, or a category that takes a
     * block of one-hot columns.
     */
    static final class Columns {

        private static final int MAX_CATEGORIES = 8;

        /** How a standardised normal variable u becomes a column. */
        private enum Bend {
            /** u */
            NONE,
            /** tanh(1.5·u) */
            TANH,
            /** exp(0.8·u) */
            EXP,
            /** 1 where u is above a threshold, else 0. */
            THRESHOLD,
            /** Whole numbers. */
            ROUNDED,
            /** 0 but for the largest few in a hundred. */
            RARE,
            /** One-hot. */
            CATEGORY
        }

        /** Those of single columns. */
        private static final List<Bend> BENDS =
                List.of(Bend.TANH, Bend.EXP, Bend.THRESHOLD, Bend.ROUNDED, Bend.RARE);

        private final Bend[] bends;
        private final boolean[] relevant;
        private final double[] parameters;
        private final double[][] thresholds;
        private final double[][] meanings;

        Columns(Tables task, int size, RandomGenerator random) {
            int[] widths = widths(task, size, random);
            int count = widths.length;
            bends = new Bend[count];
            relevant = new boolean[count];
            parameters = new double[count];
            thresholds = new double[count][];
            meanings = new double[count][];
            int useless = (int) (task.irrelevant().draw(random) * count);
            Arrays.fill(relevant, true);
            for (int d : Draws.some(Draws.range(count), useless, random)) {
                relevant[d] = false;
            }
            for (int d = 0; d < count; d++) {
                boolean bent = random.nextDouble() < task.bent();
                Bend bend = bent ? BENDS.get(random.nextInt(BENDS.size())) : Bend.NONE;
                bends[d] = widths[d] > 1 ? Bend.CATEGORY : bend;
                parameters[d] = random.nextGaussian();
                if (widths[d] > 1) {
                    thresholds[d] = Draws.normal(widths[d] - 1, random);
                    Arrays.sort(thresholds[d]);
                    meanings[d] = Draws.normal(widths[d], random);
                }
            }
        }

        /** Columns of each variable; they add up to {@code size}. */
        private static int[] widths(Tables task, int size, RandomGenerator random) {
            boolean blocks = random.nextDouble() < task.oneHot();
            double share = random.nextDouble();
            int left = blocks ? (int) (share * (size - 1)) : 0;
            int[] widths = new int[size];
            int count = 0;
            int used = 0;
            while (left >= 2) {
                int width = random.nextInt(2, Math.min(MAX_CATEGORIES, left) + 1);
                widths[count++] = width;
                left -= width;
                used += width;
            }
            for (; used < size; used++) {
                widths[count++] = 1;
            }
            int[] result = Arrays.copyOf(widths, count);
            Draws.shuffleFront(result, count, random);
            return result;
        }

        int count() {
            return bends.length;
        }

        boolean relevant(int variable) {
            return relevant[variable];
        }

        /** Whether a variable has many values without large gaps. */
        boolean continuous(int variable) {
            return bends[variable].compareTo(Bend.EXP) <= 0;
        }

        /**
         * Bends variables in place.
         *
         * @return categories by variable and example; null for numeric variables
         */
        int[][] bend(double[][] values) {
            int[][] bins = new int[values.length][];
            for (int d = 0; d < values.length; d++) {
                double[] u = values[d];
                double p = parameters[d];
                switch (bends[d]) {
                    case NONE -> {}
                    case TANH -> Arrays.setAll(u, i -> 2 / (1 + Math.exp(-3 * u[i])) - 1);
                    case EXP -> Arrays.setAll(u, i -> Math.exp(0.8 * u[i]));
                    case THRESHOLD -> Arrays.setAll(u, i -> u[i] > 0.5 * p ? 1 : 0);
                    case ROUNDED -> {
                        double steps = 2 * Math.exp(0.5 * p);
                        Arrays.setAll(u, i -> Math.rint(steps * u[i]));
                    }
                    case RARE -> {
                        double from = 1.8 + 0.2 * Math.max(-2, Math.min(2, p));
                        Arrays.setAll(u, i -> u[i] > from ? u[i] - from + 0.5 : 0);
                    }
                    case CATEGORY -> {
                        bins[d] = new int[u.length];
                        for (int i = 0; i < u.length; i++) {
                            int bin = 0;
                            while (bin < thresholds[d].length && u[i] > thresholds[d][bin]) {
                                bin++;
                            }
                            bins[d][i] = bin;
                            u[i] = meanings[d][bin];
                        }
                    }
                }
            }
            return bins;
        }

        /** Copies of mean 0 and variance 1. */
        double[][] standardised(double[][] values) {
            double[][] result = new double[values.length][];
            for (int d = 0; d < values.length; d++) {
                result[d] = values[d].clone();
                standardise(result[d]);
            }
            return result;
        }

        /** Writes all columns, [examples, size]; {@code values} may be changed. */
        void write(
                double[][] values, int[][] bins, double[] inputs, int size, boolean standardised) {
            int to = 0;
            double[] indicator = new double[values[0].length];
            for (int d = 0; d < values.length; d++) {
                int[] bin = bins[d];
                int width = bin == null ? 1 : meanings[d].length;
                for (int k = 0; k < width; k++, to++) {
                    double[] column = bin == null ? values[d] : indicator;
                    for (int i = 0; bin != null && i < column.length; i++) {
                        column[i] = bin[i] == k ? 1 : 0;
                    }
                    if (standardised) {
                        standardise(column);
                        for (int i = 0; i < column.length; i++) {
                            column[i] = Math.max(-CLIP, Math.min(CLIP, column[i]));
                        }
                    }
                    for (int i = 0; i < column.length; i++) {
                        inputs[i * size + to] = column[i];
                    }
                }
            }
        }
    }
}
