package org.vsml.lab;

import java.util.ArrayList;
import java.util.List;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Examples;
import org.vsml.episode.DataSets;
import org.vsml.episode.Episode;
import org.vsml.episode.EpisodeDistribution;
import org.vsml.episode.EpisodeSource;
import org.vsml.episode.Seeds;
import org.vsml.episode.Split;
import org.vsml.episode.TaskDistribution;
import org.vsml.episode.View;
import org.vsml.online.Contender;
import org.vsml.online.Interval;
import org.vsml.online.OnlineAlgorithm;

/**
 * Few-shot episodes of classes that meta-training has not seen: after the labelled examples one
 * more image, of which it is counted whether its class is found.
 *
 * @param data image sets
 * @param set whose test part holds the unseen classes
 * @param ways classes of an episode
 * @param shots labelled examples of each
 * @param episodes how many, the same for everyone
 * @param seed of the episodes
 */
record FewShotTrial(DataSets data, String set, int ways, int shots, int episodes, long seed) {

    /**
     * What came of it.
     *
     * @param accuracy share of the last examples that were right, with its 95 % interval
     * @param setting name of the setting that is best
     */
    public record Result(Interval accuracy, String setting) {}

    /** The best setting of a contender, which sees the images in this view. */
    public Result run(Contender contender, View view) {
        TaskDistribution.FewShot task =
                new TaskDistribution.FewShot(List.of(set), Split.TEST, ways, shots, view, false);
        EpisodeSource source =
                EpisodeDistribution.of(EpisodeDistribution.Component.fewShot(task)).source(data);
        List<OnlineAlgorithm> settings = contender.settings();
        double[][] right = new double[settings.size()][episodes];
        for (int i = 0; i < episodes; i++) {
            Episode episode = source.sample(Seeds.derive(seed, i));
            for (int s = 0; s < right.length; s++) {
                right[s][i] = isRight(settings.get(s), episode) ? 1 : 0;
            }
        }
        List<Result> results = new ArrayList<>();
        for (int s = 0; s < right.length; s++) {
            results.add(new Result(Interval.ofProportions(right[s]), settings.get(s).name()));
        }
        return results.stream()
                .reduce((a, b) -> b.accuracy().mean() > a.accuracy().mean() ? b : a)
                .orElseThrow();
    }

    private static boolean isRight(OnlineAlgorithm algorithm, Episode episode) {
        Examples examples = episode.examples();
        int classes = examples.task().classes();
        double[] scores = algorithm.start(examples.task(), episode.stateSeed()).learn(examples);
        int last = examples.length() - 1;
        int predicted = CrossEntropy.argMax(scores, last * classes, classes);
        return CrossEntropy.right(predicted, examples.labels()[last]);
    }
}
