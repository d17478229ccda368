package org.vsml.dl4j;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.vsml.core.LearningAlgorithm;

/**
 * What a {@link VsmlClassifier} is made with and never changes.
 *
 * @param algorithm learning algorithm, which conditions its inputs
 * @param rows how features are read
 * @param classes number of classes, 0 where the first data show it
 * @param reserve classes that may appear after the first data
 * @param seed of the random learned variables it starts from
 */
record ClassifierSettings(
        LearningAlgorithm algorithm, RowReader rows, int classes, int reserve, long seed) {

    /** Settings with inputs conditioned where the algorithm takes them as they come. */
    static ClassifierSettings conditioned(
            LearningAlgorithm algorithm, RowReader rows, int classes, int reserve, long seed) {
        LearningAlgorithm conditioned =
                new LearningAlgorithm(
                        InputConditioning.conditioned(algorithm.config()),
                        algorithm.metaVariables(),
                        algorithm.provenance());
        return new ClassifierSettings(conditioned, rows, classes, reserve, seed);
    }

    /** Settings of a classifier from a file, whose sizes are known and algorithm conditioned. */
    static ClassifierSettings loaded(
            LearningAlgorithm algorithm, FeatureExtractor extractor, CNN2DFormat imageFormat) {
        return new ClassifierSettings(
                algorithm,
                new RowReader(extractor, imageFormat),
                0,
                VsmlClassifier.DEFAULT_RESERVE,
                0);
    }
}
