package org.vsml.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.vsml.dl4j.TestNetworks.CLASSES;
import static org.vsml.dl4j.TestNetworks.FEATURES;
import static org.vsml.dl4j.TestNetworks.exact;
import static org.vsml.dl4j.TestNetworks.examples;
import static org.vsml.dl4j.TestNetworks.graph;
import static org.vsml.dl4j.TestNetworks.labels;
import static org.vsml.dl4j.TestNetworks.layer;
import static org.vsml.dl4j.TestNetworks.network;
import static org.vsml.dl4j.TestNetworks.tiny;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.ViewIterator;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.preprocessor.DataNormalization;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerMinMaxScaler;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.slf4j.LoggerFactory;

/** What a caller hands over is read, not written to, and what a mask hides is not looked at. */
class CallersDataTest {

    private static final int ROWS = 24;

    /** Iterators that hand out the caller's arrays, or views of them, epoch after epoch. */
    static Stream<Arguments> iteratorsAndNormalizers() {
        List<Function<DataSet, DataSetIterator>> iterators =
                List.of(
                        data -> new ListDataSetIterator<>(data.asList(), 1),
                        data -> new ListDataSetIterator<>(data.asList(), 6),
                        data -> new ExistingDataSetIterator(data.asList()),
                        data -> new ExistingDataSetIterator(List.of(data)),
                        data -> new ViewIterator(data, 1),
                        data -> new ViewIterator(data, 6));
        return iterators.stream()
                .flatMap(
                        iterator ->
                                Stream.of(new NormalizerStandardize(), new NormalizerMinMaxScaler())
                                        .map(normalizer -> Arguments.of(iterator, normalizer)));
    }

