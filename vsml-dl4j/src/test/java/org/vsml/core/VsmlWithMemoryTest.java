package org.vsml.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vsml.cpu.CpuEngine;

class VsmlWithMemoryTest {

    private static final int A = MemoryCase.INPUTS;
    private static final int B = MemoryCase.CLASSES;

    /** Sums in another order, in double and in float. */
    private static final double DOUBLE_ROUNDING = 1e-10;

    private static final double FLOAT_ROUNDING = 5e-5;

    @TempDir Path folder;

    /** Logits of the reference and of the fused engine. */
    private static double[][] logits(MemoryCase c) {
        try (Rollout rollout =
                c.model()
                        .learner(new CpuEngine())
                        .run(
                                c.meta(),
                                List.of(c.start()),
                                List.of(c.examples()),
                                RolloutOptions.FORWARD)) {
            return new double[][] {c.reference().logits(), rollout.logits(0)};
        }
    }

    private static void assertSame(double[][] actual, double[][] expected) {
        assertThat(actual[0]).containsExactly(expected[0], within(DOUBLE_ROUNDING));
        assertThat(actual[1]).containsExactly(expected[1], within(FLOAT_ROUNDING));
    }

    /** A copy of values [outer, size, inner] in which index i of the middle axis has moved. */
    private static double[] moved(double[] values, int size, int inner, IntUnaryOperator to) {
        double[] result = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            int index = i / inner % size;
            result[i + (to.applyAsInt(index) - index) * inner] = values[i];
        }
        return result;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theOrderOfInputsDoesNotMatter(boolean resting) {
        MemoryCase c = MemoryCase.of(11, resting, true, 9, 4);
        IntUnaryOperator to = a -> (a * 5 + 2) % A;
        NamedArrays start = c.start().copy();
        for (String name : List.of("hidden.0", "cell.0", "discriminant.features.direction")) {
            start.set(name, moved(c.start().array(name), A, 1, to));
        }
        Examples examples =
                Examples.online(
                        c.examples().task(),
                        moved(c.examples().inputs(), A, 1, to),
                        c.examples().labels());

        assertSame(logits(c.from(start).over(examples)), logits(c));
    }

    @Test
    void theOrderOfClassesDoesNotMatter() {
        MemoryCase c = MemoryCase.of(12, false, true, 9, 4);
        IntUnaryOperator to = b -> (b + 2) % B;
        NamedArrays start = c.start().copy();
        for (String name : List.of("hidden.0", "cell.0")) {
            start.set(name, moved(c.start().array(name), B, A, to));
        }
        int[] labels = c.examples().labels().clone();
        for (int t = 0; t < labels.length; t++) {
            labels[t] = labels[t] == Examples.UNLABELLED ? labels[t] : to.applyAsInt(labels[t]);
        }
        Examples examples = Examples.online(c.examples().task(), c.examples().inputs(), labels);
        double[][] expected = logits(c);
        for (int i = 0; i < expected.length; i++) {
            expected[i] = moved(expected[i], B, 1, to);
        }

        assertSame(logits(c.from(start).over(examples)), expected);
    }

    @Test
    void theOrderOfUnitsDoesNotMatterAsLongAsNoneIsReplaced() {
        MemoryCase whole = MemoryCase.of(13, false, true, 50, 4);
        NamedArrays start = whole.over(whole.examples().slice(0, 8)).reference().learnedVariables();
        MemoryCase c = whole.from(start).over(whole.examples().slice(8, MemoryCase.LENGTH - 8));
        int units = start.layout().entry("memory.label").size();
        assertThat(units).isEqualTo(7);
        IntUnaryOperator to = s -> (s * 3 + 1) % units;
        NamedArrays turned = start.copy();
        for (String name : List.of("label", "input", "hidden", "cell")) {
            double[] values = start.array("memory." + name);
            turned.set("memory." + name, moved(values, units, values.length / units, to));
        }

        assertSame(logits(c.from(turned)), logits(c));
    }

    @Test
    void beforeAnyLabelAllClassesAreEquallyLikely() {
        MemoryCase c = MemoryCase.of(14, false, true, 9, 4);
        double[] logits = c.reference().logits();
        for (int b = 1; b < B; b++) {
            assertThat(logits[b]).isCloseTo(logits[0], within(1e-12));
        }
    }

    @Test
    void unitsBeyondTheCapacityTakeThePlaceOfTheOldest() {
        MemoryCase c = MemoryCase.of(15, false, false, 5, 4);
        NamedArrays end = c.reference().learnedVariables();
        assertThat(end.array("memory.examples")).containsExactly(MemoryCase.LENGTH - 1);
        double[] labels = end.array("memory.label");
        assertThat(labels).hasSize(5);
        for (int s = 0; s < 5; s++) {
            assertThat(labels[s]).isEqualTo(c.examples().labels()[MemoryCase.LENGTH - 5 + s]);
        }
    }

