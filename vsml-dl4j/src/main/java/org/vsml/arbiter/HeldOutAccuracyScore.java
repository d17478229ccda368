package org.vsml.arbiter;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.nd4j.shade.jackson.annotation.JsonIgnoreProperties;
import org.vsml.core.LearningAlgorithm;
import org.vsml.episode.DataSets;

/**
 * Prequential accuracy of a {@link LearningAlgorithm} on held-out streams: each prediction counts
 * before its label is seen; the mean over streams, then over sets. More is better.
 */
@JsonIgnoreProperties({"supportedModelTypes", "supportedDataTypes"})
final class HeldOutAccuracyScore implements ScoreFunction {

    private static final long serialVersionUID = 1;

    /** Stateless. */
    public HeldOutAccuracyScore() {}

    @Override
    public double score(
            Object model, Class<? extends DataSource> source, Properties sourceProperties) {
        try {
            DataSource data = source.getDeclaredConstructor().newInstance();
            data.configure(sourceProperties);
            return ((HeldOutStreams) data.testData()).accuracy((LearningAlgorithm) model, 1);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(
                    "a data source needs a public constructor without arguments, got " + source, e);
        }
    }

    /** Arbiter's older form, without a {@link DataSource}. */
    @SuppressWarnings("deprecation") // Arbiter's interface
    @Override
    public double score(
            Object model,
            org.deeplearning4j.arbiter.optimize.api.data.DataProvider data,
            Map<String, Object> parameters) {
        throw new UnsupportedOperationException("give a data source, " + MetaTrainingData.class);
    }

    @Override
    public boolean minimize() {
        return false;
    }

    @Override
    public List<Class<?>> getSupportedModelTypes() {
        return List.of(LearningAlgorithm.class);
    }

    @Override
    public List<Class<?>> getSupportedDataTypes() {
        return List.of(DataSets.class);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HeldOutAccuracyScore;
    }

    @Override
    public int hashCode() {
        return HeldOutAccuracyScore.class.hashCode();
    }
}
