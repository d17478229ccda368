package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import java.util.List;
import org.datavec.api.records.reader.RecordReader;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.preprocessor.DataNormalization;
import org.nd4j.linalg.factory.Nd4j;
import org.vsml.episode.EpisodeSource;

/**
 * Episodes for a network that begins with a {@link VsmlLayer}: features [episodes, features +
 * classes, T], examples beside their labels; labels [episodes, classes, T]; masks where episodes
 * differ in length.
 *
 * <pre>
 *   var episodes = new EpisodeDataSetIterator.Builder(recordReader, labelIndex, classes)
 *       .normalizer(fitted).length(50).perBatch(16).batches(100).permuteLabels(true).newEachEpoch(true).seed(1).build();
 *   network.fit(episodes, epochs);
 * </pre>
 */
public final class EpisodeDataSetIterator implements DataSetIterator {

    private static final long serialVersionUID = 1L;

    private final transient EpisodeStream stream;
    private final int perBatch;
    private transient DataSetPreProcessor preProcessor;

    private EpisodeDataSetIterator(Builder builder) {
        stream = builder.stream();
        perBatch = builder.perBatch();
    }

    @Override
    public boolean hasNext() {
        return stream.hasNext();
    }

    @Override
    public DataSet next() {
        return next(perBatch);
    }

    @Override
    public DataSet next(int episodes) {
        EpisodeStream.Batch batch = stream.nextBatch(episodes);
        DataSet result =
                new DataSet(
                        Nd4j.concat(1, batch.examples(), batch.labels()),
                        batch.labels(),
                        batch.mask(),
                        batch.weights());
        if (preProcessor != null) {
            preProcessor.preProcess(result);
        }
        return result;
    }

    @Override
    public int inputColumns() {
        return stream.task().inputs() + stream.task().classes();
    }

    @Override
    public int totalOutcomes() {
        return stream.task().classes();
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

    @Override
    public int batch() {
        return perBatch;
    }

    /** {@inheritDoc} A normalizer is refused: it would normalise the labels among the features. */
    @Override
    public void setPreProcessor(DataSetPreProcessor value) {
        require(
                !(value instanceof DataNormalization),
                "a normalizer here would normalise the labels among the features: give it to the builder (normalizer) or to"
                        + " the iterator below");
        preProcessor = value;
    }

    @Override
    public DataSetPreProcessor getPreProcessor() {
        return preProcessor;
    }

    @Override
    public List<String> getLabels() {
        return stream.classNames();
    }

    /** Builds an {@link EpisodeDataSetIterator}. */
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
        public EpisodeDataSetIterator build() {
            return new EpisodeDataSetIterator(this);
        }

        @Override
        Builder self() {
            return this;
        }
    }
}
