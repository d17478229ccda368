import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;
import org.vsml.core.LearningAlgorithm;
import org.vsml.meta.MetaTrainer;
import org.vsml.meta.MetaTrainingConfig;
import org.vsml.meta.MetaTrainingListener;
import org.vsml.meta.StepMetrics;

/** Where the time of meta-training goes: a few steps of a configuration on one thread, sampled by Flight Recorder. */
public class MetaStep {

    /** A part of the work: the innermost frame of a stack whose class or method begins with one of these. */
    private record Part(String name, boolean splits, String... frames) {}

    private static final List<Part> PARTS =
            List.of(
                    new Part("discriminant", false, "org.vsml.core.RunningDiscriminant"),
                    new Part("search among units", false, "org.vsml.cpu.RecruitedUnits.nearest"),
                    new Part("units and readings", true, "org.vsml.cpu.SubRnnGroup", "org.vsml.cpu.UnitRecall", "org.vsml.cpu.EpisodeMemory", "org.vsml.cpu.AdaptiveWeights"),
                    new Part("layer", true, "org.vsml.cpu.Tiled", "org.vsml.cpu.SubRnnTiles"),
                    new Part("states of examples, kept and copied", false, "org.vsml.cpu.EpisodeRun", "org.vsml.cpu.NetworkState", "org.vsml.cpu.NetworkAdjoint", "org.vsml.cpu.Network"),
                    new Part("scales of inputs", false, "org.vsml.core.RunningStatistics", "org.vsml.core.ConditionedEpisode", "org.vsml.cpu.MemoryInputs"),
                    new Part("learned variables between windows", false, "org.vsml.core.NamedArrays", "org.vsml.core.VsmlWithMemory", "org.vsml.cpu.PresentInputs", "org.vsml.cpu.RestingRun", "org.vsml.cpu.CpuMemoryLearner", "org.vsml.cpu.CpuLearner", "org.vsml.cpu.MemoryRun"),
                    new Part("drawing tasks and examples", false, "org.vsml.episode"),
                    new Part("loss, norms, Adam, pool", false, "org.vsml.meta", "org.vsml.math", "org.vsml.core"));

    public static void main(String[] arguments) throws IOException {
        String name = arguments[0];
        int steps = Integer.parseInt(arguments[1]);
        int skipped = 1;
        List<StepMetrics> metrics = new ArrayList<>();
        long[] time = new long[2];
        long[] whole = new long[2];
        Path file = Files.createTempFile("meta-step", ".jfr");
        try (Recording recording = new Recording()) {
            recording.enable("jdk.ExecutionSample").withPeriod(Duration.ofMillis(5));
            recording.setDestination(file);
            MetaTrainer trainer = MetaTrainer.of(config(name)).threads(1).steps(steps);
            if (arguments.length > 2) {
                trainer.initial(LearningAlgorithm.fromResource(arguments[2]));
            }
            trainer.listener(
                            new MetaTrainingListener() {
                                @Override
                                public void stepped(StepMetrics step) {
                                    metrics.add(step);
                                    if (metrics.size() == skipped) {
                                        whole[0] = wholeTime();
                                        time[0] = processorTime();
                                        recording.start();
                                    } else if (metrics.size() == steps) {
                                        whole[1] = wholeTime();
                                        time[1] = processorTime();
                                        recording.stop();
                                    }
                                }
                            })
                    .run();
        }
        double seconds = (time[1] - time[0]) / 1e9;
        long examples = 0;
        for (StepMetrics step : metrics.subList(skipped, metrics.size())) {
            examples += step.examples();
        }
        System.out.printf(
                Locale.ROOT,
                "%s: %d examples in steps %d to %d, %.0f a second of processor time; compiler and collector take %.0f %% beside%n",
                name,
                examples,
                skipped + 1,
                steps,
                examples / seconds,
                100 * ((whole[1] - whole[0]) / 1e9 - seconds) / seconds);
        print(shares(file));
        Files.delete(file);
    }

    /** A shipped configuration on the images that this library has in itself, without evaluations. */
    private static MetaTrainingConfig config(String name) throws IOException {
        String text;
        try (InputStream in = MetaTrainingConfig.class.getResourceAsStream(name + ".yaml")) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        Path file = Files.createTempFile(name, ".yaml");
        Files.writeString(file, text.replaceAll("sets: \\[[^]]*]", "sets: [mnist, fashion_mnist], replacement: true").replaceAll("(?m)^evaluation:.*$", ""));
        MetaTrainingConfig config = MetaTrainingConfig.read(file);
        Files.delete(file);
        return config;
    }

    /** Of the threads that learn and of the one that adds up, without the compiler's and the collector's. */
    private static long processorTime() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getAllThreadIds()).map(threads::getThreadCpuTime).filter(t -> t > 0).sum();
    }

    private static long wholeTime() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static Map<String, Integer> shares(Path file) throws IOException {
        Map<String, Integer> samples = new LinkedHashMap<>();
        try (RecordingFile recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                RecordedEvent event = recording.readEvent();
                if (event.getEventType().getName().equals("jdk.ExecutionSample") && event.getStackTrace() != null) {
                    samples.merge(part(event.getStackTrace().getFrames()), 1, Integer::sum);
                }
            }
        }
        return samples;
    }

    private static String part(List<RecordedFrame> frames) {
        Set<String> methods = new HashSet<>();
        frames.forEach(frame -> methods.add(frame.getMethod().getName()));
        String direction = methods.contains("backward") && methods.stream().anyMatch(m -> m.equals("stepAdjoint")) ? ", adjoint" : ", forward";
        for (RecordedFrame frame : frames) {
            String method = frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
            for (Part part : PARTS) {
                if (Arrays.stream(part.frames()).anyMatch(method::startsWith)) {
                    return part.splits() ? part.name() + direction : part.name();
                }
            }
        }
        return "other";
    }

    private static void print(Map<String, Integer> samples) {
        double all = samples.values().stream().mapToInt(i -> i).sum();
        samples.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .forEach(e -> System.out.printf(Locale.ROOT, "  %5.1f %%  %s%n", 100 * e.getValue() / all, e.getKey()));
    }
}
