package org.vsml.lab.paper;

import static org.vsml.core.Checks.require;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.vsml.core.AtomicFiles;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Examples;
import org.vsml.core.Json;
import org.vsml.core.NamedArrays;
import org.vsml.core.Parallel;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.episode.Episode;
import org.vsml.episode.EpisodeSource;
import org.vsml.episode.Seeds;
import org.vsml.online.ComparisonResult;
import org.vsml.online.Contender;
import org.vsml.online.LearnerAlgorithm;
import org.vsml.online.OnlineAlgorithm;

/**
 * Who was right on which example of the streams. What one learner did on one test set is kept in a
 * file, under the hash of its meta variables or the names of its settings, so that figures share it
 * and an interrupted run goes on where it was.
 */
final class Outcomes {

    /** Values of a piece of all streams together: tens of megabytes at most. */
    private static final int PIECE_VALUES = 1 << 20;

    private static final int KEY_LENGTH = 16;

    private final Path folder;
    private final long seed;
    private final int threads;

    /**
     * @param folder of the files; made if it is missing
     * @param seed that the seeds of the streams are derived from
     * @param threads streams, or groups of them, at the same time
     */
    Outcomes(Path folder, long seed, int threads) {
        this.folder = folder;
        this.seed = seed;
        this.threads = threads;
    }

    /** What is in a file: for each setting and seed a string of 0 and 1. */
    private record Stored(List<String> settings, List<List<String>> correct) {}

    /**
     * Runs contenders over the same streams, or finds what they did before.
     *
     * @param test name of the test set
     * @param streams of the test set, by seed
     * @param length of the streams, as asked for
     * @param seeds number of streams
     */
    ComparisonResult compare(
            List<Contender> contenders, String test, EpisodeSource streams, int length, int seeds)
            throws IOException {
        List<boolean[][][]> correct = new ArrayList<>();
        for (int i = 0; i < seeds; i++) {
            correct.add(new boolean[contenders.size()][][]);
        }
        List<Episode> episodes = null;
        for (int c = 0; c < contenders.size(); c++) {
            Contender contender = contenders.get(c);
            Path file = file(contender, test, length, seeds);
            boolean[][][] own = read(file, contender, seeds);
            if (own == null) {
                if (episodes == null) {
                    episodes = new ArrayList<>();
                    for (int i = 0; i < seeds; i++) {
                        episodes.add(streams.sample(Seeds.derive(seed, i)));
                    }
                }
                own = measure(contender, episodes);
                write(file, contender, own);
            }
            for (int i = 0; i < seeds; i++) {
                boolean[][] settings = new boolean[own.length][];
                for (int s = 0; s < own.length; s++) {
                    settings[s] = own[s][i];
                }
                correct.get(i)[c] = settings;
            }
        }
        return ComparisonResult.of(contenders, correct);
    }

    private Path file(Contender contender, String test, int length, int seeds) {
        String who = contender.name();
        if (contender.settings().get(0) instanceof LearnerAlgorithm learner) {
            who = learner.metaVariables().sha256().substring(0, KEY_LENGTH);
        }
        String name =
                String.format(Locale.ROOT, "%s-%s-%d-%d-%d.json", test, who, length, seeds, seed);
        return folder.resolve(name.replaceAll("[^A-Za-z0-9._-]", "_"));
    }

    private static List<String> names(Contender contender) {
        return contender.settings().stream()
                .map(s -> s instanceof LearnerAlgorithm ? "" : s.name())
                .toList();
    }

    /** [setting][seed][example], or null if there is no file or it holds something else. */
    private static boolean[][][] read(Path file, Contender contender, int seeds)
            throws IOException {
        if (!Files.exists(file)) {
            return null;
        }
        Stored stored;
        try {
            stored = Json.mapper().readValue(Files.readString(file), Stored.class);
        } catch (JsonProcessingException e) {
            return null;
        }
        boolean fits =
                stored != null
                        && names(contender).equals(stored.settings())
                        && stored.correct() != null
                        && stored.correct().size() == stored.settings().size()
                        && stored.correct().stream().allMatch(s -> s != null && s.size() == seeds);
        if (!fits) {
            return null;
        }
        boolean[][][] result = new boolean[stored.settings().size()][seeds][];
        for (int s = 0; s < result.length; s++) {
            for (int i = 0; i < seeds; i++) {
                String run = stored.correct().get(s).get(i);
                result[s][i] = new boolean[run.length()];
                for (int t = 0; t < run.length(); t++) {
                    result[s][i][t] = run.charAt(t) == '1';
                }
            }
        }
        return result;
    }

