package org.vsml.core;

import java.util.ArrayList;
import java.util.List;

/** An episode and its standardised inputs: the statistics do not depend on V_M. */
final class ConditionedEpisode {

    private final Examples examples;
    private final RolloutOptions options;
    private final Examples standardised;
    private final RunningStatistics end;

    /** The statistics before each step; only kept for the way back to the inputs. */
    private final List<RunningStatistics> before = new ArrayList<>();

    ConditionedEpisode(
            Conditioning conditioning,
            NamedArrays start,
            Examples examples,
            RolloutOptions options) {
        this.examples = examples;
        this.options = options;
        end = RunningStatistics.of(conditioning, start);
        double[] inputs = examples.inputs();
        double[] result = new double[inputs.length];
        int row = examples.task().inputs();
        // Each example is standardised by what has been seen up to it, parallel ones in order.
        for (int offset = 0; offset < inputs.length; offset += row) {
            if (options.inputGradient()) {
                before.add(end.copy());
            }
            end.observe(inputs, offset);
            end.transform(inputs, offset, result, offset);
        }
        standardised =
                new Examples(examples.task(), examples.parallel(), result, examples.labels());
    }

    Examples standardised() {
        return standardised;
    }

    /** The learned variables after the episode. */
    NamedArrays learnedVariables(NamedArrays inner, Conditioning conditioning) {
        NamedArrays own = NamedArrays.zeros(conditioning.layout(examples.task().inputs()));
        end.write(own);
        return NamedArrays.concatenate(List.of(inner, own));
    }

    /**
     * The way back from the standardised inputs.
     *
     * @param ofInputs gradient of the standardised inputs on entry, of the inputs on return; null
     *     if it was not asked for: then that of the statistics is not known either, and 0
     * @param ofEnd gradient of the final learned variables, or null
     * @param ofStart gradient of the starting statistics, overwritten
     */
    void backward(double[] ofInputs, NamedArrays ofEnd, NamedArrays ofStart) {
        if (ofInputs == null) {
            return;
        }
        int row = examples.task().inputs();
        RunningStatistics.Adjoint adjoint = new RunningStatistics.Adjoint(row);
        if (ofEnd != null) {
            adjoint.add(ofEnd);
        }
        int border = options.truncation() * examples.parallel();
        for (int i = before.size() - 1; i >= 0; i--) {
            RunningStatistics after = i + 1 < before.size() ? before.get(i + 1) : end;
            adjoint.transformed(after, examples.inputs(), i * row, ofInputs);
            adjoint.observed(before.get(i), examples.inputs(), i * row, ofInputs);
            if (border > 0 && i % border == 0) {
                adjoint.clear();
            }
        }
        adjoint.write(ofStart);
    }
}
