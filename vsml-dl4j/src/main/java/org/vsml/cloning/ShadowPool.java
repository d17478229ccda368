package org.vsml.cloning;

import java.util.random.RandomGenerator;
import org.vsml.episode.ImageSet;

/**
 * Tuples from shadow networks at work on images (paper, sections 4.1 and C.1): a buffer of networks
 * of different depths, widths and ages, one of which learns a batch in every step, and of the
 * tuples that came up in the last steps. Not thread-safe, but {@link #fill} may be called by many
 * threads between two calls of {@link #advance}.
 */
final class ShadowPool {

    private static final int NETWORKS = 16;
    private static final int MAX_AGE = 1200;
    private static final int BATCH = 32;
    private static final int GROUPS = 1 << 12;
    private static final int FRESH = 1 << 6;
    private static final int FIELDS = 4;

    private final ImageSet images;
    private final double rate;
    private final RandomGenerator random;
    private final ShadowNetwork[] networks = new ShadowNetwork[NETWORKS];
    private final int[] ages = new int[NETWORKS];
    private final float[] tuples = new float[GROUPS * TupleBlock.GROUP * FIELDS];
    private final float[] x;
    private final int[] labels = new int[BATCH];
    private int next;
    private int filled;
    private long steps;

    ShadowPool(ImageSet images, double rate, RandomGenerator random) {
        this.images = images;
        this.rate = rate;
        this.random = random;
        x = new float[BATCH * images.shape().size()];
        for (int i = 0; i < NETWORKS; i++) {
            // Ages are spread from the beginning: each network first runs ahead by itself.
            begin(i);
            int age = i * MAX_AGE / NETWORKS / 4;
            while (ages[i] < age) {
                learn(i);
            }
        }
        while (filled < GROUPS) {
            advance();
        }
    }

    /** One network learns one batch; its tuples replace the oldest. */
    void advance() {
        int i = random.nextInt(NETWORKS);
        if (ages[i] >= MAX_AGE) {
            begin(i);
        }
        learn(i);
        ShadowNetwork network = networks[i];
        int[] sizes = network.sizes();
        for (int g = 0; g < FRESH; g++) {
            int layer = random.nextInt(network.layers());
            int below = sizes[layer];
            int above = sizes[layer + 1];
            int p = random.nextInt(BATCH);
            int b = random.nextInt(above);
            for (int t = 0; t < TupleBlock.GROUP; t++) {
                int a = random.nextInt(below);
                int at = (next * TupleBlock.GROUP + t) * FIELDS;
                tuples[at] = network.input(layer)[p * below + a];
                tuples[at + 1] = network.weights(layer)[a * above + b];
                tuples[at + 2] = network.biases(layer)[b] / below;
                tuples[at + 3] = network.error(layer)[p * above + b];
            }
            next = (next + 1) % GROUPS;
            filled = Math.min(GROUPS, filled + 1);
        }
    }

    /** Batches that networks have learned in all. */
    long steps() {
        return steps;
    }

    /** Begins a block with groups of the buffer. */
    void fill(TupleBlock block, int groups, RandomGenerator chooser) {
        block.groups = groups;
        for (int g = 0; g < groups; g++) {
            int from = chooser.nextInt(filled) * TupleBlock.GROUP;
            for (int t = 0; t < TupleBlock.GROUP; t++) {
                int at = (from + t) * FIELDS;
                int index = g * TupleBlock.GROUP + t;
                block.x[index] = tuples[at];
                block.w[index] = tuples[at + 1];
                block.b[index] = tuples[at + 2];
                block.e[index] = tuples[at + 3];
            }
        }
    }

    private void begin(int i) {
        int inputs = images.shape().size();
        int classes = images.classes();
        networks[i] =
                (random.nextInt(3) == 0
                                ? new ShadowNetwork(inputs, classes)
                                : new ShadowNetwork(inputs, random.nextInt(16, 65), classes))
                        .initialise(random);
        ages[i] = 0;
    }

    private void learn(int i) {
        int inputs = images.shape().size();
        float[] pixels = new float[inputs];
        for (int p = 0; p < BATCH; p++) {
            int image = random.nextInt(images.size());
            images.read(image, images.mean(), 1 / images.deviation(), pixels);
            System.arraycopy(pixels, 0, x, p * inputs, inputs);
            labels[p] = images.label(image);
        }
        networks[i].forward(x, BATCH);
        networks[i].backward(labels);
        networks[i].step(rate);
        ages[i]++;
        steps++;
    }
}