    private void write(Path file, Contender contender, boolean[][][] correct) throws IOException {
        List<List<String>> runs = new ArrayList<>();
        for (boolean[][] setting : correct) {
            List<String> own = new ArrayList<>();
            for (boolean[] run : setting) {
                StringBuilder text = new StringBuilder();
                for (boolean right : run) {
                    text.append(right ? '1' : '0');
                }
                own.add(text.toString());
            }
            runs.add(own);
        }
        Files.createDirectories(folder);
        AtomicFiles.writeString(
                file,
                Json.mapper()
                        .writeValueAsString(Map.of("settings", names(contender), "correct", runs)));
    }

    private boolean[][][] measure(Contender contender, List<Episode> episodes) {
        List<OnlineAlgorithm> settings = contender.settings();
        boolean[][][] result = new boolean[settings.size()][episodes.size()][];
        List<Callable<Void>> jobs = new ArrayList<>();
        for (int s = 0; s < settings.size(); s++) {
            boolean[][] own = result[s];
            OnlineAlgorithm algorithm = settings.get(s);
            if (algorithm instanceof LearnerAlgorithm learner) {
                // Side by side: small learners in SameDiff gain several times by it.
                int groups = Math.min(threads, episodes.size());
                for (int g = 0; g < groups; g++) {
                    int from = episodes.size() * g / groups;
                    int to = episodes.size() * (g + 1) / groups;
                    jobs.add(
                            () -> {
                                sideBySide(learner, episodes.subList(from, to), own, from);
                                return null;
                            });
                }
            } else {
                for (int i = 0; i < own.length; i++) {
                    int index = i;
                    jobs.add(
                            () -> {
                                Episode episode = episodes.get(index);
                                Examples stream = episode.examples();
                                own[index] =
                                        right(
                                                algorithm
                                                        .start(stream.task(), episode.stateSeed())
                                                        .learn(stream),
                                                stream);
                                return null;
                            });
                }
            }
        }
        Parallel.run(threads, "measuring", jobs);
        return result;
    }

    private static void sideBySide(
            LearnerAlgorithm algorithm, List<Episode> episodes, boolean[][] correct, int offset) {
        List<NamedArrays> states = new ArrayList<>();
        int length = Integer.MAX_VALUE;
        for (int i = 0; i < episodes.size(); i++) {
            Examples stream = episodes.get(i).examples();
            require(
                    stream.parallel() == 1,
                    "a stream has one example a step, got %d",
                    stream.parallel());
            states.add(
                    algorithm
                            .learner()
                            .initialLearnedVariables(
                                    stream.task(),
                                    1,
                                    Seeds.generator(episodes.get(i).stateSeed())));
            length = Math.min(length, stream.length());
        }
        for (int i = 0; i < episodes.size(); i++) {
            correct[offset + i] = new boolean[length];
        }
        int inputs = episodes.get(0).examples().task().inputs();
        int piece = Math.max(1, PIECE_VALUES / inputs / episodes.size());
        for (int from = 0; from < length; from += piece) {
            int to = Math.min(length, from + piece);
            List<Examples> parts = new ArrayList<>();
            for (Episode episode : episodes) {
                parts.add(part(episode.examples(), from, to));
            }
            try (Rollout rollout =
                    algorithm
                            .learner()
                            .run(
                                    algorithm.metaVariables(),
                                    states,
                                    parts,
                                    RolloutOptions.FORWARD)) {
                List<NamedArrays> after = new ArrayList<>();
                for (int i = 0; i < parts.size(); i++) {
                    boolean[] right = right(rollout.logits(i), parts.get(i));
                    System.arraycopy(right, 0, correct[offset + i], from, right.length);
                    after.add(rollout.learnedVariables(i));
                }
                states = after;
            }
        }
    }

    private static Examples part(Examples stream, int from, int to) {
        int inputs = stream.task().inputs();
        return Examples.online(
                stream.task(),
                Arrays.copyOfRange(stream.inputs(), from * inputs, to * inputs),
                Arrays.copyOfRange(stream.labels(), from, to));
    }

    /** Which of these predictions are right; scores [examples, classes]. */
    static boolean[] right(double[] scores, Examples stream) {
        int classes = stream.task().classes();
        boolean[] right = new boolean[stream.labels().length];
        for (int t = 0; t < right.length; t++) {
            right[t] = CrossEntropy.argMax(scores, t * classes, classes) == stream.labels()[t];
        }
        return right;
    }
}
