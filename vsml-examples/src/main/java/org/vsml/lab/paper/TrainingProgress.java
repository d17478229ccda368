package org.vsml.lab.paper;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.vsml.core.Json;
import org.vsml.meta.MetaTrainer;
import org.vsml.meta.MetaTrainingListener;
import org.vsml.meta.StepMetrics;
import org.vsml.meta.TimeBudget;

/** Counts what is done and ends stages when their time is over. */
final class TrainingProgress implements MetaTrainingListener {

    private static final double SECONDS_OF_MINUTE = 60;

    /** Steps that accuracy is averaged over. */
    private static final int WINDOW = 50;

    private final TimeBudget budget;
    private final Deque<Double> recent = new ArrayDeque<>();
    private TimeBudget stage;
    private MetaTrainer trainer;

    private long steps;
    private long examples;
    private double interruptedMinutes;

    /**
     * @param minutes of processor time that it may take
     */
    TrainingProgress(double minutes) {
        budget = TimeBudget.processor(minutes * SECONDS_OF_MINUTE);
        stage = budget;
    }

    /** What is stopped when time is up. */
    void stops(MetaTrainer running) {
        trainer = running;
    }

    /** Updates of V_M. */
    long steps() {
        return steps;
    }

    /** Examples of all episodes of all steps. */
    long examples() {
        return examples;
    }

    /** Stages share what is left alike. */
    void beginStage(int stagesLeft) {
        stage = budget.share(stagesLeft);
        recent.clear();
    }

    boolean over() {
        return budget.isOver();
    }

    double minutes() {
        return budget.spent() / SECONDS_OF_MINUTE + interruptedMinutes;
    }

    /**
     * Counts the steps that were made before this process went on from a checkpoint. Their
     * processor time, which nobody wrote down, is taken to be in proportion to their examples.
     *
     * @param allSteps of all processes together
     */
    void addInterrupted(Path metrics, long allSteps) throws IOException {
        long interrupted = allSteps - steps;
        Map<Long, Long> examplesOfStep = new LinkedHashMap<>();
        for (String line : Files.readAllLines(metrics)) {
            JsonNode node = Json.mapper().readTree(line);
            if (node.path("event").asText().equals("step")
                    && node.path("step").asLong() <= interrupted) {
                examplesOfStep.put(node.path("step").asLong(), node.path("examples").asLong());
            }
        }
        long earlier = examplesOfStep.values().stream().mapToLong(Long::longValue).sum();
        interruptedMinutes =
                examples == 0 ? 0 : budget.spent() / SECONDS_OF_MINUTE * earlier / examples;
        steps = allSteps;
        examples += earlier;
    }

    /** Mean over the last steps. */
    double accuracy() {
        return recent.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }

    @Override
    public void stepped(StepMetrics metrics) {
        steps++;
        examples += metrics.examples();
        recent.addLast(metrics.accuracy());
        if (recent.size() > WINDOW) {
            recent.removeFirst();
        }
        if (stage.isOver()) {
            trainer.requestStop();
        }
    }
}
