package org.vsml.samediff;

import java.util.List;
import java.util.Map;

/**
 * An example of a {@link MemoryGraphRun}: all that its graph reads, as it was before the example.
 */
final class RecordedExample {
    final MemoryGraphRun.Inputs inputs;
    final int label;

    /** Null where it is found again from an earlier step. */
    Map<String, double[]> layer;

    double[] readingHidden;
    double[] readingCell;
    double[] adapted;
    double nearest;
    double examples;
    List<RecruitedUnit> units;
    List<double[]> hidden;
    List<double[]> cell;

    /** What the discriminant said, [its readings, classes]; null if there is none. */
    double[] discriminant;

    RecruitedUnit recruited;

    RecordedExample(MemoryGraphRun.Inputs inputs, int label) {
        this.inputs = inputs;
        this.label = label;
    }
}
