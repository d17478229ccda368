package org.vsml.arbiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Properties;
import java.util.random.RandomGenerator;
import org.deeplearning4j.arbiter.ComputationGraphSpace;
import org.deeplearning4j.arbiter.MultiLayerSpace;
import org.deeplearning4j.arbiter.conf.updater.AdamSpace;
import org.deeplearning4j.arbiter.layers.RnnOutputLayerSpace;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.saving.InMemoryResultSaver;
import org.deeplearning4j.arbiter.optimize.api.termination.MaxCandidatesCondition;
import org.deeplearning4j.arbiter.optimize.config.OptimizationConfiguration;
import org.deeplearning4j.arbiter.optimize.generator.RandomSearchGenerator;
import org.deeplearning4j.arbiter.optimize.parameter.BooleanSpace;
import org.deeplearning4j.arbiter.optimize.parameter.continuous.ContinuousParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.integer.IntegerParameterSpace;
import org.deeplearning4j.arbiter.optimize.runner.LocalOptimizationRunner;
import org.deeplearning4j.arbiter.scoring.impl.TestSetLossScoreFunction;
import org.deeplearning4j.arbiter.task.MultiLayerNetworkTaskCreator;
import org.deeplearning4j.datasets.iterator.utilty.SingletonDataSetIterator;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions;
import org.vsml.core.SubRnn;
import org.vsml.core.Vsml;
import org.vsml.dl4j.VsmlLayer;
import org.vsml.episode.Seeds;

class VsmlLayerSpaceTest {

    /** Two episodes of 4 examples, 3 features, 2 classes. */
    public static final class Blobs implements DataSource {
        private static final long serialVersionUID = 1;

        /** For Arbiter. */
        public Blobs() {}

        @Override
        public void configure(Properties properties) {
            // always the same
        }

        private static DataSetIterator data(long seed) {
            RandomGenerator random = Seeds.generator(seed);
            INDArray inputs = Nd4j.create(2, 5, 4);
            INDArray labels = Nd4j.create(2, 2, 4);
            for (int e = 0; e < 2; e++) {
                for (int t = 0; t < 4; t++) {
                    int label = random.nextInt(2);
                    for (int i = 0; i < 3; i++) {
                        inputs.putScalar(e, i, t, random.nextGaussian() + label);
                    }
                    inputs.putScalar(e, 3 + label, t, 1);
                    labels.putScalar(e, label, t, 1);
                }
            }
            return new SingletonDataSetIterator(new DataSet(inputs, labels));
        }

        @Override
        public Object trainData() {
            return data(1);
        }

        @Override
        public Object testData() {
            return data(2);
        }

        @Override
        public Class<?> getDataType() {
            return DataSetIterator.class;
        }
    }

    private static VsmlLayerSpace layers() {
        return new VsmlLayerSpace.Builder()
                .task(3, 2)
                .model(
                        new Vsml(
                                new SubRnn(4, 2, 2, false, -5, 5),
                                Vsml.PAPER.architecture(),
                                Vsml.PAPER.dynamics()))
                .stateSize(new DiscreteParameterSpace<>(2, 3))
                .messageSize(new IntegerParameterSpace(2, 4))
                .layerNorm(new BooleanSpace())
                .microTicks(new IntegerParameterSpace(1, 2))
                .build();
    }

    private static RnnOutputLayerSpace output() {
        return new RnnOutputLayerSpace.Builder()
                .nIn(2)
                .nOut(2)
                .lossFunction(LossFunctions.LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .build();
    }

    private static MultiLayerSpace networks() {
        return new MultiLayerSpace.Builder()
                .seed(1)
                .updater(new AdamSpace(new ContinuousParameterSpace(1e-3, 1e-1)))
                .addLayer(layers())
                .addLayer(output())
                .numEpochs(1)
                .build();
    }

    @Test
    void arbiterTrainsNetworksWithVaryingVsmlLayers() throws Exception {
        MultiLayerSpace space = networks();
        OptimizationConfiguration configuration =
                new OptimizationConfiguration.Builder()
                        .candidateGenerator(new RandomSearchGenerator(space))
                        .dataSource(Blobs.class, new Properties())
                        .modelSaver(new InMemoryResultSaver())
                        .scoreFunction(new TestSetLossScoreFunction())
                        .terminationConditions(List.of(new MaxCandidatesCondition(3)))
                        .rngSeed(9L)
                        .build();
        LocalOptimizationRunner runner =
                new LocalOptimizationRunner(1, configuration, new MultiLayerNetworkTaskCreator());

        runner.execute();

        assertThat(runner.numCandidatesFailed()).isZero();
        assertThat(runner.numCandidatesCompleted()).isEqualTo(3);
        assertThat(runner.bestScore()).isPositive();
        MultiLayerNetwork best = (MultiLayerNetwork) runner.getResults().get(0).getResultModel();
        Vsml model = ((VsmlLayer) best.getLayerWiseConfigurations().getConf(0).getLayer()).model();
        assertThat(model.subRnn().stateSize()).isIn(2, 3);
        assertThat(best.getLayer(0).numParams()).isEqualTo(model.metaVariableLayout().size());
    }

    @Test
    void theSpaceIsTheSameAfterJson() {
        MultiLayerSpace space = networks();

        assertThat(MultiLayerSpace.fromJson(space.toJson())).isEqualTo(space);
        assertThat(space.numParameters()).isEqualTo(5);
    }

    @Test
    void itStandsInAComputationGraphSpaceToo() {
        ComputationGraphSpace space =
                new ComputationGraphSpace.Builder()
                        .seed(1)
                        .updater(new AdamSpace(new ContinuousParameterSpace(1e-3, 1e-1)))
                        .addInputs("episodes")
                        .addLayer("vsml", layers(), "episodes")
                        .addLayer("loss", output(), "vsml")
                        .setOutputs("loss")
                        .build();
        RandomSearchGenerator generator = new RandomSearchGenerator(space);
        generator.setRngSeed(2);

        Candidate<?> candidate = generator.getCandidate();
        ComputationGraph graph =
                new ComputationGraph(
                        ((org.deeplearning4j.arbiter.GraphConfiguration) candidate.getValue())
                                .getConfiguration());
        graph.init();
        graph.fit(Blobs.data(1));

        assertThat(graph.score()).isPositive();
        assertThat(ComputationGraphSpace.fromJson(space.toJson())).isEqualTo(space);
    }

    @Test
    void aTaskIsNeededAndDropoutRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new VsmlLayerSpace.Builder().build())
                .withMessageContaining("task(features, classes)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new VsmlLayerSpace.Builder().task(3, 2).dropOut(0.5).build())
                .withMessageContaining("dropout");
    }
}
