package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import org.datavec.api.records.reader.RecordReader;
import org.deeplearning4j.datasets.datavec.RecordReaderDataSetIterator;
import org.nd4j.linalg.dataset.api.DataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.vsml.episode.EpisodeSource;

/**
 * How an iterator over single examples, a DataVec record reader or an {@link EpisodeSource} becomes
 * batches of episodes. Everything random follows from the seed.
 *
 * @param <B> the builder itself
 */
abstract sealed class EpisodeIteratorBuilder<B extends EpisodeIteratorBuilder<B>>
        permits EpisodeDataSetIterator.Builder, EpisodeMultiDataSetIterator.Builder {

    private static final int RECORDS_AT_ONCE = 256;

    private final DataSetIterator examples;
    private final EpisodeSource episodes;
    private DataSetPreProcessor normalizer;
    private boolean inOrder;
    private int length;
    private int perBatch = 1;
    private long batches;
    private long seed;
    private boolean permuteLabels;
    private boolean newEachEpoch;
    private boolean meanLoss;

    EpisodeIteratorBuilder(DataSetIterator examples) {
        require(examples != null, "the iterator of examples must not be null");
        this.examples = examples;
        episodes = null;
    }

    EpisodeIteratorBuilder(RecordReader reader, int labelIndex, int classes) {
        this(new RecordReaderDataSetIterator(reader, RECORDS_AT_ONCE, labelIndex, classes));
    }

    EpisodeIteratorBuilder(EpisodeSource episodes) {
        require(episodes != null, "the episode source must not be null");
        examples = null;
        this.episodes = episodes;
    }

    /** T, examples of an episode. An {@link EpisodeSource} decides that itself. */
    public B length(int examplesOfAnEpisode) {
        length = examplesOfAnEpisode;
        return self();
    }

    /** Episodes of a batch; default 1. */
    public B perBatch(int episodesOfABatch) {
        perBatch = episodesOfABatch;
        return self();
    }

    /** Batches of an epoch. Needed unless episodes are taken in order, where it is a limit. */
    public B batches(long batchesOfAnEpoch) {
        batches = batchesOfAnEpoch;
        return self();
    }

    /** Seed of drawing and permuting; default 0. */
    public B seed(long value) {
        seed = value;
        return self();
    }

    /**
     * Cuts episodes from the data in its own order, the last one shorter and masked, instead of
     * drawing their examples at random. Only so nothing is kept in memory.
     */
    public B inOrder() {
        inOrder = true;
        return self();
    }

    /**
     * Gives every episode its own random assignment of classes to outputs, so that nothing but
     * learning helps.
     */
    public B permuteLabels(boolean permuted) {
        permuteLabels = permuted;
        return self();
    }

    /**
     * Whether every epoch has other episodes (for training) or all have the same (for evaluation,
     * the default).
     */
    public B newEachEpoch(boolean fresh) {
        newEachEpoch = fresh;
        return self();
    }

    /**
     * Whether the labels' mask holds weights that make Deeplearning4j's loss, a sum over steps, the
     * mean of the paper's meta loss: 1/T each, or an {@link EpisodeSource}'s own. For training: its
     * evaluation counts steps of weight 1 only, so without this (the default) every step that
     * counts has weight 1.
     */
    public B meanLoss(boolean mean) {
        meanLoss = mean;
        return self();
    }

    /** A fitted normalizer for the features of single examples; labels it leaves alone. */
    public B normalizer(DataSetPreProcessor fitted) {
        normalizer = fitted;
        return self();
    }

    int perBatch() {
        require(perBatch >= 1, "perBatch must be >= 1, got %d", perBatch);
        return perBatch;
    }

    EpisodeStream stream() {
        if (episodes != null) {
            require(
                    length == 0 && !inOrder && !permuteLabels && normalizer == null,
                    "length, order, labels and scale are the episode source's own; only perBatch, batches,"
                            + " seed, newEachEpoch and meanLoss can be set");
            return new SampledEpisodes(episodes, settings(1));
        }
        LabelledRows rows = new LabelledRows(examples, normalizer);
        return inOrder
                ? new ConsecutiveEpisodes(rows, settings(length))
                : new DrawnEpisodes(rows, settings(length));
    }

    private EpisodeSettings settings(int steps) {
        require(batches >= 0, "batches must be positive, got %d", batches);
        require(inOrder || batches > 0, "batches, the number of batches of an epoch, must be set");
        long count = batches == 0 ? Long.MAX_VALUE : Math.multiplyExact(batches, perBatch());
        return new EpisodeSettings(steps, count, seed, permuteLabels, newEachEpoch, meanLoss);
    }

    abstract B self();
}
