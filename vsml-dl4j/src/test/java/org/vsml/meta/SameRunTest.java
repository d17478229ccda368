package org.vsml.meta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.core.ArrayFile;
import org.vsml.core.ArrayLayout;
import org.vsml.core.InputShape;
import org.vsml.core.NamedArrays;
import org.vsml.episode.DataSets;
import org.vsml.episode.EpisodeDistribution;
import org.vsml.episode.EpisodeDistribution.Component;
import org.vsml.episode.ImageSet;
import org.vsml.episode.TaskDistribution;
import org.vsml.episode.View;

/** What a run that goes on must find as it left it, and what it makes up for. */
class SameRunTest {

    private static final String KIND = "meta-training-state";

    @TempDir private Path folder;

    /** Images of this name and shape, other pixels or labels for another seed or shift. */
    private static DataSets data(int pixel, int shift) {
        byte[] pixels = new byte[120 * 4];
        int[] labels = new int[120];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 37);
        }
        pixels[pixel] ^= 1;
        Arrays.setAll(labels, i -> (i + (i < shift ? 1 : 0)) % Toys.CLASSES);
        ImageSet set = ImageSet.of("own", new InputShape(2, 2, 1), Toys.CLASSES, pixels, labels);
        return DataSets.embedded().with(set, set);
    }

    private static MetaTrainingConfig config(String name, int examples) {
        Phase phase =
                Phase.of(
                        6,
                        EpisodeDistribution.of(
                                Component.of(
                                        TaskDistribution.Images.of(new View.Full(), "own"), 5)),
                        2,
                        GradientEstimator.Backpropagation.clipped(1),
                        Optimizer.Adam.of(Schedule.constant(0.1)));
        return new MetaTrainingConfig(
                name,
                Toys.LEARNER,
                List.of(phase),
                new MetaTrainingConfig.Evaluation(2, List.of("own"), examples, 2),
                new MetaTrainingConfig.Checkpoints(1, 20),
                null);
    }

    private MetaTrainer trainer(MetaTrainingConfig config, DataSets data) throws IOException {
        return Toys.trainer(config).data(data).folder(folder).resume(true);
    }

    @TestFactory
    Stream<DynamicTest> whatMetaVariablesDependOnMustBeTheSameOnResuming() throws Exception {
        trainer(config("a", 30), data(0, 0)).steps(3).run();
        Map<String, MetaTrainer> others = new TreeMap<>();
        others.put("its name is", trainer(config("b", 30), data(0, 0)));
        others.put("other images of the name own", trainer(config("a", 30), data(479, 0)));
        others.put("images of the name own than memory", trainer(config("a", 30), data(0, 1)));
        others.put("its seed is", trainer(config("a", 30), data(0, 0)).seed(2));
        return Stream.concat(
                others.entrySet().stream()
                        .map(
                                other ->
                                        DynamicTest.dynamicTest(
                                                other.getKey(),
                                                () ->
                                                        assertThatThrownBy(
                                                                        () ->
                                                                                other.getValue()
                                                                                        .run())
                                                                .isInstanceOf(
                                                                        IllegalArgumentException
                                                                                .class)
                                                                .hasMessageContaining(
                                                                        "belongs to another run")
                                                                .hasMessageContaining(
                                                                        other.getKey()))),
                Stream.of(
                        DynamicTest.dynamicTest(
                                "the same goes on",
                                () ->
                                        assertThat(
                                                        trainer(config("a", 30), data(0, 0))
                                                                .run()
                                                                .finished())
                                                .isTrue())));
    }

    @Test
    void aHeldOutSetIsReportedWithTheExamplesItHas() throws Exception {
        trainer(config("a", 500), data(0, 0)).run();
        assertThat(Files.readAllLines(folder.resolve("metrics.jsonl")))
                .filteredOn(line -> line.contains("evaluation"))
                .hasSize(6)
                .noneMatch(line -> line.contains("\"examples\":500"))
                .anyMatch(line -> line.contains("\"examples\":100"))
                .anyMatch(line -> line.contains("\"examples\":240"));
    }

    /** By asking for it, or by an interrupt, before each of the steps. */
    @TestFactory
    Stream<DynamicTest> aTestThatIsStoppedIsMadeUpFor() throws Exception {
        Path whole = folder.resolve("whole");
        Toys.trainer(config("a", 30)).data(data(0, 0)).folder(whole).run();
        List<String> expected = metrics(whole);
        String best = best(whole);
        List<DynamicTest> tests = new ArrayList<>();
        for (boolean interrupts : List.of(false, true)) {
            for (long at = 1; at <= 6; at++) {
                long step = at;
                Path own = folder.resolve(interrupts + "-" + step);
                tests.add(
                        DynamicTest.dynamicTest(
                                own.getFileName().toString(),
                                () -> {
                                    stopAfter(step, interrupts, own);
                                    assertThat(own.resolve("last.vsml")).exists();
                                    MetaTrainingResult end =
                                            Toys.trainer(config("a", 30))
                                                    .data(data(0, 0))
                                                    .folder(own)
                                                    .resume(true)
                                                    .run();
                                    assertThat(end.finished()).isTrue();
                                    assertThat(metrics(own)).isEqualTo(expected);
                                    assertThat(best(own)).isEqualTo(best);
                                }));
            }
        }
        return tests.stream();
    }

    private static void stopAfter(long step, boolean interrupts, Path own) throws Exception {
        MetaTrainer trainer = Toys.trainer(config("a", 30)).data(data(0, 0)).folder(own);
        AtomicBoolean once = new AtomicBoolean();
        MetaTrainingResult result =
                trainer.listener(
                                new MetaTrainingListener() {
                                    @Override
                                    public void stepped(StepMetrics metrics) {
                                        if (metrics.step() == step && !once.getAndSet(true)) {
                                            stop();
                                        }
                                    }

                                    private void stop() {
                                        if (interrupts) {
                                            Thread.currentThread().interrupt();
                                            return;
                                        }
                                        try {
                                            trainer.stop(0);
                                        } catch (InterruptedException e) {
                                            throw new IllegalStateException(e);
                                        }
                                    }
                                })
                        .run();
        assertThat(Thread.interrupted()).isEqualTo(interrupts);
        assertThat(result.step()).isEqualTo(step);
    }

    private static String best(Path run) throws IOException {
        return ArrayFile.read(run.resolve("best.vsml"), "learning-algorithm").arrays().sha256();
    }

    private static List<String> metrics(Path run) throws IOException {
        return Files.readAllLines(run.resolve("metrics.jsonl")).stream()
                .map(line -> line.replaceAll("\"seconds\":[^,}]*", ""))
                .toList();
    }

    /** At each of the steps. */
    @TestFactory
    Stream<DynamicTest> aRunWithoutMemorySaysWhatToLowerAndGoesOnFromItsLastCheckpoint()
            throws Exception {
        Path whole = folder.resolve("whole");
        Toys.trainer(config("a", 30)).data(data(0, 0)).folder(whole).run();
        List<String> expected = metrics(whole);
        return LongStream.rangeClosed(1, 6)
                .mapToObj(
                        step ->
                                DynamicTest.dynamicTest(
                                        "step " + step,
                                        () -> {
                                            Path own = folder.resolve("memory" + step);
                                            runOutOfMemory(step, own);
                                            Toys.trainer(config("a", 30))
                                                    .data(data(0, 0))
                                                    .folder(own)
                                                    .resume(true)
                                                    .run();
                                            assertThat(metrics(own)).isEqualTo(expected);
                                        }));
    }

    private static void runOutOfMemory(long step, Path own) throws IOException {
        MetaTrainer trainer =
                Toys.trainer(config("a", 30))
                        .data(data(0, 0))
                        .folder(own)
                        .listener(
                                new MetaTrainingListener() {
                                    @Override
                                    public void stepped(StepMetrics metrics) {
                                        if (metrics.step() == step) {
                                            throw new OutOfMemoryError("Java heap space");
                                        }
                                    }
                                });
        assertThatThrownBy(trainer::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "ran out of memory at step " + step,
                        step == 1
                                ? "no checkpoint yet"
                                : "checkpoint is that of step " + (step - 1),
                        "Lower threads");
    }

    @TestFactory
    Stream<DynamicTest> damagedMetricsDoNotKeepARunFromGoingOn() throws Exception {
        Map<String, byte[]> damage = new TreeMap<>();
        damage.put("no UTF-8", new byte[] {(byte) 0xff, (byte) 0xfe, '\n'});
        damage.put("no JSON", "{\"event\"\n".getBytes(StandardCharsets.UTF_8));
        damage.put("no object", "[3]\n7\nnull\n\n".getBytes(StandardCharsets.UTF_8));
        damage.put("a cut line", "{\"event\":\"step\",\"st".getBytes(StandardCharsets.UTF_8));
        List<DynamicTest> tests = new ArrayList<>();
        for (Map.Entry<String, byte[]> one : damage.entrySet()) {
            Path own = folder.resolve(one.getKey());
            tests.add(
                    DynamicTest.dynamicTest(
                            one.getKey(),
                            () -> {
                                MetaTrainingConfig config = config("a", 30);
                                Toys.trainer(config).data(data(0, 0)).folder(own).steps(3).run();
                                List<String> before = metrics(own);
                                Files.write(
                                        own.resolve("metrics.jsonl"),
                                        one.getValue(),
                                        StandardOpenOption.APPEND);
                                Toys.trainer(config)
                                        .data(data(0, 0))
                                        .folder(own)
                                        .resume(true)
                                        .run();
                                assertThat(metrics(own))
                                        .startsWith(before.toArray(String[]::new))
                                        .hasSize(6 + 3);
                            }));
        }
        return tests.stream();
    }

    /** Headers and arrays that no run has written, under a hash that is right. */
    @TestFactory
    Stream<DynamicTest> forgedCheckpointsAreRefusedByName() throws Exception {
        trainer(config("a", 30), data(0, 0)).steps(3).run();
        Path file = folder.resolve("checkpoint-00000003.vsml-state");
        ArrayFile good = ArrayFile.read(file, KIND);
        Map<String, BiConsumer<ObjectNode, Map<String, double[]>>> forgeries = new TreeMap<>();
        forgeries.put("moments", (h, a) -> h.put("moments", 0));
        forgeries.put("moments must be in", (h, a) -> h.put("moments", 3));
        forgeries.put("moment 1", (h, a) -> a.put("moment.1", new double[1]));
        forgeries.put("moment 0 must be finite", (h, a) -> a.get("moment.0")[0] = Double.NaN);
        forgeries.put("step must be in", (h, a) -> h.put("step", -1));
        forgeries.put("step must be in [0, 2147483647]", (h, a) -> h.put("step", 2.9));
        forgeries.put("optimizerSteps", (h, a) -> h.put("optimizerSteps", -3));
        forgeries.put("badSteps", (h, a) -> h.put("badSteps", 1L << 40));
        forgeries.put("bestStep", (h, a) -> h.put("bestStep", 4));
        forgeries.put("evaluatedStep", (h, a) -> h.put("evaluatedStep", 9));
        forgeries.put("seconds", (h, a) -> h.put("seconds", -1));
        for (double wrong : new double[] {Double.NaN, Double.NEGATIVE_INFINITY, 1e308, -1000001}) {
            for (String name :
                    good.arrays().layout().entries().stream()
                            .map(ArrayLayout.Entry::name)
                            .toList()) {
                if (name.startsWith("meta_variables.")) {
                    forgeries.put(
                            "must be finite and within ±1e+06: array "
                                    + name.substring(name.indexOf('.') + 1)
                                    + " has "
                                    + wrong,
                            (h, a) -> a.get(name)[0] = wrong);
                }
            }
        }
        return forgeries.entrySet().stream()
                .map(
                        forgery ->
                                DynamicTest.dynamicTest(
                                        forgery.getKey(),
                                        () -> {
                                            Path own =
                                                    Files.createDirectories(
                                                            folder.resolve(
                                                                    "f"
                                                                            + forgery.getKey()
                                                                                    .hashCode()));
                                            forge(good, forgery.getValue())
                                                    .write(own.resolve(file.getFileName()));
                                            assertThatThrownBy(
                                                            () ->
                                                                    Toys.trainer(config("a", 30))
                                                                            .data(data(0, 0))
                                                                            .folder(own)
                                                                            .resume(true)
                                                                            .run())
                                                    .isInstanceOfAny(
                                                            IOException.class,
                                                            IllegalArgumentException.class)
                                                    .hasMessageContaining(
                                                            file.getFileName().toString())
                                                    .hasMessageContaining(forgery.getKey());
                                        }));
    }

    /** Each part of what a checkpoint says that it was made by. */
    @TestFactory
    Stream<DynamicTest> aCheckpointOfAnotherRunIsRefusedByWhatDiffers() throws Exception {
        trainer(config("a", 30), data(0, 0)).steps(3).run();
        ArrayFile good = ArrayFile.read(folder.resolve("checkpoint-00000003.vsml-state"), KIND);
        return Stream.of("name", "learner", "timeScales", "seed", "initial", "engine")
                .map(
                        part ->
                                DynamicTest.dynamicTest(
                                        part,
                                        () -> {
                                            Path own =
                                                    Files.createDirectories(folder.resolve(part));
                                            forge(good, (h, a) -> other(h, part))
                                                    .write(
                                                            own.resolve(
                                                                    "checkpoint-00000003.vsml-state"));
                                            assertThatThrownBy(
                                                            () ->
                                                                    Toys.trainer(config("a", 30))
                                                                            .data(data(0, 0))
                                                                            .folder(own)
                                                                            .resume(true)
                                                                            .run())
                                                    .isInstanceOf(IllegalArgumentException.class)
                                                    .hasMessageContaining(
                                                            "belongs to another run: its " + part);
                                        }));
    }

    private static void other(ObjectNode header, String part) {
        ObjectNode run = (ObjectNode) header.get("run");
        ObjectNode config = (ObjectNode) run.get("config");
        (run.has(part) ? run : config).put(part, "other");
    }

    private static ArrayFile forge(
            ArrayFile good, BiConsumer<ObjectNode, Map<String, double[]>> change) {
        ObjectNode header = good.header().deepCopy();
        Map<String, double[]> arrays = new TreeMap<>();
        for (ArrayLayout.Entry entry : good.arrays().layout().entries()) {
            arrays.put(entry.name(), good.arrays().array(entry.name()));
        }
        change.accept(header, arrays);
        List<ArrayLayout.Entry> entries = new ArrayList<>();
        arrays.forEach((name, values) -> entries.add(ArrayLayout.Entry.of(name, values.length)));
        double[] flat = arrays.values().stream().flatMapToDouble(Arrays::stream).toArray();
        return new ArrayFile(KIND, header, new NamedArrays(new ArrayLayout(entries), flat));
    }

    /** Large steps: a run ends before it writes what it could not read again. */
    @Test
    void metaVariablesBeyondTheirBoundAreDivergence() throws Exception {
        MetaTrainingConfig config = config("a", 30);
        List<Phase> phases = new ArrayList<>();
        for (double rate : new double[] {0.1, 2e6}) {
            phases.add(
                    Phase.of(
                            3,
                            config.phases().get(0).episodes(),
                            2,
                            GradientEstimator.Backpropagation.clipped(1),
                            Optimizer.Adam.of(Schedule.constant(rate))));
        }
        MetaTrainer trainer =
                trainer(
                        new MetaTrainingConfig(
                                "a",
                                Toys.LEARNER,
                                phases,
                                null,
                                new MetaTrainingConfig.Checkpoints(1, 20),
                                null),
                        data(0, 0));
        assertThatThrownBy(trainer::run)
                .isInstanceOf(DivergenceException.class)
                .hasMessageContaining("a meta variable is ");
        RunFolder.Checkpoint last =
                new RunFolder(folder).latest(Toys.LEARNER.metaVariableLayout()).orElseThrow();
        assertThat(last.state().step()).isEqualTo(3);
    }

    @Test
    void aConfigurationThatIsTooLargeIsRefusedBeforeItIsRead() throws Exception {
        Path file = folder.resolve("huge.yaml");
        try (var channel =
                Files.newByteChannel(
                        file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.position(3L << 30).write(java.nio.ByteBuffer.wrap(new byte[1]));
        }
        assertThatThrownBy(() -> MetaTrainingConfig.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("huge.yaml")
                .hasMessageContaining("at most");
    }
}
