package org.vsml.meta;

import java.util.List;

/**
 * What the episodes of one step say together.
 *
 * @param mean gradient to follow downhill
 * @param loss mean meta loss
 * @param accuracy mean cumulative accuracy
 * @param episodeNorm mean norm of an episode's gradient before clipping
 * @param clipped share of the episodes that were clipped
 * @param episodes how many
 * @param nonFinite how many of them had no finite gradient and were left out
 * @param examples how many examples they had together
 */
record StepGradient(
        double[] mean,
        double loss,
        double accuracy,
        double episodeNorm,
        double clipped,
        int episodes,
        int nonFinite,
        long examples) {

    /**
     * The mean in the order of the list, so that it has the same bits for any number of threads. An
     * episode whose gradient overflowed (long episodes can) counts as zero.
     */
    static StepGradient mean(List<EpisodeGradient> episodes, int size, double clip) {
        double[] sum = new double[size];
        double loss = 0;
        double accuracy = 0;
        double norm = 0;
        int clipped = 0;
        int nonFinite = 0;
        long examples = 0;
        for (EpisodeGradient episode : episodes) {
            loss += episode.loss();
            accuracy += episode.accuracy();
            examples += episode.examples();
            if (episode.gradient() == null) {
                nonFinite++;
                continue;
            }
            norm += episode.norm();
            clipped += episode.norm() > clip ? 1 : 0;
            for (int i = 0; i < size; i++) {
                sum[i] += episode.gradient()[i];
            }
        }
        int count = episodes.size();
        for (int i = 0; i < size; i++) {
            sum[i] /= count;
        }
        return new StepGradient(
                sum,
                loss / count,
                accuracy / count,
                norm / Math.max(1, count - nonFinite),
                (double) clipped / count,
                count,
                nonFinite,
                examples);
    }
}
