package org.vsml.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vsml.core.Architecture;
import org.vsml.core.ArrayLayout;
import org.vsml.core.CellType;
import org.vsml.core.ConstantInputs;
import org.vsml.core.Dynamics;
import org.vsml.core.Engine;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.LearnerStream;
import org.vsml.core.NamedArrays;
import org.vsml.core.Precision;
import org.vsml.core.RandomCase;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.SubRnn;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;

class CpuLearnerTest {

    private static final Vsml DEEP =
            new Vsml(
                    SubRnn.PAPER.withStateSize(5).withMessageSize(3),
                    Architecture.dense(7),
                    Dynamics.PAPER.withFeedLabel(true).withBackwardPass(true, true));

    private static final Vsml RESTING =
            DEEP.withDynamics(DEEP.dynamics().withConstantInputs(ConstantInputs.REST));

    @Test
    void theGradientIsTheSameToTheLastBitOnAnyNumberOfThreads() throws Exception {
        Learner learner = new CpuEngine().learner(DEEP);
        List<RandomCase> cases = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            TaskShape task = TaskShape.of(20 + 3 * i, 4);
            cases.add(RandomCase.of(DEEP, task, 1, 10 + i, new Random(i)));
        }
        double[] alone = gradientOf(learner, cases, RolloutOptions.GRADIENT, 1);
        for (int threads = 2; threads <= 4; threads++) {
            assertThat(gradientOf(learner, cases, RolloutOptions.GRADIENT, threads))
                    .isEqualTo(alone);
        }
    }

    @Test
    void recomputingBetweenCheckpointsChangesNoBit() throws Exception {
        Learner learner = new CpuEngine().learner(DEEP);
        List<RandomCase> cases =
                List.of(RandomCase.of(DEEP, TaskShape.of(40, 3), 2, 50, new Random(1)));
        double[] kept = gradientOf(learner, cases, RolloutOptions.GRADIENT, 1);
        for (long budget : new long[] {1, 100_000, 500_000}) {
            assertThat(
                            gradientOf(
                                    learner,
                                    cases,
                                    RolloutOptions.GRADIENT.withMemoryBudget(budget),
                                    1))
                    .as("budget of %d bytes", budget)
                    .isEqualTo(kept);
        }
    }

    @Test
    void whatEarlierRunsLeftInTheirArraysChangesNoBit() throws Exception {
        CpuLearner used = (CpuLearner) new CpuEngine().learner(DEEP);
        List<RandomCase> cases =
                List.of(RandomCase.of(DEEP, TaskShape.of(41, 3), 1, 6, new Random(1)));
        double[] alone =
                gradientOf(new CpuEngine().learner(DEEP), cases, RolloutOptions.GRADIENT, 1);
        fillWithNaN(used.stateArrays());
        assertThat(gradientOf(used, cases, RolloutOptions.GRADIENT, 1)).isEqualTo(alone);
    }

    /** Arrays of all lengths that an episode of the test may ask for. */
    private static void fillWithNaN(StateArrays arrays) {
        List<float[]> taken = new ArrayList<>();
        for (int length = 1; length < 20_000; length = StateArrays.roundUp(length + 1)) {
            for (int i = 0; i < 30; i++) {
                taken.add(arrays.take(length));
            }
        }
        for (float[] array : taken) {
            Arrays.fill(array, Float.NaN);
            arrays.giveBack(array);
        }
    }

    private static double[] gradientOf(
            Learner learner, List<RandomCase> cases, RolloutOptions options, int threads)
            throws Exception {
        ForkJoinPool pool = new ForkJoinPool(threads);
        try {
            return pool.submit(
                            () -> {
                                try (Rollout rollout =
                                        learner.run(
                                                cases.get(0).metaVariables(),
                                                cases.stream().map(RandomCase::start).toList(),
                                                cases.stream().map(RandomCase::examples).toList(),
                                                options)) {
                                    List<double[]> gradients = new ArrayList<>();
                                    for (int i = 0; i < cases.size(); i++) {
                                        double[] ones = new double[rollout.logits(i).length];
                                        Arrays.setAll(ones, k -> Math.sin(k));
                                        gradients.add(ones);
                                    }
                                    return rollout.backward(gradients).metaVariables();
                                }
                            })
                    .get();
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void aStreamGivesTheLogitsAndStatesOfARunAndPredictingChangesNothing() {
        for (Vsml model : List.of(DEEP, Vsml.PAPER, RESTING)) {
            Learner learner = new CpuEngine().learner(model);
            RandomCase c = RandomCase.of(model, TaskShape.of(18, 3), 1, 12, new Random(5));
            letInputsChangeOneByOne(c);
            try (Rollout rollout =
                    learner.run(
                            c.metaVariables(),
                            List.of(c.start()),
                            List.of(c.examples()),
                            RolloutOptions.FORWARD)) {
                double[] logits = rollout.logits(0);
                LearnerStream stream =
                        learner.open(c.metaVariables(), c.examples().task(), c.start());
                for (int t = 0; t < 12; t++) {
                    double[] x = Arrays.copyOfRange(c.examples().inputs(), t * 18, (t + 1) * 18);
                    double[] expected = Arrays.copyOfRange(logits, t * 3, (t + 1) * 3);
                    assertThat(stream.predict(x)).isEqualTo(expected);
                    assertThat(stream.predict(x)).isEqualTo(expected);
                    assertThat(stream.learn(x, c.examples().labels()[t])).isEqualTo(expected);
                }
                assertThat(stream.learnedVariables().values())
                        .isEqualTo(rollout.learnedVariables(0).values());
            }
        }
    }

    /** Of a stream that is new: input i is the same until example i. */
    private static void letInputsChangeOneByOne(RandomCase c) {
        int inputs = c.examples().task().inputs();
        double[] x = c.examples().inputs();
        for (int t = 1; t < c.examples().length(); t++) {
            System.arraycopy(x, t, x, t * inputs + t, inputs - t);
        }
        if (c.model().inputsRest()) {
            c.start().set("begun", 0);
            c.start().set("awake", new double[inputs]);
        }
    }

    @Test
    void inputsThatNeverChangeAlterNothingOnceAnotherHasChanged() {
        Learner learner = new CpuEngine().learner(RESTING);
        RandomCase few = RandomCase.of(RESTING, TaskShape.of(9, 3), 1, 10, new Random(3));
        few.start().set("begun", 1);
        few.start().set("awake", new double[9]);
        int[] places = {1, 2, 3, 5, 8, 13, 14, 15, 20};
        TaskShape wide = TaskShape.of(25, 3);
        NamedArrays start = NamedArrays.zeros(learner.learnedVariableLayout(wide, 1));
        for (ArrayLayout.Entry entry : start.layout().entries()) {
            double[] narrow = few.start().array(entry.name());
            boolean ofInputs = narrow.length < entry.size();
            start.set(entry.name(), ofInputs ? spread(narrow, 9, places, 25, -7) : narrow);
        }
        // The other inputs never awake, and always as they were first.
        start.set("awake", new double[25]);
        Examples examples =
                Examples.online(
                        wide,
                        spread(few.examples().inputs(), 9, places, 25, -7),
                        few.examples().labels());
        assertThat(logits(learner, few.metaVariables(), start, examples))
                .isEqualTo(logits(learner, few.metaVariables(), few.start(), few.examples()));
    }

    /** Rows of {@code from} values to rows of {@code to}, the rest filled. */
    private static double[] spread(double[] rows, int from, int[] places, int to, double filling) {
        double[] result = new double[rows.length / from * to];
        Arrays.fill(result, filling);
        for (int i = 0; i < rows.length; i++) {
            result[i / from * to + places[i % from]] = rows[i];
        }
        return result;
    }

    private static double[] logits(
            Learner learner, NamedArrays metaVariables, NamedArrays start, Examples examples) {
        try (Rollout rollout =
                learner.run(
                        metaVariables, List.of(start), List.of(examples), RolloutOptions.FORWARD)) {
            return rollout.logits(0);
        }
    }

    @Test
    void metaVariablesThatAreNotNumbersGiveNoCrash() {
        Learner learner = new CpuEngine().learner(DEEP);
        RandomCase c = RandomCase.of(DEEP, TaskShape.of(5, 3), 1, 2, new Random(5));
        NamedArrays broken = c.metaVariables().copy();
        Arrays.fill(broken.values(), Double.NaN);
        try (Rollout rollout =
                learner.run(
                        broken,
                        List.of(c.start()),
                        List.of(c.examples()),
                        RolloutOptions.GRADIENT)) {
            assertThat(rollout.logits(0)).containsOnly(Double.NaN);
            assertThat(rollout.backward(List.of(new double[6])).metaVariables())
                    .contains(Double.NaN);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"w_f", "w_b", "w_h", "bias", "fwd_w"})
    void oneMetaVariableThatIsNoNumberMakesNoPredictionANumber(String array) {
        Learner learner = new CpuEngine().learner(DEEP);
        RandomCase c = RandomCase.of(DEEP, TaskShape.of(5, 3), 1, 2, new Random(5));
        NamedArrays broken = c.metaVariables().copy();
        double[] values = broken.array("sub_rnn.0." + array);
        values[1] = Double.NaN;
        broken.set("sub_rnn.0." + array, values);
        try (Rollout rollout =
                learner.run(
                        broken,
                        List.of(c.start()),
                        List.of(c.examples()),
                        RolloutOptions.FORWARD)) {
            assertThat(rollout.logits(0)).containsOnly(Double.NaN);
        }
    }

    @Test
    void streamsRejectWhatDoesNotFit() {
        Learner learner = new CpuEngine().learner(Vsml.PAPER);
        RandomCase c = RandomCase.of(Vsml.PAPER, TaskShape.of(5, 3), 1, 2, new Random(5));
        LearnerStream stream = learner.open(c.metaVariables(), c.examples().task(), c.start());
        assertThatThrownBy(() -> stream.predict(new double[4]))
                .hasMessage("an example of this stream has 5 inputs, got 4");
        assertThatThrownBy(() -> stream.learn(new double[5], 3))
                .hasMessage("label must be in [0, 3), got 3");
        assertThatThrownBy(() -> stream.learn(new double[] {0, Double.NaN, 0, 0, 0}, 0))
                .hasMessage("input 1 must be finite and within float, got NaN");
        assertThat(stream.learn(new double[5], Examples.UNLABELLED)).hasSize(3);
    }

    @Test
    void aStreamGoesThroughManyExamplesAsThroughOneAfterTheOther() {
        Learner learner = new CpuEngine().learner(Vsml.PAPER);
        RandomCase c = RandomCase.of(Vsml.PAPER, TaskShape.of(5, 3), 1, 6, new Random(6));
        Examples all = c.examples();
        LearnerStream pieces = learner.open(c.metaVariables(), all.task(), c.start());
        LearnerStream single = learner.open(c.metaVariables(), all.task(), c.start());
        double[] first = pieces.learn(all.slice(0, 4));
        double[] second = pieces.learn(all.slice(4, 2));
        for (int t = 0; t < 6; t++) {
            double[] logits =
                    single.learn(
                            Arrays.copyOfRange(all.inputs(), 5 * t, 5 * t + 5), all.labels()[t]);
            int from = 3 * (t < 4 ? t : t - 4);
            assertThat(Arrays.copyOfRange(t < 4 ? first : second, from, from + 3))
                    .isEqualTo(logits);
        }
        assertThat(pieces.learnedVariables().values())
                .isEqualTo(single.learnedVariables().values());
        assertThatThrownBy(
                        () -> pieces.learn(new Examples(all.task(), 2, all.inputs(), all.labels())))
                .hasMessageContaining("one example at a time");
    }

    @Test
    void automaticChoiceIsFusedInFloatAndFallsBackToSameDiff() {
        assertThat(Engine.auto(Precision.FLOAT).learner(Vsml.PAPER)).isInstanceOf(CpuLearner.class);
        assertThat(Engine.auto(Precision.DOUBLE).learner(Vsml.PAPER))
                .isNotInstanceOf(CpuLearner.class);
        Vsml gru =
                new Vsml(SubRnn.PAPER.withCell(CellType.GRU), Architecture.dense(), Dynamics.PAPER);
        assertThat(Engine.auto().learner(gru)).isNotInstanceOf(CpuLearner.class);
        assertThatThrownBy(() -> new CpuEngine().learner(gru))
                .hasMessageContaining("the cpu engine runs LSTMs, got Vsml[");
    }

    /** Prints which kernels a JVM started without the module falls back to. */
    static final class WithoutModule {
        public static void main(String[] arguments) {
            System.out.println("kernels: " + new CpuEngine().kernels());
        }
    }

    @Test
    void aJvmWithoutTheVectorModuleRunsThePortableKernelsAndSaysHowToGetTheFastOnes()
            throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        Process process =
                new ProcessBuilder(java, "-cp", classPath, WithoutModule.class.getName())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output)
                .contains("kernels: portable")
                .contains("--add-modules jdk.incubator.vector");
        assertThat(classPath).contains(File.pathSeparator);
    }
}
