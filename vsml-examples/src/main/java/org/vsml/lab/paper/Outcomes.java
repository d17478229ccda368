package org.vsml.lab.paper;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.vsml.core.AtomicFiles;
import org.vsml.core.Json;
import org.vsml.episode.Episode;
import org.vsml.episode.EpisodeSource;
import org.vsml.online.Comparison;
import org.vsml.online.ComparisonResult;
import org.vsml.online.Contender;
import org.vsml.online.LearnerAlgorithm;

/**
 * Comparisons whose outcomes are kept: who was right on which example of the streams. What one
 * learner did on one test set is kept in a file, under the hash of its meta variables or the names
 * of its settings, so that figures share it and an interrupted run goes on where it was.
 */
final class Outcomes {

    private static final int KEY_LENGTH = 16;

    private final Path folder;
    private final long seed;
    private final int threads;

    /**
     * @param folder of the files; made if it is missing
     * @param seed that the seeds of the streams are derived from
     * @param threads streams at the same time
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
        Map<Long, Episode> drawn = new ConcurrentHashMap<>();
        EpisodeSource once = episode -> drawn.computeIfAbsent(episode, streams::sample);
        for (int c = 0; c < contenders.size(); c++) {
            Contender contender = contenders.get(c);
            Path file = file(contender, test, length, seeds);
            boolean[][][] own = read(file, contender, seeds);
            if (own == null) {
                own =
                        new Comparison(List.of(contender), once)
                                .correct(seed, seeds, threads, n -> {}).stream()
                                        .map(run -> run[0])
                                        .toArray(boolean[][][]::new);
                write(file, contender, own);
            }
            for (int i = 0; i < seeds; i++) {
                correct.get(i)[c] = own[i];
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

    /** [seed][setting][example], or null if there is no file or it holds something else. */
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
        boolean[][][] result = new boolean[seeds][stored.settings().size()][];
        for (int i = 0; i < seeds; i++) {
            for (int s = 0; s < result[i].length; s++) {
                String run = stored.correct().get(s).get(i);
                result[i][s] = new boolean[run.length()];
                for (int t = 0; t < run.length(); t++) {
                    result[i][s][t] = run.charAt(t) == '1';
                }
            }
        }
        return result;
    }

    private void write(Path file, Contender contender, boolean[][][] correct) throws IOException {
        List<List<String>> runs = new ArrayList<>();
        for (int s = 0; s < correct[0].length; s++) {
            List<String> own = new ArrayList<>();
            for (boolean[][] settings : correct) {
                StringBuilder text = new StringBuilder();
                for (boolean right : settings[s]) {
                    text.append(right ? '1' : '0');
                }
                own.add(text.toString());
            }
            runs.add(own);
        }
        Map<String, Object> outcome = new LinkedHashMap<>();
        outcome.put("correct", runs);
        outcome.put("settings", names(contender));
        Files.createDirectories(folder);
        AtomicFiles.writeString(file, Json.mapper().writeValueAsString(outcome));
    }
}
