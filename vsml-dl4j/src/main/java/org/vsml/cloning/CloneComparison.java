package org.vsml.cloning;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.vsml.cloning.run.ClonedBackpropagation;
import org.vsml.cloning.run.ClonedNetwork;
import org.vsml.core.Architecture;
import org.vsml.core.CrossEntropy;
import org.vsml.core.HiddenLayer;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;
import org.vsml.episode.ImageSet;
import org.vsml.episode.Seeds;

/**
 * A network of cloned sub-RNNs beside gradient descent: both start from the same weights and learn
 * the same batches (paper, section 4.1), and in every step the change of the clone's weights is
 * compared with what backpropagation makes of these weights and this batch. Immutable and
 * thread-safe.
 */
public final class CloneComparison {

    /**
     * A batch: what both networks predicted before they learned it, and how they agree.
     *
     * @param batch number of batches learned before
     * @param cloneLoss mean cross-entropy of the cloned network
     * @param cloneAccuracy share of the batch that it classified rightly
     * @param sgdLoss mean cross-entropy of gradient descent's network
     * @param sgdAccuracy share of the batch that it classified rightly
     * @param cosine for each layer, between the clone's Δw and −rate·∂loss/∂w at the clone's own
     *     weights
     * @param normRatio for each layer, the norm of the clone's Δw over that of the other
     */
    public record Step(
            int batch,
            double cloneLoss,
            double cloneAccuracy,
            double sgdLoss,
            double sgdAccuracy,
            List<Double> cosine,
            List<Double> normRatio) {}

    /**
     * A run.
     *
     * @param steps one for each batch
     * @param cloneAccuracy of the cloned network on the test images, in the end
     * @param sgdAccuracy of gradient descent's network
     */
    public record Result(List<Step> steps, double cloneAccuracy, double sgdAccuracy) {
        public Result {
            steps = List.copyOf(steps);
        }
    }

    /** Images that are classified at a time. */
    private static final int CHUNK = 5000;

    private static final long START = 5;
    private static final long ORDER = 6;

    private final LearningAlgorithm algorithm;
    private final ImageSet train;
    private final ImageSet test;
    private final int batchSize;
    private final double rate;

    /**
     * A comparison.
     *
     * @param algorithm cloned backpropagation, with the architecture of both networks
     * @param train images to learn, standardised by the mean and deviation of their values
     * @param test images of the same shape and classes for the accuracy in the end
     * @param rate learning rate of gradient descent
     */
    public CloneComparison(
            LearningAlgorithm algorithm,
            ImageSet train,
            ImageSet test,
            int batchSize,
            double rate) {
        require(
                algorithm.config() instanceof ClonedBackpropagation,
                "expected cloned backpropagation, got %s",
                algorithm.config());
        require(
                train.shape().equals(test.shape()) && train.classes() == test.classes(),
                "expected test images as in %s, got %s",
                train,
                test);
        require(
                batchSize >= 1 && batchSize <= train.size(),
                "batchSize must be in [1, %d], got %d",
                train.size(),
                batchSize);
        require(rate > 0, "rate must be positive, got %s", rate);
        this.algorithm = algorithm;
        this.train = train;
        this.test = test;
        this.batchSize = batchSize;
        this.rate = rate;
    }

    /**
     * Learns some batches. They go through the training images in a random order, each time in
     * another.
     *
     * @param seed of the weights and the order
     */
    public Result run(int batches, long seed) {
        ClonedBackpropagation config = (ClonedBackpropagation) algorithm.config();
        TaskShape task = TaskShape.of(train.shape().size(), train.classes());
        NamedArrays start =
                config.initialLearnedVariables(task, batchSize, Seeds.generator(seed, START));
        ClonedNetwork clone = new ClonedNetwork(config, algorithm.metaVariables(), task, start);
        int[] sizes = sizes(config.architecture(), task);
        ShadowNetwork sgd = new ShadowNetwork(sizes);
        ShadowNetwork probe = new ShadowNetwork(sizes);
        assign(config, start, sgd);
        Order order = new Order(train.size(), Seeds.generator(seed, ORDER));
        int[] labels = new int[batchSize];
        float[] x = new float[batchSize * task.inputs()];
        List<Step> steps = new ArrayList<>();
        for (int batch = 0; batch < batches; batch++) {
            for (int p = 0; p < batchSize; p++) {
                int image = order.next();
                read(train, image, x, p);
                labels[p] = train.label(image);
            }
            assign(config, clone.learnedVariables(), probe);
            float[] predicted = clone.predict(x, batchSize);
            double cloneLoss = loss(predicted, labels, task.classes());
            double cloneAccuracy = correct(predicted, labels, task.classes()) / (double) batchSize;
            clone.learn(labels);
            float[] descended = sgd.forward(x, batchSize);
            double sgdLoss = loss(descended, labels, task.classes());
            double sgdAccuracy = correct(descended, labels, task.classes()) / (double) batchSize;
            sgd.backward(labels);
            sgd.step(rate);
            probe.forward(x, batchSize);
            probe.backward(labels);
            List<Double> cosine = new ArrayList<>();
            List<Double> ratio = new ArrayList<>();
            for (int k = 0; k < probe.layers(); k++) {
                agree(clone.weightChange(k), probe, k, cosine, ratio);
            }
            steps.add(
                    new Step(batch, cloneLoss, cloneAccuracy, sgdLoss, sgdAccuracy, cosine, ratio));
        }
        return new Result(steps, accuracy(task, clone::predict), accuracy(task, sgd::forward));
    }

