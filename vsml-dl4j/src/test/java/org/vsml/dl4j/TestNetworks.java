package org.vsml.dl4j;

import java.util.random.RandomGenerator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.vsml.core.Architecture;
import org.vsml.core.Dynamics;
import org.vsml.core.SubRnn;
import org.vsml.core.Vsml;
import org.vsml.episode.Seeds;

/** Small networks and episodes that tests share. */
final class TestNetworks {

    static final int FEATURES = 3;
    static final int CLASSES = 2;

    private TestNetworks() {}

    /** A model small enough to check every derivative. */
    static Vsml tiny(int... hidden) {
        SubRnn subRnn = new SubRnn(3, 2, 2, false, -1, 1);
        return new Vsml(
                subRnn, Architecture.dense(hidden), Dynamics.PAPER.withRandomProportion(0.67));
    }

    static NeuralNetConfiguration.Builder configuration(DataType type, IUpdater updater) {
        return new NeuralNetConfiguration.Builder().seed(7).dataType(type).updater(updater);
    }

    static VsmlLayer.Builder layer(Vsml model) {
        return new VsmlLayer.Builder().model(model).nOut(CLASSES);
    }

    static RnnLossLayer loss() {
        return new RnnLossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build();
    }

    static MultiLayerNetwork network(DataType type, IUpdater updater, VsmlLayer layer) {
        MultiLayerNetwork network =
                new MultiLayerNetwork(
                        configuration(type, updater)
                                .list()
                                .layer(layer)
                                .layer(loss())
                                .setInputType(InputType.recurrent(FEATURES + CLASSES))
                                .build());
        network.init();
        return network;
    }

    /** Two inputs, and no parameters but V_M. */
    static ComputationGraph graph(DataType type, IUpdater updater, VsmlLayer layer) {
        ComputationGraphConfiguration.GraphBuilder builder =
                configuration(type, updater).graphBuilder().addInputs("examples", "labels");
        ComputationGraph graph =
                new ComputationGraph(
                        VsmlVertex.addTo(builder, "vsml", layer, "examples", "labels")
                                .addLayer("loss", loss(), "vsml")
                                .setOutputs("loss")
                                .setInputTypes(
                                        InputType.recurrent(FEATURES), InputType.recurrent(CLASSES))
                                .build());
        graph.init();
        return graph;
    }

    /** Standard normal [episodes, size, steps]. */
    static INDArray examples(DataType type, int episodes, int size, int steps, long seed) {
        RandomGenerator random = Seeds.generator(seed);
        double[] values = random.doubles((long) episodes * size * steps, -1.5, 1.5).toArray();
        return Nd4j.createFromArray(values).reshape('c', episodes, size, steps).castTo(type);
    }

    /** Random one-hot [episodes, classes, steps]. */
    static INDArray labels(DataType type, int episodes, int classes, int steps, long seed) {
        RandomGenerator random = Seeds.generator(seed);
        INDArray labels = Nd4j.zeros(type, episodes, classes, steps);
        for (int e = 0; e < episodes; e++) {
            for (int t = 0; t < steps; t++) {
                labels.putScalar(new int[] {e, random.nextInt(classes), t}, 1);
            }
        }
        return labels;
    }

    /** A mask [episodes, steps] in which later episodes end earlier, and one has a gap. */
    static INDArray mask(DataType type, int episodes, int steps) {
        INDArray mask = Nd4j.ones(type, episodes, steps);
        for (int e = 1; e < episodes; e++) {
            for (int t = Math.max(1, steps - e); t < steps; t++) {
                mask.putScalar(e, t, 0);
            }
        }
        mask.putScalar(0, 1, 0);
        return mask;
    }

    /** The elements, for exact comparison: INDArray's own equals allows differences of 1e-5. */
    static double[] exact(INDArray array) {
        return Arrays3d.rowMajor(array);
    }
}
