package org.vsml.baselines;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.vsml.core.InputShape;
import org.vsml.core.OnlineStream;
import org.vsml.core.TaskShape;
import org.vsml.episode.Seeds;
import org.vsml.math.Softmax;
import org.vsml.online.OnlineAlgorithm;

/**
 * Online gradient descent on a small convolutional network, one step an example: three 3×3
 * convolutions of 8 channels and stride 2 with tanh, then a linear layer (the CNN of the authors'
 * SGD baseline).
 *
 * @param optimizer plain SGD, or Adam with β 0.9 and 0.999
 * @param rate learning rate
 */
record ConvolutionalDescent(GradientDescent.Optimizer optimizer, double rate)
        implements OnlineAlgorithm {

    private static final int LAYERS = 3;
    private static final int CHANNELS = 8;

    ConvolutionalDescent {
        GradientDescent.requireRate(rate);
    }

    @Override
    public String name() {
        return String.format(
                        Locale.ROOT,
                        "%s convolution, rate %s",
                        optimizer,
                        GradientDescent.plain(rate))
                .toLowerCase(Locale.ROOT);
    }

    @Override
    public OnlineStream start(TaskShape task, long seed) {
        return new Network(task, Seeds.generator(seed));
    }

    private final class Network extends ExampleSession {

        private final List<TrainedConvolution> convolutions = new ArrayList<>();
        private final TrainedDense upper;

        /** Above each convolution; the first is the input. */
        private final List<float[]> activations = new ArrayList<>();

        private final float[] probabilities;

        Network(TaskShape task, RandomGenerator random) {
            super(task);
            InputShape shape = task.input();
            activations.add(new float[inputs]);
            for (int k = 0; k < LAYERS; k++) {
                TrainedConvolution layer = new TrainedConvolution(optimizer, rate, shape, CHANNELS);
                layer.initialise(random);
                convolutions.add(layer);
                shape = layer.output();
                activations.add(new float[shape.size()]);
            }
            upper = new TrainedDense(optimizer, rate, shape.size(), classes);
            upper.initialise(random);
            probabilities = new float[classes];
        }

        @Override
        void predict(float[] input, double[] scores) {
            activations.set(0, input);
            for (int k = 0; k < LAYERS; k++) {
                float[] above = activations.get(k + 1);
                convolutions.get(k).forward(activations.get(k), above);
                for (int i = 0; i < above.length; i++) {
                    above[i] = (float) Math.tanh(above[i]);
                }
            }
            upper.forward(activations.get(LAYERS), probabilities);
            for (int c = 0; c < classes; c++) {
                scores[c] = probabilities[c];
            }
        }

        @Override
        void update(float[] input, int label) {
            Softmax.inPlace(probabilities);
            probabilities[label] -= 1;
            float[] error = new float[activations.get(LAYERS).length];
            upper.backward(probabilities, error);
            upper.update(activations.get(LAYERS), probabilities);
            for (int k = LAYERS - 1; k >= 0; k--) {
                float[] above = activations.get(k + 1);
                for (int i = 0; i < above.length; i++) {
                    error[i] *= 1 - above[i] * above[i];
                }
                float[] below = k == 0 ? null : new float[activations.get(k).length];
                convolutions.get(k).backwardAndUpdate(activations.get(k), error, below);
                error = below;
            }
        }
    }
}
