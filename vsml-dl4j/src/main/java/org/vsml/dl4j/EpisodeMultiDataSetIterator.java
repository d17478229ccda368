package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import org.datavec.api.records.reader.RecordReader;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.dataset.api.preprocessor.MultiDataNormalization;
import org.vsml.episode.EpisodeSource;

/**
 * Episodes for a graph with two inputs, examples and labels, that has a {@link VsmlVertex}:
 * features {[episodes, features, T], [episodes, classes, T]}; labels {[episodes, classes, T]};
 * masks where episodes differ in length.
 */
public final class EpisodeMultiDataSetIterator implements MultiDataSetIterator {

    private static final long serialVersionUID = 1L;

    private final transient EpisodeStream stream;
    private final int perBatch;
    private transient MultiDataSetPreProcessor preProcessor;

    private EpisodeMultiDataSetIterator(Builder builder) {
        stream = builder.stream();
        perBatch = builder.perBatch();
    }

    @Override
    public boolean hasNext() {
        return stream.hasNext();
    }

    @Override
    public MultiDataSet next() {
        return next(perBatch);
    }

    @Override
    public MultiDataSet next(int episodes) {
        EpisodeStream.Batch batch = stream.nextBatch(episodes);
        MultiDataSet result =
                new org.nd4j.linalg.dataset.MultiDataSet(
                        new INDArray[] {batch.examples(), batch.labels()},
                        new INDArray[] {batch.labels()},
                        batch.mask() == null ? null : new INDArray[] {batch.mask(), batch.mask()},
                        batch.weights() == null ? null : new INDArray[] {batch.weights()});
        if (preProcessor != null) {
            preProcessor.preProcess(result);
        }
        return result;
    }

    @Override
    public boolean resetSupported() {
        return stream.resetSupported();
    }

    @Override
    public boolean asyncSupported() {
        return true;
    }

    /**
     * Back to the first episode; of the next epoch, if every epoch has new ones and any has been
     * given.
     */
    @Override
    public void reset() {
        stream.reset();
    }

    /** {@inheritDoc} A normalizer is refused: it would normalise the second input, the labels. */
    @Override
    public void setPreProcessor(MultiDataSetPreProcessor value) {
        require(
                !(value instanceof MultiDataNormalization),
                "a normalizer here would normalise the labels: give it to the builder (normalizer) or to the iterator below");
        preProcessor = value;
    }

    @Override
    public MultiDataSetPreProcessor getPreProcessor() {
        return preProcessor;
    }

    /** Builds an {@link EpisodeMultiDataSetIterator}. */
    public static final class Builder extends EpisodeIteratorBuilder<Builder> {

        /** Episodes of single examples: features [examples, size] or images, labels one-hot. */
        public Builder(DataSetIterator examples) {
            super(examples);
        }

        /**
         * Episodes of records.
         *
         * @param reader initialised
         * @param labelIndex column of the label, an integer in [0, classes)
         */
        public Builder(RecordReader reader, int labelIndex, int classes) {
            super(reader, labelIndex, classes);
        }

        /** Episodes as they come, such as those of a meta-training distribution. */
        public Builder(EpisodeSource episodes) {
            super(episodes);
        }

        /** The iterator. */
        public EpisodeMultiDataSetIterator build() {
            return new EpisodeMultiDataSetIterator(this);
        }

        @Override
        Builder self() {
            return this;
        }
    }
}
