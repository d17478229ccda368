package org.vsml.dl4j;

import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.trainer.BaseEarlyStoppingTrainer;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Deeplearning4j's early stopping for a {@link VsmlClassifier}, where a pipeline has an
 * EarlyStoppingTrainer: every epoch learns all rows once more. Its {@code InMemoryModelSaver} works
 * as it is; as score calculator take {@link VsmlScoreCalculator}.
 */
public final class VsmlEarlyStoppingTrainer extends BaseEarlyStoppingTrainer<VsmlClassifier> {

    /** A trainer that learns from {@code train}. */
    public VsmlEarlyStoppingTrainer(
            EarlyStoppingConfiguration<VsmlClassifier> configuration,
            VsmlClassifier model,
            DataSetIterator train) {
        super(configuration, model, train, null, null);
    }

    @Override
    protected void fit(DataSet data) {
        model.fit(data);
    }

    @Override
    protected void fit(MultiDataSet data) {
        model.fit(data);
    }

    @Override
    protected void pretrain(DataSet data) {
        throw new UnsupportedOperationException("a VsmlClassifier has no pre-training");
    }

    @Override
    protected void pretrain(MultiDataSet data) {
        throw new UnsupportedOperationException("a VsmlClassifier has no pre-training");
    }
}
