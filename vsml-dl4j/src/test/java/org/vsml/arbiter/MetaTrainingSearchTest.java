package org.vsml.arbiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.SubRnn;
import org.vsml.core.Vsml;
import org.vsml.episode.EpisodeDistribution;
import org.vsml.episode.IntRange;
import org.vsml.episode.TaskDistribution;
import org.vsml.meta.GradientEstimator;
import org.vsml.meta.MetaTrainingConfig;
import org.vsml.meta.Optimizer;
import org.vsml.meta.Phase;
import org.vsml.meta.Schedule;

class MetaTrainingSearchTest {

    private static final MetaTrainingData.Settings DATA =
            new MetaTrainingData.Settings("", true, List.of("mnist"), 25, 2, 3);

    @TempDir private Path folder;

    private static MetaTrainingConfig config() {
        Vsml model =
                new Vsml(
                        new SubRnn(4, 2, 2, false, -5, 5),
                        Vsml.PAPER.architecture(),
                        Vsml.PAPER.dynamics());
        EpisodeDistribution episodes =
                EpisodeDistribution.of(
                        EpisodeDistribution.Component.of(
                                new TaskDistribution.RandomLabels(
                                        IntRange.of(4), IntRange.of(2), 4),
                                5));
        return MetaTrainingConfig.of(
                "search-test",
                model,
                Phase.of(
                        8,
                        episodes,
                        2,
                        GradientEstimator.Backpropagation.clipped(5),
                        Optimizer.Adam.of(Schedule.constant(0.01))));
    }

    private static MetaTrainingSpace space() {
        return MetaTrainingSpace.standard(
                config(), Set.of(Setting.LEARNING_RATE, Setting.STATE_SIZE));
    }

    private MetaTrainingSearch search(String name) {
        return MetaTrainingSearch.over(space())
                .candidates(5)
                .seed(4)
                .data(DATA)
                .folder(folder.resolve(name));
    }

    /** All but the time it took. */
    private static List<String> essence(SearchResult result) {
        return result.candidates().stream()
                .map(
                        c ->
                                c.candidate()
                                        + " "
                                        + c.point()
                                        + c.values()
                                        + c.outcome()
                                        + c.score()
                                        + c.rungs()
                                        + c.steps())
                .toList();
    }

    @Tag("slow")
    @ParameterizedTest
    @EnumSource(SearchMethod.class)
    void aSearchThatIsStoppedAndResumedIsTheSameSearch(SearchMethod method) throws Exception {
        SearchResult whole = search("whole").method(method).run();
        assertThat(whole.finished()).isTrue();
        assertThat(whole.candidates()).hasSize(5);
        assertThat(whole.baseline().outcome()).isEqualTo(CandidateResult.Outcome.COMPLETE);

        SearchResult part = search("parts").method(method).candidates(2).run();
        assertThat(essence(part)).isEqualTo(essence(whole).subList(0, 2));
        // As if killed while the result of candidate 1 was not yet written.
        Files.delete(folder.resolve("parts/candidates/00001/result.json"));
        List<Integer> told = new ArrayList<>();
        SearchResult rest =
                search("parts")
                        .method(method)
                        .resume(true)
                        .threads(2)
                        .listener(c -> told.add(c.candidate()))
                        .run();

        assertThat(essence(rest)).isEqualTo(essence(whole));
        assertThat(told).containsExactly(-1, 0, 1, 2, 3, 4);
        CandidateResult best = rest.best().orElseThrow();
        assertThat(best.score())
                .isEqualTo(
                        rest.candidates().stream()
                                .filter(c -> c.outcome() == CandidateResult.Outcome.COMPLETE)
                                .mapToDouble(CandidateResult::score)
                                .max()
                                .orElseThrow());
        Path file =
                folder.resolve(
                        String.format("parts/candidates/%05d/algorithm.vsml", best.candidate()));
        Vsml model = (Vsml) LearningAlgorithm.load(file).config();
        assertThat(model.subRnn().stateSize()).isEqualTo(best.values().get(Setting.STATE_SIZE));
    }

    @Test
    void aGridEndsByItself() throws Exception {
        SearchResult result =
                search("grid").method(SearchMethod.GRID).gridPoints(2).candidates(1000).run();

        assertThat(result.finished()).isTrue();
        // 3 state sizes, 2 learning rates, each once.
        assertThat(result.candidates()).hasSize(6);
        assertThat(result.candidates().stream().map(CandidateResult::values).distinct()).hasSize(6);
    }

