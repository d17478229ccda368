package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import org.deeplearning4j.earlystopping.scorecalc.ScoreCalculator;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Scores a {@link VsmlClassifier} on held-out rows, for early stopping; learns nothing. */
public final class VsmlScoreCalculator implements ScoreCalculator<VsmlClassifier> {

    private static final long serialVersionUID = 1L;

    private final Evaluation.Metric metric;
    private final transient DataSetIterator heldOut;

    /** Of the given metric, the larger the better. */
    public VsmlScoreCalculator(Evaluation.Metric metric, DataSetIterator heldOut) {
        require(metric != null && heldOut != null, "neither metric nor data may be null");
        this.metric = metric;
        this.heldOut = heldOut;
    }

    @Override
    public double calculateScore(VsmlClassifier classifier) {
        heldOut.reset();
        return classifier.evaluate(heldOut).scoreForMetric(metric);
    }

    @Override
    public boolean minimizeScore() {
        return metric.minimize();
    }
}
