package org.vsml.spark;

import java.util.LinkedHashMap;
import java.util.Map;
import org.vsml.core.Learner;
import org.vsml.episode.EpisodeSource;

/**
 * Learner and image sets of a job in this JVM, opened once and kept for the generations to come.
 *
 * @param learner thread-safe, as learners are
 * @param episodes thread-safe, as sources are
 * @param probe what they come to
 */
record Workplace(Learner learner, EpisodeSource episodes, Probe probe) {

    /** Phases of one run have jobs of their own, and may share a JVM with another run's. */
    private static final int KEPT = 8;

    private static final Map<Job, Workplace> OPEN =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Job, Workplace> eldest) {
                    return size() > KEPT;
                }
            };

    static Workplace of(Job job) {
        synchronized (OPEN) {
            return OPEN.computeIfAbsent(job, Workplace::open);
        }
    }

    private static Workplace open(Job job) {
        Learner learner = job.openLearner();
        EpisodeSource episodes = job.openEpisodes();
        return new Workplace(learner, episodes, Probe.of(job.digests(), learner, episodes));
    }
}
