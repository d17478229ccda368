package org.vsml.spark;

import static org.vsml.core.Checks.require;

import java.io.Serializable;
import java.util.Arrays;
import org.vsml.core.Learner;
import org.vsml.core.NamedArrays;
import org.vsml.episode.Episode;
import org.vsml.episode.EpisodeSource;
import org.vsml.episode.Seeds;
import org.vsml.meta.PairLosses;
import org.vsml.meta.WorkItem;

/**
 * What one fixed pair on one fixed episode comes to. A worker whose data or arithmetic differ from
 * the driver's in the last bit is found out by it before it takes part.
 *
 * @param data digests of all image sets, whole
 * @param episode hash of the episode
 * @param plus bits of one loss
 * @param minus bits of the other
 */
record Probe(String data, int episode, long plus, long minus) implements Serializable {

    private static final WorkItem ITEM = new WorkItem(0x5eed, 0x5eed);
    private static final double SIGMA = 0.1;

    static Probe of(String data, Learner learner, EpisodeSource episodes) {
        Episode episode = episodes.sample(ITEM.episodeSeed());
        NamedArrays start = learner.initialMetaVariables(Seeds.generator(ITEM.pairSeed()));
        PairLosses losses = PairLosses.evaluate(learner, start, SIGMA, episodes, ITEM);
        return new Probe(
                data,
                31 * Arrays.hashCode(episode.examples().inputs())
                        + Arrays.hashCode(episode.examples().labels()),
                Double.doubleToLongBits(losses.plus()),
                Double.doubleToLongBits(losses.minus()));
    }

    /**
     * Compares what came out here with what the driver expects.
     *
     * @throws IllegalArgumentException if they differ; the message says in what
     */
    void requireSameAs(Probe driver, Job job, String where) {
        require(
                data.equals(driver.data),
                "%s has other images than the driver: it needs the same image sets in %s, here with"
                        + " SHA-256 %s, the driver's %s",
                where,
                job.data() == null ? "VSML_DATA (or none)" : job.data(),
                data,
                driver.data);
        require(
                episode == driver.episode,
                "%s draws other episodes than the driver: it needs the same image sets in %s",
                where,
                job.data() == null ? "VSML_DATA (or none)" : job.data());
        require(
                plus == driver.plus && minus == driver.minus,
                "%s computes other bits than the driver (losses %s and %s, the driver's %s and %s):"
                        + " engine %s needs the same kind of CPU and the same JVM flags everywhere",
                where,
                Double.longBitsToDouble(plus),
                Double.longBitsToDouble(minus),
                Double.longBitsToDouble(driver.plus),
                Double.longBitsToDouble(driver.minus),
                job.engine());
    }
}
