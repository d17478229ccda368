package org.vsml.cpu;

import java.util.Arrays;
import org.vsml.core.NamedArrays;
import org.vsml.core.VsmlWithMemory;

/**
 * The part of the weights of readings that adapts to the stream ({@link VsmlWithMemory}):
 * normalised least mean squares on the cross-entropy of its examples. Belongs to one thread.
 */
final class AdaptiveWeights {

    private static final int CONTEXTS = VsmlWithMemory.CONTEXTS;
    private static final String LEARNED = "reading.adapted";
    private static final String RATE = "reading.rate";

    private final VsmlWithMemory model;
    private final double[] rate = new double[CONTEXTS];

    /** a [readings, 2]; zeros that stay if the model has none. */
    private final double[] weights;

    AdaptiveWeights(VsmlWithMemory model, NamedArrays meta, NamedArrays learned) {
        this.model = model;
        weights =
                model.adaptiveWeights()
                        ? learned.array(LEARNED)
                        : new double[model.readings() * CONTEXTS];
        if (model.adaptiveWeights()) {
            Arrays.setAll(rate, i -> EpisodeMemory.sigmoid(meta.array(RATE)[i]));
        }
    }

    /** Overwrites them among learned variables. */
    void write(NamedArrays learned) {
        if (model.adaptiveWeights()) {
            learned.set(LEARNED, weights);
        }
    }

    /** Tells an example what they are before it. */
    void begin(MemoryStep step, double novelty) {
        step.adapted = Floats.room(step.adapted, weights.length);
        System.arraycopy(weights, 0, step.adapted, 0, weights.length);
        step.context[0] = 1;
        step.context[1] = 2 * novelty - 1;
    }

    /** Of reading j, Σ_i a_ji · c_i. */
    double weight(MemoryStep step, int j) {
        return step.adapted[2 * j] + step.adapted[2 * j + 1] * step.context[1];
    }

    /** They go down the gradient of the example's cross-entropy. */
    void learn(MemoryStep step, float[] error) {
        if (!model.adaptiveWeights()) {
            return;
        }
        step.error = Floats.room(step.error, error.length);
        System.arraycopy(error, 0, step.error, 0, error.length);
        step.power = 1;
        for (double r : step.readings) {
            step.power += r * r / error.length;
        }
        for (int i = 0; i < weights.length; i++) {
            int c = i % CONTEXTS;
            weights[i] -= rate[c] * step.context[c] * gradient(step, i / CONTEXTS) / step.power;
        }
    }

    /** Σ_b error_b · r_jb. */
    private static double gradient(MemoryStep step, int j) {
        int classes = step.error.length;
        double sum = 0;
        for (int b = 0; b < classes; b++) {
            sum += step.error[b] * step.readings[j * classes + b];
        }
        return sum;
    }

    /** The way back, example by example from the last: of each learn, then weight. */
    final class Adjoint {

        private final double[] ofRate = new double[CONTEXTS];
        private double[] ofWeights = new double[weights.length];

        /**
         * Begins after the last example.
         *
         * @param gradient of the final learned variables, or null
         */
        Adjoint(NamedArrays gradient) {
            if (gradient != null && model.adaptiveWeights()) {
                ofWeights = gradient.array(LEARNED);
            }
        }

        /** Forgets the adjoints of the weights. */
        void clear() {
            Arrays.fill(ofWeights, 0);
        }

        /**
         * Of {@link AdaptiveWeights#learn}; the adjoint of the weights stays what it is.
         *
         * @param ofError [classes], added to
         */
        void learn(MemoryStep step, float[] ofError) {
            if (!model.adaptiveWeights()) {
                return;
            }
            int classes = ofError.length;
            double ofPower = 0;
            for (int j = 0; j < model.readings(); j++) {
                double gradient = gradient(step, j);
                double ofGradient = 0;
                for (int c = 0; c < CONTEXTS; c++) {
                    double of = -ofWeights[j * CONTEXTS + c] / step.power;
                    double ofContext = of * rate[c] * gradient;
                    ofRate[c] += of * step.context[c] * gradient * rate[c] * (1 - rate[c]);
                    ofGradient += of * rate[c] * step.context[c];
                    ofPower -= ofContext * step.context[c] / step.power;
                    step.ofNovelty += c == 0 ? 0 : 2 * ofContext;
                }
                for (int b = 0; b < classes; b++) {
                    ofError[b] += (float) (ofGradient * step.readings[j * classes + b]);
                    step.ofReadings[j * classes + b] += ofGradient * step.error[b];
                }
            }
            for (int l = 0; l < step.ofReadings.length; l++) {
                step.ofReadings[l] += ofPower * 2 * step.readings[l] / classes;
            }
        }

        /** Of {@link AdaptiveWeights#weight}. */
        void weight(MemoryStep step, int j, double of) {
            ofWeights[2 * j] += of;
            ofWeights[2 * j + 1] += of * step.context[1];
            step.ofNovelty += 2 * of * step.adapted[2 * j + 1];
        }

        /** Adds the gradient of V_M. */
        void addTo(double[] metaGradient) {
            if (model.adaptiveWeights()) {
                int offset = model.metaVariableLayout().offset(RATE);
                for (int c = 0; c < CONTEXTS; c++) {
                    metaGradient[offset + c] += ofRate[c];
                }
            }
        }

        /** Overwrites the gradient of the starting learned variables. */
        void write(NamedArrays gradient) {
            if (model.adaptiveWeights()) {
                gradient.set(LEARNED, ofWeights);
            }
        }
    }
}
