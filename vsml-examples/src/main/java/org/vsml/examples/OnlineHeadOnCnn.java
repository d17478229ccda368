package org.vsml.examples;

import static org.vsml.core.Checks.require;

import org.vsml.cli.ReportingCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.vsml.dl4j.VsmlLayer;
import org.vsml.dl4j.VsmlVertex;
import org.vsml.episode.DataSets;
import org.vsml.episode.ImageSet;
import org.vsml.episode.Seeds;
import org.vsml.episode.Split;
import org.vsml.report.Report;
import org.vsml.report.Table;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * A head that keeps learning after deployment. A CNN is trained ordinarily on five kinds of
 * clothing; then it meets all ten, one image at a time, each predicted before its label is told.
 * Three heads on the same frozen features: the CNN's own softmax, frozen; the same softmax widened
 * to ten outputs and fine-tuned online by SGD (the best of a grid of learning rates, chosen in
 * hindsight); and a VsmlLayer with the learning algorithm general-1, which learns by running and
 * has no learning rate to choose.
 */
@Command(
        name = "online-head-on-cnn",
        description =
                "A VSML head on a pre-trained CNN learns new classes online, beside frozen and SGD-tuned heads.",
        mixinStandardHelpOptions = true)
public final class OnlineHeadOnCnn extends ReportingCommand {

    private static final int SIDE = 28;
    private static final int CLASSES = 10;
    private static final int KNOWN = 5;
    private static final int FEATURES = 64;
    private static final String ALGORITHM = "general-1";

    private static final double[] LEARNING_RATES = {0.01, 0.03, 0.1, 0.3};

    /** Examples of known classes that the VSML head sees before deployment. */
    private static final int WARM_UP = 100;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder of image sets (default: VSML_DATA, else embedded samples).")
    private Path data;

    @Option(
            names = "--examples",
            paramLabel = "N",
            defaultValue = "500",
            description = "Images after deployment (default: ${DEFAULT-VALUE}).")
    private int examples;

    @Option(
            names = "--streams",
            paramLabel = "N",
            defaultValue = "4",
            description = "Random orders of them (default: ${DEFAULT-VALUE}).")
    private int streams;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Default: ${DEFAULT-VALUE}.")
    private long seed;

    OnlineHeadOnCnn() {}

    /** Prints the table. */
    public static void main(String... args) throws IOException {
        System.out.println(runExample(args).text());
    }

    /** Runs as {@code ./vsml online-head-on-cnn} does with these options, and writes nothing. */
    public static Report runExample(String... args) throws IOException {
        return CommandLine.populateCommand(new OnlineHeadOnCnn(), args).report();
    }

    @Override
    protected Report report() throws IOException {
        require(
                examples >= 1 && streams >= 1,
                "--examples and --streams must be >= 1, got %d and %d",
                examples,
                streams);
        DataSets sets = DataSets.in(data);
        DataSet training = images(sets, Split.TRAIN, label -> label < KNOWN);
        DataSet test = images(sets, Split.TEST, label -> true);

        ComputationGraph cnn = trainCnn(training);
        ComputationGraph deployed = deploy(cnn);

        List<int[]> orders = new ArrayList<>();
        for (int s = 0; s < streams; s++) {
            int[] order = Shuffled.indices(test.numExamples(), Seeds.generator(seed, 2, s));
            orders.add(
                    IntStream.range(0, Math.min(examples, order.length))
                            .map(t -> order[t])
                            .toArray());
        }
        Map<String, boolean[][]> results = new LinkedHashMap<>();
        results.put("frozen", frozen(cnn, test, orders));
        tuneOnline(cnn, test, orders, results);
        results.put("vsml", learnOnline(deployed, training, test, orders));

        Table table =
                new Table(
                        "head",
                        "accuracy_100",
                        "accuracy_300",
                        "accuracy_all",
                        "known_classes",
                        "new_classes");
        results.forEach(
                (head, right) ->
                        table.row(
                                head,
                                share(right, 100, (s, t) -> true),
                                share(right, 300, (s, t) -> true),
                                share(right, examples, (s, t) -> true),
                                share(
                                        right,
                                        examples,
                                        (s, t) -> label(test, orders.get(s)[t]) < KNOWN),
                                share(
                                        right,
                                        examples,
                                        (s, t) -> label(test, orders.get(s)[t]) >= KNOWN)));
        return new Report(
                        "online-head-on-cnn",
                        seed,
                        Map.of("examples", examples, "streams", streams))
                .table(table);
    }

