package org.vsml.core;

import java.util.ArrayList;
import java.util.List;

/**
 * The last word of a {@link VsmlWithMemory} whose discriminant has least squares: what it says
 * itself, what the two unlearned experts say, and all three together, weighed by how well each has
 * predicted so far. Its sub-RNNs hear nothing of it: their error is that of what the model said
 * itself.
 *
 * <pre>
 *   opinions  q_0 = softmax of the model's logits,  q_1 the discriminant's,  q_2 its least squares',
 *             q_3b ∝ q_0b^0.6 · q_1b^0.2 · q_2b^0.2
 *   predicts  p_b = Σ_k w_k q_kb,  w = (0.4, 0.1, 0.1, 0.4) at first
 *   learns    w_k ← 0.998 · w_k q_ky / Σ_j w_j q_jy + 0.002 · what w_k was at first
 * </pre>
 *
 * <p>A linear pool of opinions and of their logarithmic pool (Genest and Zidek 1986), with weights
 * by Bayes' rule of which a little is shared (Herbster and Warmuth 1998). So over T labelled
 * examples its summed log loss is at most ln(1/w_k) + 0.0021·T above that of each opinion, w_k as
 * at first.
 *
 * <p>Not thread-safe.
 */
public final class OpinionPool {

    private static final double[] FIRST = {0.4, 0.1, 0.1, 0.4};

    /** How many opinions there are. */
    public static final int OPINIONS = 4;

    private static final double OWN = 0.6;
    private static final double EXPERT = 0.2;
    private static final double SHARED = 0.002;

    static final String WEIGHT = "opinion.weight";

    private record Heard(double[] weight, double[][] opinions, int label) {}

    private final int classes;
    private final double[] weight;

    /** Of the last prediction, [opinions][classes]. */
    private final double[][] opinions;

    /** Null if the way back is not taken. */
    private final List<Heard> heard;

    private OpinionPool(TaskShape task, NamedArrays learned, boolean recorded) {
        classes = task.classes();
        weight = learned.array(WEIGHT);
        opinions = new double[OPINIONS][classes];
        heard = recorded ? new ArrayList<>() : null;
    }

    /**
     * What learned variables say; null if a model has none.
     *
     * @param recorded whether {@link #backward} will be asked for
     */
    public static OpinionPool of(
            VsmlWithMemory model, TaskShape task, NamedArrays learned, boolean recorded) {
        return model.pools() ? new OpinionPool(task, learned, recorded) : null;
    }

    /** {@code opinion.weight} [4], w. */
    static ArrayLayout layout() {
        return new ArrayLayout(List.of(ArrayLayout.Entry.of(WEIGHT, OPINIONS)));
    }

    static NamedArrays start() {
        NamedArrays start = NamedArrays.zeros(layout());
        start.set(WEIGHT, FIRST);
        return start;
    }

    /** Overwrites the weights among learned variables. */
    public void write(NamedArrays learned) {
        learned.set(WEIGHT, weight);
    }

    /**
     * Hears the opinions on an example; changes nothing that {@link #write} writes.
     *
     * @param experts ln q_1 and ln q_2, [2, classes]
     * @param logits [classes], what the model says itself; ln p after
     */
    public void predict(double[] experts, double[] logits) {
        double[] together = opinions[OPINIONS - 1];
        for (int b = 0; b < classes; b++) {
            double discriminant = experts[b];
            double leastSquares = experts[classes + b];
            opinions[0][b] = logits[b];
            opinions[1][b] = Math.exp(discriminant);
            opinions[2][b] = Math.exp(leastSquares);
            together[b] = OWN * logits[b] + EXPERT * (discriminant + leastSquares);
        }
        softmax(opinions[0]);
        softmax(together);
        for (int b = 0; b < classes; b++) {
            double p = 0;
            for (int k = 0; k < OPINIONS; k++) {
                p += weight[k] * opinions[k][b];
            }
            logits[b] = Math.log(p);
        }
    }

