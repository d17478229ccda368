package org.vsml.dl4j;

import static org.vsml.dl4j.Arrays3d.outsideWorkspaces;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.samediff.SameDiffLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.TrainingConfig;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.ExternalErrorsFunction;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A {@link VsmlSameDiffLayer} at work: one graph for each shape of input, the last few kept. */
final class VsmlSameDiffRuntime extends SameDiffLayer {

    private static final long serialVersionUID = 1L;

    private static final int GRAPHS = 4;

    private record Graph(SameDiff sameDiff, SDVariable output, ExternalErrorsFunction errors) {}

    private record Size(long episodes, long steps) {}

    private final transient Map<Size, Graph> graphs = new LinkedHashMap<>(16, 0.75f, true);
    private transient Size current;

    VsmlSameDiffRuntime(NeuralNetConfiguration configuration, DataType type) {
        super(configuration, type);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        assertInputSet(false);
        useGraph();
        return super.activate(training, workspaces);
    }

    /**
     * In Deeplearning4j 1.0.0-M2.1 gradients through a SameDiffLayer come out doubled: its
     * placeholder of external errors is added to itself. So the errors are halved before.
     */
    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaces) {
        assertInputSet(true);
        useGraph();
        INDArray half = outsideWorkspaces(() -> epsilon.mul(0.5));
        Pair<Gradient, INDArray> result = super.backpropGradient(half, workspaces);
        VsmlSameDiffLayer layer = layer();
        // As in VsmlLayer, nothing is said of the labels.
        result.getSecond()
                .get(
                        NDArrayIndex.all(),
                        NDArrayIndex.interval(layer.task().inputs(), layer.getNIn()),
                        NDArrayIndex.all())
                .assign(0);
        return result;
    }

    private VsmlSameDiffLayer layer() {
        return (VsmlSameDiffLayer) layerConf();
    }

    private void useGraph() {
        layer().validateInput(input);
        Size wanted = new Size(input.size(0), input.size(2));
        if (wanted.equals(current)) {
            return;
        }
        Graph graph = graphs.get(wanted);
        if (graph == null) {
            layer().setEpisodesInUse(wanted.episodes());
            doInit();
            // V_L after the last step, which nothing reads, hides from SameDiff what the loss is.
            TrainingConfig loss = new TrainingConfig();
            loss.setLossVariables(List.of(fn.outputVariable().name()));
            sameDiff.setTrainingConfig(loss);
            graph = new Graph(sameDiff, outputVar, fn);
            graphs.put(wanted, graph);
            if (graphs.size() > GRAPHS) {
                graphs.remove(graphs.keySet().iterator().next());
            }
        }
        sameDiff = graph.sameDiff();
        outputVar = graph.output();
        outputKey = graph.output().name();
        fn = graph.errors();
        current = wanted;
    }
}
