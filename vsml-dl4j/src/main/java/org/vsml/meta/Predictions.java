package org.vsml.meta;

import org.vsml.core.CrossEntropy;
import org.vsml.core.Examples;

/** What logits say beside the labels. */
final class Predictions {

    private Predictions() {}

    /** Share of the labelled examples whose largest logit is the label's. */
    static double accuracy(double[] logits, Examples examples) {
        return accuracy(logits, examples, examples.labels().length);
    }

    /** The same of the first {@code count} examples alone. */
    static double accuracy(double[] logits, Examples examples, int count) {
        int classes = examples.task().classes();
        int labelled = 0;
        int correct = 0;
        for (int i = 0; i < count; i++) {
            int label = examples.labels()[i];
            if (label != Examples.UNLABELLED) {
                labelled++;
                int predicted = CrossEntropy.argMax(logits, i * classes, classes);
                correct += CrossEntropy.right(predicted, label) ? 1 : 0;
            }
        }
        return labelled == 0 ? Double.NaN : (double) correct / labelled;
    }
}
