package org.vsml.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vsml.dl4j.TestNetworks.exact;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import org.datavec.api.records.reader.impl.collection.CollectionRecordReader;
import org.datavec.api.writable.DoubleWritable;
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.Writable;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerMinMaxScaler;
import org.nd4j.linalg.factory.Nd4j;
import org.vsml.core.Examples;
import org.vsml.core.TaskShape;
import org.vsml.episode.Episode;
import org.vsml.episode.EpisodeSource;

class EpisodeIteratorTest {

    private static final int EXAMPLES = 11;

    @Test
    void examplesInOrderKeepTheirLabelsAndTheLastEpisodeIsMasked() {
        EpisodeDataSetIterator episodes =
                new EpisodeDataSetIterator.Builder(numbered(3)).inOrder().length(4).build();
        List<Double> seen = new ArrayList<>();
        List<Integer> lengths = new ArrayList<>();

        while (episodes.hasNext()) {
            DataSet batch = episodes.next();
            INDArray mask = batch.getFeaturesMaskArray();
            int length = 0;
            for (int t = 0; t < batch.getFeatures().size(2); t++) {
                double number = batch.getFeatures().getDouble(0, 0, t);
                seen.add(number);
                length++;
                for (int b = 0; b < 3; b++) {
                    double expected = b == label(number) ? 1 : 0;
                    assertThat(batch.getFeatures().getDouble(0, 2 + b, t)).isEqualTo(expected);
                    assertThat(batch.getLabels().getDouble(0, b, t)).isEqualTo(expected);
                }
            }
            assertThat(mask).isNull();
            lengths.add(length);
        }

        assertThat(seen).containsExactly(0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0);
        assertThat(lengths).containsExactly(4, 4, 3);
        assertThatThrownBy(episodes::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void shorterEpisodeBesideLongerOnesIsMasked() {
        DataSet batch =
                new EpisodeDataSetIterator.Builder(numbered(3))
                        .inOrder()
                        .length(4)
                        .perBatch(3)
                        .meanLoss(true)
                        .build()
                        .next();

        assertThat(batch.getFeatures().shape()).containsExactly(3, 5, 4);
        assertThat(exact(batch.getFeaturesMaskArray()))
                .containsExactly(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0);
        double third = 1f / 3;
        assertThat(exact(batch.getLabelsMaskArray()))
                .containsExactly(.25, .25, .25, .25, .25, .25, .25, .25, third, third, third, 0);
    }

    @Test
    void sameSeedGivesTheSameEpisodesAndEachOnlyDifferentExamples() {
        EpisodeDataSetIterator one = drawn(1).build();
        EpisodeDataSetIterator same = drawn(1).build();
        EpisodeDataSetIterator other = drawn(2).build();
        List<double[]> first = features(one);

        assertThat(features(same)).usingRecursiveComparison().isEqualTo(first);
        assertThat(features(other)).usingRecursiveComparison().isNotEqualTo(first);
        for (double[] batch : first) {
            for (int e = 0; e < 2; e++) {
                Set<Double> numbers = new HashSet<>();
                for (int t = 0; t < 6; t++) {
                    numbers.add(batch[e * 5 * 6 + t]);
                }
                assertThat(numbers).hasSize(6);
            }
        }
    }

    @Test
    void resetRepeatsTheEpochUnlessNewEpisodesAreAskedFor() {
        EpisodeDataSetIterator repeating = drawn(1).build();
        List<double[]> first = features(repeating);
        repeating.reset();
        assertThat(features(repeating)).usingRecursiveComparison().isEqualTo(first);

        EpisodeDataSetIterator fresh = drawn(1).newEachEpoch(true).build();
        fresh.reset(); // before anything was given: nothing changes
        assertThat(features(fresh)).usingRecursiveComparison().isEqualTo(first);
        fresh.reset();
        List<double[]> second = features(fresh);
        assertThat(second).usingRecursiveComparison().isNotEqualTo(first);

        EpisodeDataSetIterator again = drawn(1).newEachEpoch(true).build();
        features(again);
        again.reset();
        assertThat(features(again)).usingRecursiveComparison().isEqualTo(second);
    }

    @Test
    void resetInTheMiddleOfAnEpochStartsFromTheFirstExample() {
        EpisodeDataSetIterator episodes =
                new EpisodeDataSetIterator.Builder(numbered(3)).inOrder().length(4).build();
        double[] first = exact(episodes.next().getFeatures());
        episodes.next();

        episodes.reset();

        assertThat(exact(episodes.next().getFeatures())).isEqualTo(first);
    }

    @Test
    void permutedLabelsAreOneToOneWithinAnEpisodeAndDifferBetweenEpisodes() {
        EpisodeDataSetIterator episodes = drawn(3).batches(8).permuteLabels(true).build();
        Set<String> assignments = new HashSet<>();

        while (episodes.hasNext()) {
            DataSet batch = episodes.next();
            for (int e = 0; e < 2; e++) {
                int[] assigned = {-1, -1, -1};
                for (int t = 0; t < 6; t++) {
                    int original = label(batch.getFeatures().getDouble(e, 0, t));
                    for (int b = 0; b < 3; b++) {
                        if (batch.getLabels().getDouble(e, b, t) == 1) {
                            assertThat(assigned[original]).isIn(-1, b);
                            assigned[original] = b;
                        }
                    }
                }
                assignments.add(Arrays.toString(assigned));
            }
        }

        assertThat(assignments.size()).isGreaterThan(3);
    }

    @Test
    void recordReaderAndNormalizerScaleFeaturesAndLeaveLabelsAlone() {
        List<List<Writable>> records = new ArrayList<>();
        for (int i = 0; i < EXAMPLES; i++) {
            records.add(
                    List.of(
                            new DoubleWritable(i),
                            new DoubleWritable(-i),
                            new IntWritable(label(i))));
        }
        NormalizerMinMaxScaler normalizer = new NormalizerMinMaxScaler();
        normalizer.fit(numbered(EXAMPLES));
        EpisodeMultiDataSetIterator episodes =
                new EpisodeMultiDataSetIterator.Builder(new CollectionRecordReader(records), 2, 3)
                        .normalizer(normalizer)
                        .inOrder()
                        .length(EXAMPLES)
                        .build();

        MultiDataSet batch = episodes.next();

        assertThat(batch.getFeatures(0).shape()).containsExactly(1, 2, EXAMPLES);
        assertThat(batch.getFeatures(1).shape()).containsExactly(1, 3, EXAMPLES);
        assertThat(batch.getFeatures(0).maxNumber().doubleValue()).isEqualTo(1);
        assertThat(batch.getFeatures(0).minNumber().doubleValue()).isEqualTo(0);
        assertThat(exact(batch.getFeatures(1))).isEqualTo(exact(batch.getLabels(0)));
        assertThat(exact(batch.getLabels(0))).containsOnly(0, 1);
    }

    @Test
    void episodesOfASourceKeepTheirLengthsAndTheStepsThatCount() {
        EpisodeSource source =
                seed -> {
                    int steps = 2 + (int) Math.floorMod(seed, 2L);
                    return Episode.withLastLoss(
                            Examples.online(TaskShape.of(1, 2), new double[steps], new int[steps]),
                            seed,
                            "test");
                };
        DataSet batch =
                new EpisodeDataSetIterator.Builder(source).perBatch(8).batches(1).build().next();

        assertThat(batch.getFeatures().shape()).containsExactly(8, 3, 3);
        double[] mask = exact(batch.getFeaturesMaskArray());
        double[] weights = exact(batch.getLabelsMaskArray());
        for (int e = 0; e < 8; e++) {
            int last = mask[e * 3 + 2] == 1 ? 2 : 1;
            for (int t = 0; t < 3; t++) {
                assertThat(weights[e * 3 + t]).isEqualTo(t == last ? 1 : 0);
            }
        }
    }

    @Test
    void weightsOfASourceAreKeptWhenTheLossIsToBeItsOwn() {
        EpisodeSource source =
                seed ->
                        Episode.withMeanLoss(
                                Examples.online(TaskShape.of(1, 2), new double[4], new int[4]),
                                seed,
                                "test");
        EpisodeDataSetIterator.Builder builder =
                new EpisodeDataSetIterator.Builder(source).batches(1);

        assertThat(builder.build().next().getLabelsMaskArray()).isNull();
        assertThat(exact(builder.meanLoss(true).build().next().getLabelsMaskArray()))
                .containsExactly(0.25, 0.25, 0.25, 0.25);
    }

    @Test
    void episodesOfDifferentTaskSizesInOneNetworkAreRefused() {
        EpisodeSource source =
                seed -> {
                    TaskShape task = TaskShape.of(1 + (int) Math.floorMod(seed, 5L), 2);
                    return Episode.withMeanLoss(
                            Examples.online(task, new double[task.inputs()], new int[1]),
                            seed,
                            "test");
                };
        EpisodeDataSetIterator episodes =
                new EpisodeDataSetIterator.Builder(source).perBatch(16).batches(1).build();

        assertThatThrownBy(episodes::next)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must have the task shape");
    }

    @Test
    void wrongDataAndSettingsAreNamed() {
        DataSetIterator regression =
                new ListDataSetIterator<>(
                        new DataSet(
                                        Nd4j.zeros(DataType.FLOAT, 4, 2),
                                        Nd4j.valueArrayOf(new long[] {4, 1}, 0.5f))
                                .asList());
        assertThatThrownBy(
                        () ->
                                new EpisodeDataSetIterator.Builder(regression)
                                        .length(2)
                                        .batches(1)
                                        .build()
                                        .next())
                .hasMessageContaining("one-hot");
        assertThatThrownBy(() -> drawn(1).length(EXAMPLES + 1).build().next())
                .hasMessageContaining("12 examples cannot be drawn without replacement from 11");
        assertThatThrownBy(() -> drawn(1).length(0).build())
                .hasMessageContaining("length must be >= 1");
        assertThatThrownBy(() -> new EpisodeDataSetIterator.Builder(numbered(3)).length(3).build())
                .hasMessageContaining("batches");
        DataSetIterator sequences =
                new ListDataSetIterator<>(
                        List.of(
                                new DataSet(
                                        Nd4j.zeros(DataType.FLOAT, 1, 2, 3),
                                        Nd4j.zeros(DataType.FLOAT, 1, 2, 3))));
        assertThatThrownBy(
                        () ->
                                new EpisodeDataSetIterator.Builder(sequences)
                                        .inOrder()
                                        .length(2)
                                        .build()
                                        .next())
                .hasMessageContaining("single examples")
                .hasMessageContaining("rank 3");
    }

    /** Eleven examples (i, −i) of class i mod 3. */
    private static DataSetIterator numbered(int batch) {
        INDArray features = Nd4j.zeros(DataType.FLOAT, EXAMPLES, 2);
        INDArray labels = Nd4j.zeros(DataType.FLOAT, EXAMPLES, 3);
        for (int i = 0; i < EXAMPLES; i++) {
            features.putScalar(i, 0, i);
            features.putScalar(i, 1, -i);
            labels.putScalar(i, label(i), 1);
        }
        return new ListDataSetIterator<>(new DataSet(features, labels).asList(), batch);
    }

    private static int label(double number) {
        return (int) number % 3;
    }

    private static EpisodeDataSetIterator.Builder drawn(long seed) {
        return new EpisodeDataSetIterator.Builder(numbered(4))
                .length(6)
                .perBatch(2)
                .batches(3)
                .seed(seed);
    }

    private static List<double[]> features(EpisodeDataSetIterator episodes) {
        List<double[]> result = new ArrayList<>();
        while (episodes.hasNext()) {
            result.add(exact(episodes.next().getFeatures()));
        }
        return result;
    }
}
