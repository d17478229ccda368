package org.vsml.dl4j;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Classifier;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.ConvexOptimizer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The part of Deeplearning4j's contract of a model that is not learning and predicting: counters,
 * listeners, and the methods that a classifier without gradient, parameters and configuration
 * refuses.
 */
abstract class ForwardOnlyModel implements Classifier {

    private static final String FORWARD_ONLY =
            "a VsmlClassifier learns forward only, by a fixed algorithm: it has no ";

    ForwardOnlyModel() {}

    /** What changes of the model. */
    abstract ClassifierSession session();

    /** {@inheritDoc} Does nothing: sizes come with the first data. */
    @Override
    public void init() {
        // Pipelines call it after the constructor.
    }

    /** {@inheritDoc} Forgets nothing. */
    @Override
    public void clear() {
        // There is no input that is kept.
    }

    /** {@inheritDoc} Does nothing: it holds no native memory. */
    @Override
    public void close() {
        // It may be used on.
    }

    /** {@inheritDoc} Values of V_L, which is what is learned; 0 before the first data. */
    @Override
    public long numParams() {
        ClassifierHead head = session().head();
        return head == null ? 0 : head.learner().state().learned().values().length;
    }

    @Override
    public long numParams(boolean backwards) {
        return numParams();
    }

    /** Batches learned so far. */
    public int getIterationCount() {
        return session().iterations();
    }

    /** Passes over an iterator so far. */
    public int getEpochCount() {
        return session().epochs();
    }

    /** {@inheritDoc} The batch being learned, for listeners; else null. */
    @Override
    public INDArray input() {
        return session().input();
    }

    /** {@inheritDoc} Rows of the batch being learned; 0 between batches. */
    @Override
    public int batchSize() {
        INDArray now = session().input();
        return now == null ? 0 : (int) now.size(0);
    }

    /**
     * {@inheritDoc} They are called for every batch and epoch; for no forward pass and no gradient.
     */
    @Override
    public void setListeners(Collection<TrainingListener> values) {
        session().listeners().clear();
        if (values != null) {
            values.forEach(session().listeners()::add);
        }
    }

    @Override
    public void setListeners(TrainingListener... values) {
        setListeners(values == null ? List.of() : Arrays.asList(values));
    }

    @Override
    public void addListeners(TrainingListener... values) {
        Arrays.asList(values).forEach(session().listeners()::add);
    }

    /** The listeners. */
    public Collection<TrainingListener> getListeners() {
        return session().listeners().all();
    }

    /** Always throws, as Deeplearning4j's networks do: there is nothing to fit without data. */
    @Override
    @SuppressWarnings("deprecation") // of the interface
    public void fit() {
        throw new UnsupportedOperationException("fit needs data: fit(DataSetIterator)");
    }

    /** Always throws. */
    @Override
    public void fit(INDArray data, LayerWorkspaceMgr workspaces) {
        throw new UnsupportedOperationException(
                "a VsmlClassifier learns from labels: fit(features, labels)");
    }

    /** Always throws. */
    @Override
    public void update(Gradient gradient) {
        throw refused("gradient");
    }

    /** Always throws. */
    @Override
    public void update(INDArray gradient, String parameter) {
        throw refused("gradient");
    }

    /** Always throws. */
    @Override
    public void computeGradientAndScore(LayerWorkspaceMgr workspaces) {
        throw refused("gradient");
    }

    /** Always throws. */
    @Override
    public Gradient gradient() {
        throw refused("gradient");
    }

    /** Always throws. */
    @Override
    public Pair<Gradient, Double> gradientAndScore() {
        throw refused("gradient");
    }

    /** Always throws. */
    @Override
    public INDArray getGradientsViewArray() {
        throw refused("gradient");
    }

    /** Always throws. */
    @Override
    public void setBackpropGradientsViewArray(INDArray gradients) {
        throw refused("gradient");
    }

    /** Always throws. */
    @Override
    public ConvexOptimizer getOptimizer() {
        throw refused("optimizer");
    }

    /** Always throws: what was learned is in learnedVariables and save. */
    @Override
    public INDArray params() {
        throw refused("parameters");
    }

    /** Always throws. */
    @Override
    public void setParams(INDArray parameters) {
        throw refused("parameters");
    }

    /** Always throws. */
    @Override
    public void setParamsViewArray(INDArray parameters) {
        throw refused("parameters");
    }

    /** Always throws. */
    @Override
    public INDArray getParam(String name) {
        throw refused("parameters");
    }

    /** Always throws. */
    @Override
    public Map<String, INDArray> paramTable() {
        throw refused("parameters");
    }

    /** Always throws. */
    @Override
    public Map<String, INDArray> paramTable(boolean backpropOnly) {
        throw refused("parameters");
    }

    /** Always throws. */
    @Override
    public void setParamTable(Map<String, INDArray> table) {
        throw refused("parameters");
    }

    /** Always throws. */
    @Override
    public void setParam(String name, INDArray value) {
        throw refused("parameters");
    }

    /** Always throws. */
    @Override
    public NeuralNetConfiguration conf() {
        throw refused("configuration");
    }

    /** Always throws. */
    @Override
    public void setConf(NeuralNetConfiguration configuration) {
        throw refused("configuration");
    }

    /** Always throws. */
    @Override
    public void applyConstraints(int iteration, int epoch) {
        throw refused("parameters");
    }

    private static UnsupportedOperationException refused(String what) {
        return new UnsupportedOperationException(
                FORWARD_ONLY
                        + what
                        + ". What it learned is in learnedVariables(), and save(File) writes it");
    }
}
