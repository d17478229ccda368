package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Reads arrays and data sets into rows, through the network in front if there is one.
 *
 * @param extractor the network in front, or null
 * @param imageFormat axes of images, or null where the data tell
 */
record RowReader(FeatureExtractor extractor, CNN2DFormat imageFormat) {

    /** Features alone; the mask is for the network in front. */
    LabelledBatch features(INDArray features, INDArray mask) {
        return extractor == null
                ? LabelledBatch.features(features, imageFormat)
                : LabelledBatch.features(extractor.activations(features, mask), null);
    }

    /** Features with labels [rows, classes], or one column of 0 and 1. */
    LabelledBatch labelled(
            INDArray features, INDArray labels, INDArray featuresMask, INDArray labelsMask) {
        return features(features, featuresMask).with(labels, rowMask(featuresMask), labelsMask);
    }

    /** The rows of a data set. */
    LabelledBatch labelled(DataSet data) {
        return labelled(
                data.getFeatures(),
                data.getLabels(),
                data.getFeaturesMaskArray(),
                data.getLabelsMaskArray());
    }

    /** A mask of features that is one of rows; those of sequences are the extractor's. */
    private INDArray rowMask(INDArray mask) {
        return extractor != null && mask != null && mask.length() != mask.size(0) ? null : mask;
    }

    /**
     * One input and one output as a data set.
     *
     * @throws IllegalArgumentException if there are more
     */
    static DataSet single(MultiDataSet data) {
        require(
                data.numFeatureArrays() == 1 && data.numLabelsArrays() == 1,
                "a VsmlClassifier has one input and one output, got %d and %d",
                data.numFeatureArrays(),
                data.numLabelsArrays());
        return new org.nd4j.linalg.dataset.DataSet(
                data.getFeatures(0),
                data.getLabels(0),
                data.getFeaturesMaskArrays() == null ? null : data.getFeaturesMaskArray(0),
                data.getLabelsMaskArrays() == null ? null : data.getLabelsMaskArray(0));
    }

    /** Back to the start if nothing is left, where that is possible. */
    static void rewind(DataSetIterator iterator) {
        require(iterator != null, "the iterator must not be null");
        if (!iterator.hasNext() && iterator.resetSupported()) {
            iterator.reset();
        }
    }
}
