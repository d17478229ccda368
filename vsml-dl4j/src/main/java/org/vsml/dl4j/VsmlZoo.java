package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Ready-made networks around the learning algorithms on the class path, in the manner of
 * Deeplearning4j's ZooModel:
 *
 * <pre>
 *   ComputationGraph graph = VsmlZoo.general2().task(784, 10).initPretrained();
 *   INDArray probabilities = graph.rnnTimeStep(example, label)[0];   // predicts, then learns
 * </pre>
 *
 * <p>The graph has the inputs {@value #EXAMPLES} and {@value #LABELS} and the output {@value
 * #OUTPUT}, class probabilities; its VsmlLayer is {@value #LAYER}. One algorithm serves tasks of
 * any number of features and classes.
 */
public final class VsmlZoo {

    /** Name of the input of examples [episodes, features, T]. */
    public static final String EXAMPLES = "examples";

    /** Name of the input of labels [episodes, classes, T]. */
    public static final String LABELS = "labels";

    /** Name of the {@link VsmlLayer}. */
    public static final String LAYER = "vsml";

    /** Name of the output, probabilities [episodes, classes, T]. */
    public static final String OUTPUT = "probabilities";

    private final String algorithm;
    private int features;
    private int classes;
    private long seed;
    private DataType dataType = DataType.FLOAT;
    private IUpdater updater = new Adam(1e-3);
    private UnaryOperator<VsmlLayer.Builder> customised = UnaryOperator.identity();
    private UnaryOperator<NeuralNetConfiguration.Builder> network = UnaryOperator.identity();

    private VsmlZoo(String algorithm) {
        this.algorithm = algorithm;
    }

    /** The general-purpose learning algorithm that is shipped with this library. */
    public static VsmlZoo general2() {
        return of("general-2");
    }

    /** The one before: faster, never grows, and wants standardised inputs. */
    public static VsmlZoo general1() {
        return of("general-1");
    }

    /** Any algorithm on the class path, by name. */
    public static VsmlZoo of(String algorithm) {
        return new VsmlZoo(algorithm);
    }

    /** What the network is to learn. */
    public VsmlZoo task(int numberOfFeatures, int numberOfClasses) {
        features = numberOfFeatures;
        classes = numberOfClasses;
        return this;
    }

    /** Seed of random V_M; default 0. */
    public VsmlZoo seed(long value) {
        seed = value;
        return this;
    }

    /** FLOAT (the default) or DOUBLE. */
    public VsmlZoo dataType(DataType type) {
        dataType = type;
        return this;
    }

    /** Updater for meta-training by {@code fit}; default Adam with learning rate 1e-3. */
    public VsmlZoo updater(IUpdater value) {
        updater = value;
        return this;
    }

    /** More settings of the network, such as gradient clipping. */
    public VsmlZoo network(UnaryOperator<NeuralNetConfiguration.Builder> settings) {
        network = settings;
        return this;
    }

    /** More settings of the layer. */
    public VsmlZoo layer(UnaryOperator<VsmlLayer.Builder> settings) {
        customised = settings;
        return this;
    }

    /**
     * The network's configuration.
     *
     * @throws IllegalArgumentException if the task is not set, or the algorithm is not on the class
     *     path
     */
    public ComputationGraphConfiguration conf() {
        return conf(customised.apply(new VsmlLayer.Builder().algorithm(algorithm)));
    }

    /** A network with random V_M, the algorithm's model otherwise. */
    public ComputationGraph init() {
        return initialised(
                conf(
                        customised.apply(
                                new VsmlLayer.Builder()
                                        .algorithm(algorithm)
                                        .randomMetaVariables())));
    }

    /** A network that has the algorithm's V_M: it can learn at once. */
    public ComputationGraph initPretrained() {
        return initialised(conf());
    }

    private ComputationGraphConfiguration conf(VsmlLayer.Builder layer) {
        require(
                features >= 1 && classes >= 1,
                "task(features, classes) must be set, both >= 1, got %d features and %d classes",
                features,
                classes);
        ComputationGraphConfiguration.GraphBuilder builder =
                network.apply(
                                new NeuralNetConfiguration.Builder()
                                        .seed(seed)
                                        .dataType(dataType)
                                        .updater(updater))
                        .graphBuilder()
                        .addInputs(EXAMPLES, LABELS);
        return VsmlVertex.addTo(builder, LAYER, layer.nOut(classes).build(), EXAMPLES, LABELS)
                .addLayer(
                        OUTPUT,
                        new RnnLossLayer.Builder(LossFunction.MCXENT)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        LAYER)
                .setOutputs(OUTPUT)
                .setInputTypes(InputType.recurrent(features), InputType.recurrent(classes))
                .build();
    }

    private static ComputationGraph initialised(ComputationGraphConfiguration configuration) {
        ComputationGraph graph = new ComputationGraph(configuration);
        graph.init();
        return graph;
    }
}