    @ParameterizedTest
    @MethodSource("iteratorsAndNormalizers")
    void aNormalizerIsAppliedOnceInEveryEpochAndToACopy(
            Function<DataSet, DataSetIterator> iterator, DataNormalization normalizer) {
        DataSet data = Flowers.rows(ROWS, FEATURES, CLASSES, 1, 2);
        data.getFeatures().muli(20).addi(50);
        normalizer.fit(data);
        DataSet expected = data.copy();
        normalizer.transform(expected);
        DataSet before = data.copy();
        EpisodeDataSetIterator episodes =
                new EpisodeDataSetIterator.Builder(iterator.apply(data))
                        .normalizer(normalizer)
                        .length(ROWS)
                        .batches(1)
                        .inOrder()
                        .build();

        for (int epoch = 0; epoch < 3; epoch++) {
            INDArray episode = episodes.next().getFeatures();
            for (int t = 0; t < ROWS; t++) {
                for (int j = 0; j < FEATURES; j++) {
                    assertThat(episode.getFloat(0, j, t))
                            .as("epoch %d", epoch)
                            .isEqualTo(expected.getFeatures().getFloat(t, j));
                }
            }
            episodes.reset();
        }

        assertThat(exact(data.getFeatures())).isEqualTo(exact(before.getFeatures()));
        assertThat(exact(data.getLabels())).isEqualTo(exact(before.getLabels()));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, 1e30, 0.5, -1})
    void whatALabelMaskHidesIsNotLookedAt(double hidden) {
        ComputationGraph graph = graph(DataType.FLOAT, new Sgd(0.1), layer(tiny()).build());
        INDArray x = examples(DataType.FLOAT, 2, FEATURES, 4, 1);
        INDArray y = labels(DataType.FLOAT, 2, CLASSES, 4, 2);
        INDArray mask = Nd4j.ones(DataType.FLOAT, 2, 4);
        mask.putScalar(1, 2, 0);
        INDArray none = y.dup();
        INDArray other = y.dup();
        for (int b = 0; b < CLASSES; b++) {
            none.putScalar(new int[] {1, b, 2}, 0);
            other.putScalar(new int[] {1, b, 2}, hidden);
        }
        INDArray[] masks = {Nd4j.ones(DataType.FLOAT, 2, 4), mask};

        INDArray expected = graph.outputSingle(x, none);
        INDArray actual = graph.output(false, new INDArray[] {x, other}, masks)[0];

        assertThat(exact(actual)).isEqualTo(exact(expected));
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.NEGATIVE_INFINITY, 1e30})
    void whatAStepMaskHidesIsNotLookedAt(double hidden) {
        ComputationGraph graph = graph(DataType.FLOAT, new Sgd(0.1), layer(tiny()).build());
        INDArray x = examples(DataType.FLOAT, 2, FEATURES, 4, 1);
        INDArray y = labels(DataType.FLOAT, 2, CLASSES, 4, 2);
        INDArray mask = Nd4j.ones(DataType.FLOAT, 2, 4);
        mask.putScalar(1, 3, 0);
        INDArray[] masks = {mask, null};
        INDArray expected = graph.output(false, new INDArray[] {x, y}, masks)[0].dup();
        INDArray otherX = x.dup();
        otherX.putScalar(new int[] {1, 0, 3}, hidden);
        INDArray otherY = y.dup();
        otherY.putScalar(new int[] {1, 0, 3}, hidden);

        INDArray actual = graph.output(false, new INDArray[] {otherX, otherY}, masks)[0];

        assertThat(exact(actual)).isEqualTo(exact(expected));
    }

    @Test
    void rowsBehindAMaskMakeNoExampleOfAnEpisode() {
        DataSet data = Flowers.rows(ROWS, FEATURES, CLASSES, 1, 2);
        INDArray features = data.getFeatures().dup();
        INDArray labels = data.getLabels().dup();
        INDArray mask = Nd4j.ones(DataType.FLOAT, ROWS, 1);
        for (int hidden : new int[] {0, 5, ROWS - 1}) {
            features.putScalar(hidden, 1, Float.NaN);
            labels.putScalar(hidden, 0, Float.NaN);
            mask.putScalar(hidden, 0, 0);
        }
        EpisodeDataSetIterator episodes =
                new EpisodeDataSetIterator.Builder(
                                new ExistingDataSetIterator(
                                        List.of(new DataSet(features, labels, null, mask))))
                        .length(ROWS)
                        .batches(1)
                        .inOrder()
                        .build();

        INDArray episode = episodes.next().getFeatures();

        assertThat(episode.size(2)).isEqualTo(ROWS - 3);
        assertThat(episode.getFloat(0, 0, 0)).isEqualTo(features.getFloat(1, 0));
        assertThat(episodes.hasNext()).isFalse();
    }

    @Test
    void aClassIndexAndAWrongWidthAreToldApart() {
        ComputationGraph graph = graph(DataType.FLOAT, new Sgd(0.1), layer(tiny()).build());
        INDArray x = examples(DataType.FLOAT, 2, FEATURES, 4, 1);

        assertThatThrownBy(() -> graph.outputSingle(x, Nd4j.zeros(DataType.FLOAT, 2, 1, 4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a class index: make the labels one-hot");
        assertThatThrownBy(
                        () ->
                                graph.outputSingle(
                                        examples(DataType.FLOAT, 2, 9, 4, 1),
                                        labels(DataType.FLOAT, 2, CLASSES, 4, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("with 2 classes these are 9 features")
                .hasMessageContaining("nIn");
    }

    @Test
    void fitOfEpisodesOfOneStepIsRefusedAndTheirOutputWarnedOfOnce() {
        ComputationGraph graph = graph(DataType.FLOAT, new Sgd(0.1), layer(tiny()).build());
        INDArray x = examples(DataType.FLOAT, 6, FEATURES, 1, 1).reshape(6, FEATURES);
        INDArray y = labels(DataType.FLOAT, 6, CLASSES, 1, 2).reshape(6, CLASSES);
        INDArray targets = y.reshape(6, CLASSES, 1);

        assertThatThrownBy(() -> graph.fit(new INDArray[] {x, y}, new INDArray[] {targets}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("6 episodes of one step each (T = 1)")
                .hasMessageContaining("[1, classes, 6], not [6, classes]");
        List<String> told =
                logged(
                        () -> {
                            graph.outputSingle(x, y);
                            graph.outputSingle(x, y);
                        });
        assertThat(told).singleElement().asString().contains("6 episodes of one step");
    }

    @Test
    void rnnTimeStepOfSeveralRowsSaysOnceThatTheyAreSeparateEpisodes() {
        var network = network(DataType.FLOAT, new Sgd(0.1), layer(tiny()).build());
        INDArray rows =
                Nd4j.concat(
                        1,
                        examples(DataType.FLOAT, 3, FEATURES, 1, 1),
                        labels(DataType.FLOAT, 3, CLASSES, 1, 2));

        List<String> told =
                logged(
                        () -> {
                            network.rnnTimeStep(rows);
                            network.rnnTimeStep(rows);
                        });

        assertThat(told)
                .singleElement()
                .asString()
                .contains("3 separate episodes")
                .contains("one after the other");
    }

    private static List<String> logged(Runnable work) {
        Logger logger = (Logger) LoggerFactory.getLogger(VsmlLayer.class);
        ListAppender<ILoggingEvent> events = new ListAppender<>();
        events.start();
        logger.addAppender(events);
        try {
            work.run();
        } finally {
            logger.detachAppender(events);
        }
        return events.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }
}