    @Test
    void hopelessCandidatesStopAtARungAndOnlyThose() throws Exception {
        SearchResult result = search("early").candidates(12).run();

        List<CandidateResult> before = new ArrayList<>(List.of(result.baseline()));
        int stopped = 0;
        for (CandidateResult candidate : result.candidates()) {
            for (int rung = 0; rung < candidate.rungs().size() && rung < 2; rung++) {
                int at = rung;
                double[] others =
                        before.stream()
                                .filter(c -> c.rungs().size() > at)
                                .mapToDouble(c -> c.rungs().get(at))
                                .sorted()
                                .toArray();
                double median = (others[(others.length - 1) / 2] + others[others.length / 2]) / 2;
                boolean hopeless = others.length >= 3 && candidate.rungs().get(rung) < median;
                boolean last = rung == candidate.rungs().size() - 1;
                assertThat(last)
                        .as("%s of %s", candidate, Arrays.toString(others))
                        .isEqualTo(hopeless);
            }
            if (candidate.outcome() == CandidateResult.Outcome.STOPPED) {
                stopped++;
                assertThat(candidate.steps()).isIn(2L, 4L);
                assertThat(candidate.rungs()).hasSizeLessThan(3);
            } else {
                assertThat(candidate.steps()).isEqualTo(8);
            }
            before.add(candidate);
        }
        assertThat(stopped).isPositive();
        SearchResult patient = search("patient").candidates(12).earlyStop(false).run();
        assertThat(patient.candidates())
                .extracting(CandidateResult::outcome)
                .containsOnly(CandidateResult.Outcome.COMPLETE);
    }

    @Test
    void whatIsImpossibleIsARowAndNotTheEnd() throws Exception {
        MetaTrainingSpace space =
                MetaTrainingSpace.around(config())
                        .with(Setting.STATE_SIZE, new DiscreteParameterSpace<>(0, 4));

        SearchResult result =
                MetaTrainingSearch.over(space)
                        .method(SearchMethod.GRID)
                        .data(DATA)
                        .folder(folder.resolve("impossible"))
                        .run();

        assertThat(result.finished()).isTrue();
        assertThat(result.candidates())
                .extracting(CandidateResult::outcome)
                .containsExactlyInAnyOrder(
                        CandidateResult.Outcome.COMPLETE, CandidateResult.Outcome.IMPOSSIBLE);
        assertThat(result.candidates())
                .filteredOn(c -> c.score() == null)
                .singleElement()
                .satisfies(c -> assertThat(c.message()).contains("stateSize"));
    }

    @Test
    void whenTimeRunsOutThereIsSomethingToResume() throws Exception {
        SearchResult late = search("late").seconds(1e-9).run();
        assertThat(late.finished()).isFalse();
        assertThat(late.candidates()).isEmpty();

        SearchResult resumed = search("late").resume(true).run();

        assertThat(essence(resumed)).isEqualTo(essence(search("again").run()));
    }

    @Test
    @Tag("slow")
    void aSearchThatIsInterruptedAgainAndAgainAlsoWithinACandidateIsTheSameSearch()
            throws Exception {
        SearchResult result = search("bits").candidates(1).seconds(1e-9).run();
        int calls = 0;
        while (!result.finished()) {
            calls++;
            assertThat(calls).isLessThan(200);
            result = search("bits").candidates(1).seconds(0.03 * calls).resume(true).run();
        }

        assertThat(calls).isGreaterThan(1);
        assertThat(essence(result)).isEqualTo(essence(search("at once").candidates(1).run()));
        assertThat(folder.resolve("bits/candidates/baseline/rungs")).doesNotExist();
    }

    @Test
    void anotherSearchInTheFolderIsRefused() throws Exception {
        search("mine").candidates(1).run();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> search("mine").run())
                .withMessageContaining("holds a search; resume it");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> search("mine").resume(true).seed(5).run())
                .withMessageContaining("its seed is 4, asked for is 5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> search("mine").resume(true).method(SearchMethod.GENETIC).run())
                .withMessageContaining("its method is");
    }

    @Test
    void aDamagedResultIsNamed() throws Exception {
        search("damaged").candidates(1).run();
        Path file = folder.resolve("damaged/candidates/baseline/result.json");
        Files.writeString(file, Files.readString(file).substring(0, 40));

        org.assertj.core.api.Assertions.assertThatIOException()
                .isThrownBy(() -> search("damaged").resume(true).run())
                .withMessageContaining("baseline/result.json");
    }
}
