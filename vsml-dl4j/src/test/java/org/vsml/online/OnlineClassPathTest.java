package org.vsml.online;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vsml.core.Engine;
import org.vsml.core.LearningAlgorithm;

/** What a service that only learns online has to have on its class path. */
class OnlineClassPathTest {

    /** The libraries that docs/performance.md names. */
    private static final Pattern NEEDED =
            Pattern.compile("(jackson-(core|databind|annotations)|slf4j-api)-.*");

    private static final Pattern NATIVE = Pattern.compile("(nd4j-native|openblas|javacpp).*");

    @TempDir private Path folder;

    /** Learns, saves and goes on; prints the engine and what was right. */
    static final class Service {
        public static void main(String[] arguments) throws Exception {
            Engine engine = Engine.auto();
            OnlineLearner learner =
                    OnlineLearner.pretrained(LearningAlgorithm.fromResource(arguments[0]), engine)
                            .forTask(4, 3);
            Random random = new Random(1);
            int right = 0;
            for (int i = 0; i < 200; i++) {
                int label = random.nextInt(3);
                double[] x = new double[4];
                Arrays.setAll(x, a -> (a == label ? 2 : 0) + 0.5 * random.nextGaussian());
                double[] p = learner.learn(x, label);
                right += p[label] > 0.5 ? 1 : 0;
            }
            Path file = Path.of(arguments[1]);
            learner.save(file);
            double[] x = {2, 0, 0, 0};
            boolean same = Arrays.equals(learner.predict(x), OnlineLearner.load(file).predict(x));
            System.out.println(engine.name() + " right " + right + " same " + same);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"general-1", "general-2"})
    void onlineLearningNeedsNoNd4j(String algorithm) throws Exception {
        assertLearns(algorithm, name -> NEEDED.matcher(name).matches());
    }

    @ParameterizedTest
    @ValueSource(strings = {"general-1", "general-2"})
    void onlineLearningNeedsNoNativeLibraryBesideDeeplearning4j(String algorithm) throws Exception {
        assertLearns(algorithm, name -> !NATIVE.matcher(name).matches());
    }

    private void assertLearns(String algorithm, Predicate<String> kept) throws Exception {
        String classPath =
                Arrays.stream(
                                System.getProperty(
                                                "surefire.test.class.path",
                                                System.getProperty("java.class.path"))
                                        .split(File.pathSeparator))
                        .map(Path::of)
                        .filter(
                                path ->
                                        Files.isDirectory(path)
                                                || kept.test(path.getFileName().toString()))
                        .map(Path::toString)
                        .collect(Collectors.joining(File.pathSeparator));
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "--add-modules",
                                "jdk.incubator.vector",
                                "-cp",
                                classPath,
                                Service.class.getName(),
                                algorithm,
                                folder.resolve("learner.vsml").toString())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).containsPattern("cpu right 1\\d\\d same true");
    }
}
