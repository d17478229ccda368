package org.vsml.lab;

import static org.vsml.core.Checks.require;
import static org.vsml.examples.FashionStreams.CLASSES;
import static org.vsml.examples.FashionStreams.KNOWN;
import static org.vsml.examples.OnlineHeadOnCnn.FEATURES;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.vsml.episode.DataSets;
import org.vsml.episode.Split;
import org.vsml.examples.FashionStreams;
import org.vsml.examples.OnlineHeadOnCnn;

/**
 * Three heads on the frozen features of a CNN that meets new classes: its own softmax, frozen; the
 * same softmax widened to ten outputs and fine-tuned online by SGD (the best of a grid of learning
 * rates, chosen in hindsight); and the VSML head of {@link OnlineHeadOnCnn}.
 *
 * @param data image sets
 * @param examples images after deployment
 * @param streams random orders of them
 * @param seed of all that is random
 */
public record OnlineHeads(DataSets data, int examples, int streams, long seed) {

    private static final double[] LEARNING_RATES = {0.01, 0.03, 0.1, 0.3};

    /** Share of images that a head predicted right, of the first, of all, and of their classes. */
    public record HeadScores(
            String head,
            double accuracy_100,
            double accuracy_300,
            double accuracy_all,
            double known_classes,
            double new_classes) {}

    public OnlineHeads {
        require(
                examples >= 1 && streams >= 1,
                "--examples and --streams must be >= 1, got %d and %d",
                examples,
                streams);
    }

    /** Trains the CNN and tests the heads on the same streams. */
    public List<HeadScores> run() {
        DataSet training = FashionStreams.images(data, Split.TRAIN, KNOWN);
        DataSet test = FashionStreams.images(data, Split.TEST, CLASSES);
        ComputationGraph cnn = OnlineHeadOnCnn.trainCnn(training, seed);
        int[][] orders = FashionStreams.orders(test, examples, streams, seed);
        int[] labels = test.getLabels().argMax(1).toIntVector();
        int[] predicted = FashionStreams.classes(cnn.outputSingle(test.getFeatures()));
        Score frozen =
                new Score(
                        orders,
                        labels,
                        Arrays.stream(orders)
                                .map(order -> Arrays.stream(order).map(i -> predicted[i]).toArray())
                                .toArray(int[][]::new));
        int[][] vsml = OnlineHeadOnCnn.learnOnline(cnn, training, test, orders, seed);
        return List.of(
                frozen.row("frozen"),
                tuned(cnn, test, orders, labels),
                new Score(orders, labels, vsml).row("vsml"));
    }

    /** The CNN's softmax layer, widened by outputs for the new classes, goes on by SGD. */
    private static HeadScores tuned(
            ComputationGraph cnn, DataSet test, int[][] orders, int[] labels) {
        INDArray features =
                cnn.feedForward(new INDArray[] {test.getFeatures()}, false).get("features");
        Score best = null;
        double bestRate = Double.NaN;
        for (double rate : LEARNING_RATES) {
            int[][] predictions = new int[orders.length][orders[0].length];
            for (int s = 0; s < orders.length; s++) {
                MultiLayerNetwork head = widened(cnn, rate);
                for (int t = 0; t < orders[s].length; t++) {
                    INDArray x = features.getRow(orders[s][t], true);
                    predictions[s][t] = FashionStreams.classes(head.output(x))[0];
                    head.fit(x, test.getLabels().getRow(orders[s][t], true));
                }
            }
            Score score = new Score(orders, labels, predictions);
            if (best == null || score.all() > best.all()) {
                best = score;
                bestRate = rate;
            }
        }
        return best.row("sgd, rate " + bestRate);
    }

    private static MultiLayerNetwork widened(ComputationGraph cnn, double rate) {
        MultiLayerNetwork head =
                new MultiLayerNetwork(
                        new NeuralNetConfiguration.Builder()
                                .updater(new Sgd(rate))
                                .weightInit(WeightInit.ZERO)
                                .list()
                                .layer(
                                        new OutputLayer.Builder(LossFunction.MCXENT)
                                                .nIn(FEATURES)
                                                .nOut(CLASSES)
                                                .activation(Activation.SOFTMAX)
                                                .build())
                                .build());
        head.init();
        for (String parameters : List.of("W", "b")) {
            head.getParam("0_" + parameters)
                    .get(NDArrayIndex.all(), NDArrayIndex.interval(0, KNOWN))
                    .assign(cnn.getParam("softmax_" + parameters));
        }
        return head;
    }

    /** Images [stream][step], labels by image, and predictions [stream][step]. */
    private record Score(int[][] orders, int[] labels, int[][] predictions) {

        HeadScores row(String head) {
            return new HeadScores(
                    head,
                    share(100, label -> true),
                    share(300, label -> true),
                    all(),
                    share(Integer.MAX_VALUE, label -> label < KNOWN),
                    share(Integer.MAX_VALUE, label -> label >= KNOWN));
        }

        double all() {
            return share(Integer.MAX_VALUE, label -> true);
        }

        private double share(int until, IntPredicate counts) {
            long hits = 0;
            long all = 0;
            for (int s = 0; s < orders.length; s++) {
                for (int t = 0; t < Math.min(until, orders[s].length); t++) {
                    int label = labels[orders[s][t]];
                    if (counts.test(label)) {
                        all++;
                        hits += predictions[s][t] == label ? 1 : 0;
                    }
                }
            }
            return (double) hits / all;
        }
    }
}
