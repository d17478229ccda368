package org.vsml.core;

import java.util.ArrayList;
import java.util.List;

/**
 * An episode and its standardised inputs: the statistics of {@link Conditioning} along it, which do
 * not depend on V_M.
 */
public final class ConditionedEpisode {

    private final Examples examples;
    private final RolloutOptions options;
    private final Examples standardised;
    private final RunningStatistics end;

    /** The statistics before each example; only kept for the way back to the inputs. */
    private final List<RunningStatistics> before = new ArrayList<>();

    /** Is called with the statistics along an episode. */
    public interface Observer {

        /**
         * Called for every example in turn.
         *
         * @param example index among all examples of the episode
         * @param statistics with this example taken in; read during the call
         */
        void observed(int example, RunningStatistics statistics);
    }

    private ConditionedEpisode(
            RunningStatistics start, Examples examples, RolloutOptions options, Observer observer) {
        this.examples = examples;
        this.options = options;
        end = start;
        double[] inputs = examples.inputs();
        double[] result = new double[inputs.length];
        int row = examples.task().inputs();
        // Each example is standardised by what has been seen up to it, parallel ones in order.
        for (int i = 0; i < examples.labels().length; i++) {
            if (options.inputGradient()) {
                before.add(end.copy());
            }
            end.observe(inputs, i * row);
            end.transform(inputs, i * row, result, i * row);
            observer.observed(i, end);
        }
        standardised =
                new Examples(examples.task(), examples.parallel(), result, examples.labels());
    }

    /**
     * Standardises an episode.
     *
     * @param start learned variables with the statistics before it; not changed
     * @param options whether the gradient of the inputs will be asked for
     */
    public static ConditionedEpisode of(
            Conditioning conditioning,
            NamedArrays start,
            Examples examples,
            RolloutOptions options) {
        return of(conditioning, start, examples, options, (example, statistics) -> {});
    }

    /** The same, with an observer that is called for every example in turn. */
    public static ConditionedEpisode of(
            Conditioning conditioning,
            NamedArrays start,
            Examples examples,
            RolloutOptions options,
            Observer observer) {
        return new ConditionedEpisode(
                RunningStatistics.of(conditioning, examples.task().input(), start),
                examples,
                options,
                observer);
    }

    /** The episode with its inputs standardised. */
    public Examples standardised() {
        return standardised;
    }

    /** The statistics after the episode. */
    public RunningStatistics end() {
        return end;
    }

    /** The way back from an example's inputs to what else was made of its statistics. */
    public interface ObserverAdjoint {

        /**
         * Called for every example, from the last to the first.
         *
         * @param example index among all examples of the episode
         * @param statistics with this example taken in
         * @param adjoint added to
         * @param ofInputs gradient of the episode's inputs as they came, added to
         */
        void observed(
                int example,
                RunningStatistics statistics,
                RunningStatistics.Adjoint adjoint,
                double[] ofInputs);
    }

    /**
     * The way back from the standardised inputs.
     *
     * @param ofInputs gradient of the standardised inputs on entry, of the inputs on return; null
     *     if it was not asked for: then that of the statistics is not known either, and 0
     * @param ofEnd gradient of the final learned variables, or null
     * @param ofStart gradient of the starting learned variables, whose statistics are overwritten
     */
    public void backward(double[] ofInputs, NamedArrays ofEnd, NamedArrays ofStart) {
        backward(ofInputs, ofEnd, ofStart, (example, statistics, adjoint, inputs) -> {});
    }

    /** The same, with what an observer made of the statistics. */
    public void backward(
            double[] ofInputs, NamedArrays ofEnd, NamedArrays ofStart, ObserverAdjoint observer) {
        if (ofInputs == null) {
            return;
        }
        int row = examples.task().inputs();
        RunningStatistics.Adjoint adjoint = new RunningStatistics.Adjoint(end);
        if (ofEnd != null) {
            adjoint.add(ofEnd);
        }
        int border = options.truncation() * examples.parallel();
        for (int i = before.size() - 1; i >= 0; i--) {
            RunningStatistics after = i + 1 < before.size() ? before.get(i + 1) : end;
            adjoint.transformed(after, examples.inputs(), i * row, ofInputs);
            observer.observed(i, after, adjoint, ofInputs);
            adjoint.observed(before.get(i), examples.inputs(), i * row, ofInputs);
            if (border > 0 && i % border == 0) {
                adjoint.clear();
            }
        }
        adjoint.write(ofStart);
    }
}
