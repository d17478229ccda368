package org.vsml.examples;

import static org.vsml.examples.FashionStreams.CLASSES;
import static org.vsml.examples.FashionStreams.KNOWN;

import java.nio.file.Path;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.vsml.dl4j.VsmlLayer;
import org.vsml.dl4j.VsmlVertex;
import org.vsml.episode.DataSets;
import org.vsml.episode.Seeds;
import org.vsml.episode.Split;

/**
 * A head that keeps learning after deployment. A CNN is trained ordinarily on five kinds of
 * clothing; then it meets all ten, one image at a time, each predicted before its label is told.
 * Its own softmax is frozen; in its place comes a VsmlLayer with the learning algorithm general-2,
 * which learns by running and has no learning rate to choose.
 */
public final class OnlineHeadOnCnn {

    /** Units of the CNN's last hidden layer, whose name is {@code features}. */
    public static final int FEATURES = 64;

    /** Share of images whose class was predicted right, by each head. */
    public record Result(double frozen, double vsml) {}

    private OnlineHeadOnCnn() {}

    /** Takes half a minute. */
    public static void main(String... args) {
        System.out.println(runExample(null, 500, 4, 1));
    }

    /** So many images after deployment, in so many random orders; no folder: embedded samples. */
    public static Result runExample(Path data, int examples, int streams, long seed) {
        DataSet training = FashionStreams.images(DataSets.in(data), Split.TRAIN, KNOWN);
        DataSet test = FashionStreams.images(DataSets.in(data), Split.TEST, CLASSES);
        ComputationGraph cnn = trainCnn(training, seed);
        int[][] orders = FashionStreams.orders(test, examples, streams, seed);
        int[] predicted = FashionStreams.classes(cnn.outputSingle(test.getFeatures()));
        int[] labels = test.getLabels().argMax(1).toIntVector();
        double frozen = 0;
        double vsml = 0;
        int[][] online = learnOnline(cnn, training, test, orders, seed);
        for (int s = 0; s < streams; s++) {
            for (int t = 0; t < orders[s].length; t++) {
                frozen += predicted[orders[s][t]] == labels[orders[s][t]] ? 1 : 0;
                vsml += online[s][t] == labels[orders[s][t]] ? 1 : 0;
            }
        }
        double count = (double) streams * orders[0].length;
        return new Result(frozen / count, vsml / count);
    }

    /** A CNN of the known classes. */
    public static ComputationGraph trainCnn(DataSet training, long seed) {
        GraphBuilder builder =
                new NeuralNetConfiguration.Builder()
                        .seed(seed)
                        .updater(new Adam(2e-3))
                        .weightInit(WeightInit.RELU)
                        .activation(Activation.RELU)
                        .convolutionMode(ConvolutionMode.Same)
                        .graphBuilder();
        ConvolutionLayer.Builder first = new ConvolutionLayer.Builder(5, 5).stride(2, 2).nOut(8);
        ConvolutionLayer.Builder second = new ConvolutionLayer.Builder(3, 3).stride(2, 2).nOut(16);
        DenseLayer.Builder dense = new DenseLayer.Builder().nOut(FEATURES);
        OutputLayer.Builder output = new OutputLayer.Builder(LossFunction.MCXENT).nOut(KNOWN);
        builder.addInputs("image")
                .addLayer("convolution-1", first.build(), "image")
                .addLayer("convolution-2", second.build(), "convolution-1")
                .addLayer("features", dense.activation(Activation.TANH).build(), "convolution-2")
                .addLayer("softmax", output.activation(Activation.SOFTMAX).build(), "features")
                .setOutputs("softmax")
                .setInputTypes(InputType.convolutionalFlat(28, 28, 1));
        ComputationGraph cnn = new ComputationGraph(builder.build());
        cnn.init();
        cnn.fit(FashionStreams.batches(training, 32, seed), 6);
        return cnn;
    }

    /**
     * Predictions [stream][step] of a VSML head behind the CNN's frozen features, all streams at
     * once: first it sees 100 images of known classes, then it is deployed.
     */
    public static int[][] learnOnline(
            ComputationGraph cnn, DataSet training, DataSet test, int[][] orders, long seed) {
        VsmlLayer head = new VsmlLayer.Builder().algorithm("general-2").nOut(CLASSES).build();
        RnnLossLayer.Builder softmax = new RnnLossLayer.Builder(LossFunction.MCXENT);
        ComputationGraph deployed =
                new TransferLearning.GraphBuilder(cnn)
                        .setFeatureExtractor("features")
                        .removeVertexAndConnections("softmax")
                        .addInputs("label")
                        .setInputTypes(
                                InputType.convolutionalFlat(28, 28, 1),
                                InputType.recurrent(CLASSES))
                        .addVertex("head-episodes", new VsmlVertex(), "features", "label")
                        .addLayer("head", head, "head-episodes")
                        .addLayer(
                                "probabilities",
                                softmax.activation(Activation.SOFTMAX).build(),
                                "head")
                        .setOutputs("probabilities")
                        .build();
        int streams = orders.length;
        for (int t = 0; t < 100; t++) {
            int[] rows = new int[streams];
            for (int s = 0; s < streams; s++) {
                rows[s] = Seeds.generator(seed, 3, s, t).nextInt(training.numExamples());
            }
            step(deployed, training, rows);
        }
        int[][] predictions = new int[streams][orders[0].length];
        for (int t = 0; t < orders[0].length; t++) {
            int step = t;
            int[] rows = Arrays.stream(orders).mapToInt(order -> order[step]).toArray();
            int[] predicted = step(deployed, test, rows);
            for (int s = 0; s < streams; s++) {
                predictions[s][t] = predicted[s];
            }
        }
        return predictions;
    }

    /** Predicts one image of each stream, then learns its label. */
    private static int[] step(ComputationGraph deployed, DataSet images, int[] rows) {
        INDArray image = images.getFeatures().getRows(rows);
        INDArray label = images.getLabels().getRows(rows);
        return FashionStreams.classes(deployed.rnnTimeStep(image, label)[0]);
    }
}