    @Test
    void learnedVariablesThatCannotBeGoneOnFromAreRefused() {
        MemoryCase c = MemoryCase.of(16, false, true, 5, 4);
        TaskShape task = c.examples().task();
        NamedArrays end = c.reference().learnedVariables();
        c.model().requireLearnedVariables(end, task, 1, "episode 2");

        NamedArrays other = end.copy();
        other.set("memory.label", 0, 1, 3, 0, 0);
        assertThatThrownBy(() -> c.model().requireLearnedVariables(other, task, 1, "episode 2"))
                .hasMessage("memory.label of episode 2 must be classes in [0, 3), got 3.0");
        NamedArrays negative = end.copy();
        negative.set("conditioning.squares", 1, 1, 1, -2, 1, 1);
        assertThatThrownBy(() -> c.model().requireLearnedVariables(negative, task, 1, "episode 2"))
                .hasMessage("conditioning.squares of episode 2 must be >= 0, got -2.0");
        MemoryCase smaller = MemoryCase.of(16, false, true, 4, 4);
        assertThatThrownBy(() -> smaller.model().requireLearnedVariables(end, task, 1, "episode 2"))
                .hasMessage(
                        "learned variables of episode 2 have 5 recruited units, the capacity is 4");
        assertThatThrownBy(
                        () ->
                                c.model()
                                        .requireLearnedVariables(
                                                end, TaskShape.of(7, 3), 1, "episode 2"))
                .hasMessageStartingWith("learned variables do not fit episode 2");
        assertThatThrownBy(() -> c.model().learnedVariableLayout(task, 2))
                .hasMessageContaining("parallel must be 1, got 2");
    }

    @Test
    void layersThatAMemoryCannotStandBesideAreRefused() {
        MemoryCase c = MemoryCase.of(17, false, false, 5, 4);
        Vsml layer = c.model().layer();
        refuses(layer.withArchitecture(Architecture.dense(3)), "a single dense layer");
        refuses(
                new Vsml(
                        layer.subRnn().withLayerNorm(true), layer.architecture(), layer.dynamics()),
                "LSTMs without layer normalisation");
        refuses(
                layer.withDynamics(layer.dynamics().withBackwardPass(false, false)),
                "a reverse pass with meta variables of its own");
        refuses(
                layer.withDynamics(layer.dynamics().withBackwardPass(true, false)),
                "a reverse pass with meta variables of its own");
        refuses(
                layer.withDynamics(layer.dynamics().withAggregation(Aggregation.SUM)),
                "means of messages");
    }

    private static void refuses(Vsml layer, String message) {
        assertThatThrownBy(
                        () ->
                                new VsmlWithMemory(
                                        layer,
                                        Conditioning.STANDARD,
                                        Memory.STANDARD,
                                        Discriminant.STANDARD))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void algorithmsWithAMemoryOrConditionedInputsAreLoadedAsTheyWereSaved() throws IOException {
        MemoryCase c = MemoryCase.of(18, true, false, 5, 4);
        VsmlWithMemory unbounded =
                new VsmlWithMemory(
                        c.model().layer(),
                        new Conditioning(Double.POSITIVE_INFINITY, 0.5),
                        new Memory(7, 3, Double.POSITIVE_INFINITY, 0.1, 5, 2),
                        new Discriminant(List.of(0.1, 2.0), 3)
                                .withFeatures(FourierFeatures.STANDARD));
        for (LearnerConfig config :
                List.of(c.model(), unbounded, new Conditioned(Vsml.PAPER, Conditioning.STANDARD))) {
            NamedArrays meta = config.initialMetaVariables(new java.util.SplittableRandom(1));
            Path file = folder.resolve("algorithm.vsml");
            new LearningAlgorithm(config, meta, Provenance.of("test", meta).build()).save(file);
            LearningAlgorithm loaded = LearningAlgorithm.load(file);
            assertThat(loaded.config()).isEqualTo(config);
            assertThat(loaded.metaVariables().sha256()).isEqualTo(meta.sha256());
        }
    }

    @Test
    void aMemoryAroundALayerPredictsByItAndItsNeighbours() {
        MemoryCase c = MemoryCase.of(19, false, false, 5, 4);
        NamedArrays ofLayer =
                c.model().layer().initialMetaVariables(new java.util.SplittableRandom(2));
        NamedArrays around = c.model().around(ofLayer);
        assertThat(around.layout()).isEqualTo(c.model().metaVariableLayout());
        for (ArrayLayout.Entry entry : ofLayer.layout().entries()) {
            assertThat(around.array(entry.name())).isEqualTo(ofLayer.array(entry.name()));
        }
        assertThat(around.array("memory.evidence")).containsOnly(0);
        assertThat(around.array("reading.trust")).containsOnly(0);
        assertThat(around.array("reading.weight")).containsExactly(1, 1);
    }
}
