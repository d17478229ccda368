package org.vsml.dl4j;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.vsml.core.ArrayLayout;
import org.vsml.core.NamedArrays;
import org.vsml.episode.Seeds;

/**
 * V_M as Deeplearning4j parameters: one for each array of {@link
 * org.vsml.core.Vsml#metaVariableLayout}, row-major and in its order, so that the layer's flat
 * parameter vector is V_M's.
 */
final class MetaVariableInitializer implements ParamInitializer {

    static final MetaVariableInitializer INSTANCE = new MetaVariableInitializer();

    private MetaVariableInitializer() {}

    @Override
    public long numParams(NeuralNetConfiguration configuration) {
        return numParams(configuration.getLayer());
    }

    @Override
    public long numParams(Layer layer) {
        return layout(layer).size();
    }

    @Override
    public List<String> paramKeys(Layer layer) {
        return layout(layer).entries().stream().map(MetaVariableInitializer::key).toList();
    }

    @Override
    public List<String> weightKeys(Layer layer) {
        return paramKeys(layer).stream().filter(k -> isWeightParam(layer, k)).toList();
    }

    @Override
    public List<String> biasKeys(Layer layer) {
        return paramKeys(layer).stream().filter(k -> isBiasParam(layer, k)).toList();
    }

    @Override
    public boolean isWeightParam(Layer layer, String key) {
        return switch (lastPart(key)) {
            case "w-f", "w-b", "w-h", "fwd-w", "bwd-w" -> true;
            default -> false;
        };
    }

    /**
     * Scales of layer normalisation are neither weight nor bias: regularisation must not pull them
     * to 0.
     */
    @Override
    public boolean isBiasParam(Layer layer, String key) {
        return !isWeightParam(layer, key) && !key.endsWith("-scale");
    }

    @Override
    public Map<String, INDArray> init(
            NeuralNetConfiguration configuration, INDArray view, boolean initialise) {
        VsmlLayer layer = (VsmlLayer) configuration.getLayer();
        if (initialise) {
            NamedArrays start =
                    layer.initialMetaVariables(Seeds.generator(configuration.getSeed()));
            flat(view).assign(Nd4j.createFromArray(start.values()).castTo(view.dataType()));
        }
        Map<String, INDArray> result = split(layout(layer), view);
        result.keySet().forEach(configuration::addVariable);
        return result;
    }

    @Override
    public Map<String, INDArray> getGradientsFromFlattened(
            NeuralNetConfiguration configuration, INDArray view) {
        return split(layout(configuration.getLayer()), view);
    }

    private static Map<String, INDArray> split(ArrayLayout layout, INDArray view) {
        INDArray flat = flat(view);
        Map<String, INDArray> result = new LinkedHashMap<>();
        for (ArrayLayout.Entry entry : layout.entries()) {
            int from = layout.offset(entry.name());
            result.put(
                    key(entry),
                    flat.get(NDArrayIndex.interval(from, from + entry.size()))
                            .reshape('c', shape(entry)));
        }
        return result;
    }

    /**
     * Deeplearning4j joins the names of layer and parameter by an underscore, so a parameter's own
     * name has none.
     */
    static String key(ArrayLayout.Entry entry) {
        return entry.name().replace('_', '-');
    }

    /** Deeplearning4j's parameters have at least two axes. */
    static long[] shape(ArrayLayout.Entry entry) {
        return entry.shape().size() == 1
                ? new long[] {1, entry.size()}
                : entry.shape().stream().mapToLong(Integer::longValue).toArray();
    }

    private static String lastPart(String key) {
        return key.substring(key.lastIndexOf('.') + 1);
    }

    private static INDArray flat(INDArray view) {
        return view.reshape(view.length());
    }

    private static ArrayLayout layout(Layer layer) {
        return ((VsmlLayer) layer).metaVariableLayout();
    }
}
