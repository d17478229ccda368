package org.vsml.episode;

import java.util.List;

/**
 * Rows of a file, encoded as those of another one were. The arrays are owned by this object; treat
 * them as read-only.
 *
 * @param origin the file
 * @param inputs [rows][inputs], finite
 * @param labels names of the classes by row, null where there is no label
 * @param lines where the rows begin in the file, from 1
 * @param unseen fields with a text that the other file did not have; none of its inputs is 1
 */
public record TableRows(
        String origin, double[][] inputs, List<String> labels, int[] lines, int unseen) {

    /** Number of rows. */
    public int rows() {
        return inputs.length;
    }
}
