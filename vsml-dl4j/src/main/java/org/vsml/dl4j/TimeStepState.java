package org.vsml.dl4j;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.LearnerStream;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;

/**
 * What a {@link VsmlLayer} keeps from one {@code rnnTimeStep} to the next: learned variables of
 * every episode, or streams that hold them where the engine wants them.
 */
final class TimeStepState {

    private final Learner learner;
    private final TaskShape task;
    private LearnedState stored;
    private List<LearnerStream> streams;
    private double[] streamMetaVariables;

    TimeStepState(Learner learner, TaskShape task) {
        this.learner = learner;
        this.task = task;
    }

    /** Goes on from a state; null for a fresh start. */
    void set(LearnedState state) {
        streams = null;
        streamMetaVariables = null;
        stored = state;
    }

    /** Learned variables of every episode now; null before the first step. */
    List<NamedArrays> episodes() {
        if (streams != null) {
            return streams.stream().map(LearnerStream::learnedVariables).toList();
        }
        return stored == null ? null : stored.episodes();
    }

    /**
     * Learns one example of each running episode.
     *
     * @param metaVariables V_M; streams that were opened with others are opened again
     * @param fresh where to start from if there is no state
     * @param owner the layer, for messages
     * @return logits [episodes, classes, 1], column-major
     */
    double[] step(
            NamedArrays metaVariables,
            EpisodeBatch batch,
            Supplier<List<NamedArrays>> fresh,
            String owner) {
        if (streams == null || !Arrays.equals(streamMetaVariables, metaVariables.values())) {
            List<NamedArrays> now = episodes();
            List<NamedArrays> starts = now == null ? fresh.get() : now;
            batch.requireEpisodes(starts.size(), owner);
            set(null);
            streams = starts.stream().map(s -> learner.open(metaVariables, task, s)).toList();
            streamMetaVariables = metaVariables.values();
        }
        batch.requireEpisodes(streams.size(), owner);
        double[] logits = new double[batch.episodes() * task.classes()];
        for (int episode : batch.running()) {
            Examples one = batch.examples(episode);
            batch.scatterClasses(
                    streams.get(episode).learn(one.inputs(), one.labels()[0]), episode, logits);
        }
        return logits;
    }
}
