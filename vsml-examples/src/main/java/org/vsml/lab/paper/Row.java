package org.vsml.lab.paper;

import org.vsml.online.ComparisonResult;
import org.vsml.online.Interval;

/**
 * One number of a figure.
 *
 * @param figure its number
 * @param trainedOn what the method was meta-trained on; empty where nothing was
 * @param method the learner
 * @param testSet what it was meta-tested on
 * @param unseen whether that was not part of meta-training
 * @param examples seen so far
 * @param accuracy cumulative, mean over the seeds
 * @param low end of the 95 % interval of the mean
 * @param high end of it
 * @param seeds number of streams
 * @param setting that is best for this number, where the learner has a grid
 */
public record Row(
        String figure,
        String trainedOn,
        String method,
        String testSet,
        boolean unseen,
        int examples,
        double accuracy,
        double low,
        double high,
        int seeds,
        String setting) {

    static Row of(
            String figure,
            String trainedOn,
            String method,
            TestSet test,
            boolean unseen,
            ComparisonResult.Point point) {
        Interval interval = point.accuracy();
        return new Row(
                figure,
                trainedOn,
                method,
                test.name(),
                unseen,
                point.examples(),
                interval.mean(),
                interval.low(),
                interval.high(),
                interval.count(),
                point.setting());
    }
}