    private static void softmax(double[] z) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double value : z) {
            largest = Math.max(largest, value);
        }
        double sum = 0;
        for (int b = 0; b < z.length; b++) {
            z[b] = Math.exp(z[b] - largest);
            sum += z[b];
        }
        for (int b = 0; b < z.length; b++) {
            z[b] /= sum;
        }
    }

    /** Shows the label of the example that was predicted last, or that it has none. */
    public void learn(int label) {
        if (heard != null) {
            double[][] copy = new double[OPINIONS][];
            for (int k = 0; k < OPINIONS; k++) {
                copy[k] = opinions[k].clone();
            }
            heard.add(new Heard(weight.clone(), copy, label));
        }
        if (label == Examples.UNLABELLED) {
            return;
        }
        double total = 0;
        for (int k = 0; k < OPINIONS; k++) {
            total += weight[k] * opinions[k][label];
        }
        for (int k = 0; k < OPINIONS; k++) {
            weight[k] = (1 - SHARED) * weight[k] * opinions[k][label] / total + SHARED * FIRST[k];
        }
    }

    /**
     * The way back through all examples that were learned.
     *
     * @param ofPredictions gradient of ln p, [T, classes]
     * @param ofEnd gradient of the final learned variables, or null
     * @param ofStart the gradient of the starting weights is written there
     * @param truncation examples after which no gradient goes further back; 0 for all
     * @return gradient of what the model says itself, [T, classes]
     */
    public double[] backward(
            double[] ofPredictions, NamedArrays ofEnd, NamedArrays ofStart, int truncation) {
        double[] ofLogits = new double[ofPredictions.length];
        double[] ofWeight = ofEnd == null ? new double[OPINIONS] : ofEnd.array(WEIGHT);
        for (int t = heard.size() - 1; t >= 0; t--) {
            Heard example = heard.get(t);
            double[][] ofOpinions = new double[OPINIONS][classes];
            unlearn(example, ofWeight, ofOpinions);
            for (int b = 0; b < classes; b++) {
                double p = 0;
                for (int k = 0; k < OPINIONS; k++) {
                    p += example.weight[k] * example.opinions[k][b];
                }
                double of = ofPredictions[t * classes + b] / p;
                for (int k = 0; k < OPINIONS; k++) {
                    ofWeight[k] += of * example.opinions[k][b];
                    ofOpinions[k][b] += of * example.weight[k];
                }
            }
            int together = OPINIONS - 1;
            softmaxAdjoint(1, example.opinions[0], ofOpinions[0], ofLogits, t * classes);
            softmaxAdjoint(
                    OWN, example.opinions[together], ofOpinions[together], ofLogits, t * classes);
            if (truncation > 0 && t % truncation == 0) {
                ofWeight = new double[OPINIONS];
            }
        }
        ofStart.set(WEIGHT, ofWeight);
        return ofLogits;
    }

    /** Back through what the label has made of the weights. */
    private static void unlearn(Heard example, double[] ofWeight, double[][] ofOpinions) {
        int label = example.label;
        if (label == Examples.UNLABELLED) {
            return;
        }
        double total = 0;
        double mean = 0;
        for (int k = 0; k < OPINIONS; k++) {
            double product = example.weight[k] * example.opinions[k][label];
            total += product;
            mean += ofWeight[k] * product;
        }
        mean /= total;
        for (int k = 0; k < OPINIONS; k++) {
            double of = (1 - SHARED) * (ofWeight[k] - mean) / total;
            ofWeight[k] = of * example.opinions[k][label];
            ofOpinions[k][label] += of * example.weight[k];
        }
    }

    private static void softmaxAdjoint(
            double factor, double[] p, double[] of, double[] to, int offset) {
        double mean = 0;
        for (int b = 0; b < p.length; b++) {
            mean += p[b] * of[b];
        }
        for (int b = 0; b < p.length; b++) {
            to[offset + b] += factor * p[b] * (of[b] - mean);
        }
    }
}
