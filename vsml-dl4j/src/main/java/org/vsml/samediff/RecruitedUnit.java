package org.vsml.samediff;

/**
 * A unit that a stream has recruited: an example and the states of its sub-RNNs. States are
 * replaced by others, never changed in place, so that what was recorded of a step stays as it was.
 */
final class RecruitedUnit {

    final int label;

    /** x_s [inputs], measured from the first example of the stream. */
    final double[] input;

    /** h and c, [classes, N] each. */
    double[] hidden;

    double[] cell;

    // Adjoints on the way back.
    double[] ofInput;
    double[] ofHidden;
    double[] ofCell;

    RecruitedUnit(int label, double[] input, double[] hidden, double[] cell) {
        this.label = label;
        this.input = input;
        this.hidden = hidden;
        this.cell = cell;
        clearAdjoints();
    }

    /** Forgets the adjoints. */
    void clearAdjoints() {
        ofInput = new double[input.length];
        ofHidden = new double[hidden.length];
        ofCell = new double[cell.length];
    }
}