    /** Flat images with mean 0 and variance 1, labels one-hot over all ten classes. */
    private static DataSet images(DataSets sets, Split split, IntPredicate wanted) {
        ImageSet set = sets.load("fashion_mnist", split);
        int[] chosen =
                IntStream.range(0, set.size()).filter(i -> wanted.test(set.label(i))).toArray();
        float[] pixels = new float[set.shape().size()];
        INDArray inputs = Nd4j.create(DataType.FLOAT, chosen.length, pixels.length);
        INDArray labels = Nd4j.zeros(DataType.FLOAT, chosen.length, CLASSES);
        for (int i = 0; i < chosen.length; i++) {
            set.read(chosen[i], set.mean(), 1 / set.deviation(), pixels);
            inputs.putRow(i, Nd4j.createFromArray(pixels));
            labels.putScalar(i, set.label(chosen[i]), 1);
        }
        return new DataSet(inputs, labels);
    }

    private ComputationGraph trainCnn(DataSet training) {
        DataSet known =
                new DataSet(
                        training.getFeatures(),
                        training.getLabels()
                                .get(NDArrayIndex.all(), NDArrayIndex.interval(0, KNOWN))
                                .dup());
        ComputationGraph cnn =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .seed(seed)
                                .updater(new Adam(2e-3))
                                .weightInit(WeightInit.RELU)
                                .activation(Activation.RELU)
                                .convolutionMode(ConvolutionMode.Same)
                                .graphBuilder()
                                .addInputs("image")
                                .addLayer(
                                        "convolution-1",
                                        new ConvolutionLayer.Builder(5, 5)
                                                .stride(2, 2)
                                                .nOut(8)
                                                .build(),
                                        "image")
                                .addLayer(
                                        "convolution-2",
                                        new ConvolutionLayer.Builder(3, 3)
                                                .stride(2, 2)
                                                .nOut(16)
                                                .build(),
                                        "convolution-1")
                                .addLayer(
                                        "features",
                                        new DenseLayer.Builder()
                                                .nOut(FEATURES)
                                                .activation(Activation.TANH)
                                                .build(),
                                        "convolution-2")
                                .addLayer(
                                        "softmax",
                                        new OutputLayer.Builder(LossFunction.MCXENT)
                                                .nOut(KNOWN)
                                                .activation(Activation.SOFTMAX)
                                                .build(),
                                        "features")
                                .setOutputs("softmax")
                                .setInputTypes(InputType.convolutionalFlat(SIDE, SIDE, 1))
                                .build());
        cnn.init();
        List<DataSet> rows = known.asList();
        List<DataSet> shuffled =
                Arrays.stream(Shuffled.indices(rows.size(), Seeds.generator(seed, 4)))
                        .mapToObj(rows::get)
                        .toList();
        cnn.fit(new ListDataSetIterator<>(shuffled, 32), 6);
        return cnn;
    }

    private static INDArray features(ComputationGraph cnn, DataSet images) {
        return cnn.feedForward(new INDArray[] {images.getFeatures()}, false).get("features");
    }

    /** The CNN up to its features, frozen, and a VSML head behind it. */
    private ComputationGraph deploy(ComputationGraph cnn) {
        return new TransferLearning.GraphBuilder(cnn)
                .setFeatureExtractor("features")
                .removeVertexAndConnections("softmax")
                .addInputs("label")
                .setInputTypes(
                        InputType.convolutionalFlat(SIDE, SIDE, 1), InputType.recurrent(CLASSES))
                .addVertex("head-episodes", new VsmlVertex(), "features", "label")
                .addLayer("head", head(), "head-episodes")
                .addLayer("probabilities", probabilities(), "head")
                .setOutputs("probabilities")
                .build();
    }

    private static VsmlLayer head() {
        return new VsmlLayer.Builder().algorithm(ALGORITHM).nOut(CLASSES).build();
    }

    private static RnnLossLayer probabilities() {
        return new RnnLossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build();
    }

    private static boolean[][] frozen(ComputationGraph cnn, DataSet test, List<int[]> orders) {
        int[] predicted = cnn.outputSingle(test.getFeatures()).argMax(1).toIntVector();
        return orders.stream()
                .map(order -> right(order, test, t -> predicted[order[t]]))
                .toArray(boolean[][]::new);
    }

    private static boolean[] right(int[] order, DataSet test, IntUnaryOperator prediction) {
        boolean[] right = new boolean[order.length];
        for (int t = 0; t < order.length; t++) {
            right[t] = prediction.applyAsInt(t) == label(test, order[t]);
        }
        return right;
    }

    /** The CNN's softmax layer, widened by outputs for the new classes, goes on by SGD. */
    private static void tuneOnline(
            ComputationGraph cnn,
            DataSet test,
            List<int[]> orders,
            Map<String, boolean[][]> results) {
        INDArray features = features(cnn, test);
        boolean[][] best = null;
        String name = null;
        for (double rate : LEARNING_RATES) {
            boolean[][] right =
                    orders.stream()
                            .map(
                                    order -> {
                                        MultiLayerNetwork head = widened(cnn, rate);
                                        return right(
                                                order,
                                                test,
                                                t -> {
                                                    INDArray x = features.getRow(order[t], true);
                                                    int predicted =
                                                            head.output(x).argMax(1).getInt(0);
                                                    head.fit(
                                                            x,
                                                            test.getLabels()
                                                                    .getRow(order[t], true));
                                                    return predicted;
                                                });
                                    })
                            .toArray(boolean[][]::new);
            if (best == null
                    || share(right, Integer.MAX_VALUE, (s, t) -> true)
                            > share(best, Integer.MAX_VALUE, (s, t) -> true)) {
                best = right;
                name = "sgd, rate " + rate;
            }
        }
        results.put(name, best);
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
        head.getParam("0_W")
                .get(NDArrayIndex.all(), NDArrayIndex.interval(0, KNOWN))
                .assign(cnn.getParam("softmax_W"));
        head.getParam("0_b")
                .get(NDArrayIndex.all(), NDArrayIndex.interval(0, KNOWN))
                .assign(cnn.getParam("softmax_b"));
        return head;
    }

    /**
     * All streams at once: first images of known classes from the training set, then the
     * deployment.
     */
    private boolean[][] learnOnline(
            ComputationGraph deployed, DataSet training, DataSet test, List<int[]> orders) {
        for (int t = 0; t < WARM_UP; t++) {
            int[] rows = new int[streams];
            for (int s = 0; s < streams; s++) {
                rows[s] = Seeds.generator(seed, 3, s, t).nextInt(training.numExamples());
            }
            step(deployed, training, rows);
        }
        boolean[][] right = new boolean[streams][orders.get(0).length];
        for (int t = 0; t < orders.get(0).length; t++) {
            int step = t;
            int[] rows = orders.stream().mapToInt(order -> order[step]).toArray();
            int[] predicted = step(deployed, test, rows);
            for (int s = 0; s < streams; s++) {
                right[s][t] = predicted[s] == label(test, rows[s]);
            }
        }
        return right;
    }

    private static int[] step(ComputationGraph deployed, DataSet images, int[] rows) {
        INDArray image = images.getFeatures().getRows(rows);
        INDArray label = images.getLabels().getRows(rows);
        return deployed.rnnTimeStep(image, label)[0].argMax(1).toIntVector();
    }

    private interface Which {
        boolean test(int stream, int step);
    }

    private static double share(boolean[][] right, int until, Which which) {
        long hits = 0;
        long all = 0;
        for (int s = 0; s < right.length; s++) {
            for (int t = 0; t < Math.min(until, right[s].length); t++) {
                if (which.test(s, t)) {
                    all++;
                    hits += right[s][t] ? 1 : 0;
                }
            }
        }
        return (double) hits / all;
    }

    private static int label(DataSet data, int row) {
        return data.getLabels().getRow(row).argMax().getInt(0);
    }
}
