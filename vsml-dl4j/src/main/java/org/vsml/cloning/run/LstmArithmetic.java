package org.vsml.cloning.run;

/** The loops of {@link DenseTicks} over units, gates or sub-RNNs side by side. */
final class LstmArithmetic {

    private LstmArithmetic() {}

    static void firstRetained(
            float[][] columns,
            int q,
            float[] before,
            int row,
            float[] cell,
            float[] hidden,
            int count) {
        float[] f = columns[q];
        float[] added = columns[q + 1];
        float[] o = columns[q + 2];
        for (int a = 0; a < count; a++) {
            float c = Math.fma(f[a], before[row + a], added[a]);
            cell[a] = c;
            hidden[a] = c;
        }
        Activations.tanh(hidden, count);
        for (int a = 0; a < count; a++) {
            hidden[a] *= o[a];
        }
    }

    static void preActivation(
            float[] base,
            float w,
            float[] hiddenW,
            float b,
            float[] hiddenB,
            float[] into,
            int count) {
        for (int a = 0; a < count; a++) {
            into[a] = Math.fma(w, hiddenW[a], Math.fma(b, hiddenB[a], base[a]));
        }
    }

    static void retain(float[] i, float[] g, float[] f, float[] cell, int count) {
        for (int a = 0; a < count; a++) {
            cell[a] = Math.fma(0.5f, f[a], 0.5f) * cell[a] + Math.fma(0.5f, i[a], 0.5f) * g[a];
        }
    }

    static void addDifference(float[] after, float[] before, int row, float[] change, int count) {
        for (int a = 0; a < count; a++) {
            change[row + a] += after[a] - before[row + a];
        }
    }

    static void gather(float[] table, int width, int q, int[] index, float[] into, int count) {
        for (int a = 0; a < count; a++) {
            into[a] = table[index[a] * width + q];
        }
    }

    static void candidate(float[] gate, int i, float[] cell, int c, int units) {
        int g = i + units;
        for (int k = 0; k < units; k++) {
            cell[c + k] = Math.fma(0.5f, gate[i + k], 0.5f) * gate[g + k];
        }
    }

    static void nextCell(float[] gate, int i, float[] cell, int c, int units) {
        int g = i + units;
        int f = g + units;
        for (int k = 0; k < units; k++) {
            cell[c + k] =
                    Math.fma(0.5f, gate[f + k], 0.5f) * cell[c + k]
                            + Math.fma(0.5f, gate[i + k], 0.5f) * gate[g + k];
        }
    }

    static void open(float[] gate, int o, float[] hidden, int h, int units) {
        for (int k = 0; k < units; k++) {
            hidden[h + k] *= Math.fma(0.5f, gate[o + k], 0.5f);
        }
    }

    static void addScaled(float factor, float[] from, int at, float[] into, int offset, int count) {
        for (int j = 0; j < count; j++) {
            into[offset + j] = Math.fma(factor, from[at + j], into[offset + j]);
        }
    }

    static void addTwoScaled(
            float factor1,
            int at1,
            float factor2,
            int at2,
            float[] from,
            float[] into,
            int offset,
            int count) {
        for (int j = 0; j < count; j++) {
            into[offset + j] =
                    Math.fma(
                            factor1,
                            from[at1 + j],
                            Math.fma(factor2, from[at2 + j], into[offset + j]));
        }
    }

    /** From tanh(z/2). */
    static float sigmoid(float tanhOfHalf) {
        return Math.fma(0.5f, tanhOfHalf, 0.5f);
    }
}
