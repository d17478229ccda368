package org.vsml.lab.paper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.baselines.ClassicalLearners;
import org.vsml.baselines.MetaRnn;
import org.vsml.core.Engine;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.NamedArrays;
import org.vsml.core.Precision;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;
import org.vsml.episode.EpisodeDistribution;
import org.vsml.episode.EpisodeSource;
import org.vsml.episode.IntRange;
import org.vsml.episode.Seeds;
import org.vsml.episode.TaskDistribution;
import org.vsml.online.Comparison;
import org.vsml.online.ComparisonResult;
import org.vsml.online.Contender;
import org.vsml.online.LearnerAlgorithm;
import org.vsml.samediff.SameDiffEngine;

class OutcomesTest {

    private static final int SEEDS = 3;
    private static final int LENGTH = 24;
    private static final TaskShape TASK = TaskShape.of(6, 3);
    private static final Engine ENGINE = new SameDiffEngine(Precision.DOUBLE);

    @TempDir private Path folder;

    private static final EpisodeSource STREAMS =
            EpisodeDistribution.of(
                            EpisodeDistribution.Component.of(
                                    new TaskDistribution.RandomLabels(
                                            IntRange.of(6), IntRange.of(3), null),
                                    LENGTH))
                    .source((Path) null);

    private static Learner learner() {
        return MetaRnn.of(TASK).learner(ENGINE);
    }

    private static List<Contender> contenders() {
        return List.of(
                ClassicalLearners.named("sgd"),
                Contender.of(
                        new LearnerAlgorithm(
                                "rnn",
                                learner(),
                                learner().initialMetaVariables(Seeds.generator(7)))));
    }

    private ComparisonResult compare(EpisodeSource streams, int threads) throws IOException {
        return new Outcomes(folder, 5, threads)
                .compare(contenders(), "test set", streams, LENGTH, SEEDS);
    }

    private static List<String> curves(ComparisonResult result) {
        List<String> curves = new ArrayList<>();
        for (Contender contender : contenders()) {
            curves.add(result.curve(contender.name()).toString());
        }
        return curves;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> list = Files.list(folder)) {
            return list.sorted().toList();
        }
    }

    @Test
    void areThoseOfAComparisonForAnyNumberOfThreads() throws IOException {
        List<String> expected =
                curves(new Comparison(contenders(), STREAMS).run(5, SEEDS, 1, n -> {}));
        assertThat(curves(compare(STREAMS, 1))).isEqualTo(expected);
        for (Path file : files()) {
            Files.delete(file);
        }
        assertThat(curves(compare(STREAMS, 2))).isEqualTo(expected);
    }

    @Test
    void areFoundAgain() throws IOException {
        List<String> first = curves(compare(STREAMS, 1));
        AtomicInteger drawn = new AtomicInteger();
        EpisodeSource counting =
                seed -> {
                    drawn.incrementAndGet();
                    return STREAMS.sample(seed);
                };
        assertThat(curves(compare(counting, 1))).isEqualTo(first);
        assertThat(drawn).hasValue(0);
    }

    @Test
    void areMeasuredAgainWhereTheirFileIsDamaged() throws IOException {
        List<String> first = curves(compare(STREAMS, 1));
        assertThat(files()).hasSize(2);
        Files.writeString(files().get(0), "{\"settings\":[");
        Files.writeString(files().get(1), "{\"settings\":[],\"correct\":[]}");
        assertThat(curves(compare(STREAMS, 1))).isEqualTo(first);
    }

    @Test
    void batchesArePredictedBeforeTheirLabelsAreSeen() {
        Learner learner = Vsml.PAPER.learner(ENGINE);
        NamedArrays meta = learner.initialMetaVariables(Seeds.generator(3));
        Examples stream = STREAMS.sample(11).examples();
        double[] scores = new BatchedAlgorithm(learner, meta, 4).start(TASK, 9).learn(stream);
        Examples batches = new Examples(TASK, 4, stream.inputs(), stream.labels());
        NamedArrays start = learner.initialLearnedVariables(TASK, 4, Seeds.generator(9));
        try (Rollout rollout =
                learner.run(meta, List.of(start), List.of(batches), RolloutOptions.FORWARD)) {
            assertThat(scores).isEqualTo(rollout.logits(0));
        }
        // The label of the first example does not reach the others of its batch.
        int[] labels = stream.labels().clone();
        labels[0] = (labels[0] + 1) % 3;
        Examples changed = Examples.online(TASK, stream.inputs(), labels);
        double[] others = new BatchedAlgorithm(learner, meta, 4).start(TASK, 9).learn(changed);
        for (int i = 0; i < scores.length; i++) {
            if (i < 4 * 3) {
                assertThat(others[i]).isEqualTo(scores[i]);
            }
        }
        assertThat(others).isNotEqualTo(scores);
    }
}