    private static int[] sizes(Architecture architecture, TaskShape task) {
        List<HiddenLayer> hidden = architecture.hidden();
        int[] sizes = new int[hidden.size() + 2];
        sizes[0] = task.inputs();
        for (int k = 0; k < hidden.size(); k++) {
            sizes[k + 1] = ((HiddenLayer.Dense) hidden.get(k)).units();
        }
        sizes[sizes.length - 1] = task.classes();
        return sizes;
    }

    /** Gives a network the weights that are in the cells of cloned sub-RNNs, and their biases. */
    private static void assign(
            ClonedBackpropagation config, NamedArrays cells, ShadowNetwork network) {
        int[] sizes = network.sizes();
        for (int k = 0; k < network.layers(); k++) {
            int inputs = sizes[k];
            int outputs = sizes[k + 1];
            int offset = cells.layout().offset("cell." + k);
            for (int b = 0; b < outputs; b++) {
                double bias = 0;
                for (int a = 0; a < inputs; a++) {
                    int at = offset + b * inputs + a;
                    network.weights(k)[a * outputs + b] =
                            (float) (cells.values()[at] * config.scale());
                    bias += cells.values()[at + inputs * outputs] * config.scale();
                }
                network.biases(k)[b] = (float) bias;
            }
        }
    }

    private void agree(
            double[] change,
            ShadowNetwork network,
            int layer,
            List<Double> cosines,
            List<Double> ratios) {
        int inputs = network.sizes()[layer];
        int outputs = network.sizes()[layer + 1];
        float[] gradient = network.weightGradient(layer);
        double product = 0;
        double own = 0;
        double other = 0;
        for (int a = 0; a < inputs; a++) {
            for (int b = 0; b < outputs; b++) {
                double d = change[b * inputs + a];
                double g = -rate * gradient[a * outputs + b];
                product += d * g;
                own += d * d;
                other += g * g;
            }
        }
        cosines.add(product / Math.sqrt(own * other));
        ratios.add(Math.sqrt(own / other));
    }

    private void read(ImageSet images, int image, float[] x, int row) {
        float[] pixels = new float[train.shape().size()];
        images.read(image, train.mean(), 1 / train.deviation(), pixels);
        System.arraycopy(pixels, 0, x, row * pixels.length, pixels.length);
    }

    private interface Classifier {
        float[] logits(float[] x, int examples);
    }

    private double accuracy(TaskShape task, Classifier classifier) {
        int correct = 0;
        for (int from = 0; from < test.size(); from += CHUNK) {
            int count = Math.min(CHUNK, test.size() - from);
            float[] x = new float[count * task.inputs()];
            int[] labels = new int[count];
            for (int i = 0; i < count; i++) {
                read(test, from + i, x, i);
                labels[i] = test.label(from + i);
            }
            correct += correct(classifier.logits(x, count), labels, task.classes());
        }
        return correct / (double) test.size();
    }

    private static double loss(float[] logits, int[] labels, int classes) {
        double[] row = new double[classes];
        double sum = 0;
        for (int p = 0; p < labels.length; p++) {
            for (int c = 0; c < classes; c++) {
                row[c] = logits[p * classes + c];
            }
            double[] softmax = CrossEntropy.softmax(row, 0, classes);
            sum -= Math.log(Math.max(Double.MIN_NORMAL, softmax[labels[p]]));
        }
        return sum / labels.length;
    }

    private static int correct(float[] logits, int[] labels, int classes) {
        int correct = 0;
        for (int p = 0; p < labels.length; p++) {
            int best = 0;
            for (int c = 1; c < classes; c++) {
                best = logits[p * classes + c] > logits[p * classes + best] ? c : best;
            }
            correct += best == labels[p] ? 1 : 0;
        }
        return correct;
    }

    /** All images in a random order, then all in another. */
    private static final class Order {

        private final int[] images;
        private final RandomGenerator random;
        private int at;

        Order(int size, RandomGenerator random) {
            images = new int[size];
            for (int i = 0; i < size; i++) {
                images[i] = i;
            }
            this.random = random;
        }

        int next() {
            // Fisher-Yates, one swap for each image as it is needed.
            int chosen = random.nextInt(at, images.length);
            int image = images[chosen];
            images[chosen] = images[at];
            images[at] = image;
            at = (at + 1) % images.length;
            return image;
        }
    }
}
