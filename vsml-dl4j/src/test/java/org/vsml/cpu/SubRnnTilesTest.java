package org.vsml.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vsml.core.Architecture;
import org.vsml.core.Dynamics;
import org.vsml.core.NamedArrays;
import org.vsml.core.RandomCase;
import org.vsml.core.SubRnn;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;

/** Micro ticks of two tiles of independent sub-RNNs, and their adjoint, without a layer. */
class SubRnnTilesTest {

    private static final SubRnn RNN = new SubRnn(5, 3, 2, false, -0.5, 0.5);
    private static final Vsml MODEL = new Vsml(RNN, Architecture.dense(), Dynamics.PAPER);
    private static final int TICKS = 2;

    private final Random random = new Random(7);
    private final NamedArrays meta =
            RandomCase.of(MODEL, TaskShape.of(1, 2), 1, 1, random).metaVariables();
    private final TileKernels kernels = new PortableKernels().forInputs(13);
    private final Tiling tiling = new Tiling(kernels, 13);
    private final int span = RNN.stateSize() * kernels.width();
    private final float[] start = gaussian(4 * span);
    private final float[] messages = gaussian(RNN.forwardMessageSize() * kernels.width());

    /** What the loss multiplies the states after the ticks by: zero in padding. */
    private final float[] lossWeights = gaussian(4 * span);

    SubRnnTilesTest() {
        Floats.mask(new Slice(lossWeights), 4 * span, tiling.mask(0));
    }

    private float[] gaussian(int size) {
        return Floats.of(RandomCase.gaussian(random, size, 0.5));
    }

    private double loss(NamedArrays values, int count, float[] from, float[] messageValues) {
        SubRnnTiles tiles = tiles(messageValues);
        Weights weights = new Weights(values, "sub_rnn.0.", RNN);
        tiles.begin(weights, tiling.mask(0));
        Slice state = new Slice(from.clone(), 0, 2 * span);
        for (int k = 0; k < TICKS; k++) {
            tiles.tick(count, biases(weights), state, state);
        }
        double loss = 0;
        for (int i = 0; i < count * 2 * span; i++) {
            loss += (double) lossWeights[i] * state.array()[i];
        }
        return loss;
    }

    private SubRnnTiles tiles(float[] messageValues) {
        SubRnnTiles tiles =
                new SubRnnTiles(RNN, RNN.forwardMessageSize(), Float.POSITIVE_INFINITY, kernels);
        System.arraycopy(messageValues, 0, tiles.message.array(), 0, messageValues.length);
        return tiles;
    }

    private static Slice biases(Weights weights) {
        float[] both = Arrays.copyOf(weights.bias, 2 * weights.bias.length);
        System.arraycopy(weights.bias, 0, both, weights.bias.length, weights.bias.length);
        return new Slice(both);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void adjointAgreesWithDifferences(int count) {
        Weights weights = new Weights(meta, "sub_rnn.0.", RNN);
        SubRnnTilesAdjoint adjoint = new SubRnnTilesAdjoint(RNN, TICKS, tiles(messages));
        WeightGradients gradients = new WeightGradients(RNN, kernels.accumulatorWidth());
        Slice states = new Slice(lossWeights.clone(), 0, 2 * span);
        int gateSpan = RNN.gateSize() * kernels.width();
        Slice biasAdjoints = new Slice(new float[2 * gateSpan], 0, gateSpan);
        adjoint.begin(weights, tiling.mask(0));
        adjoint.replay(count, biases(weights), new Slice(start, 0, 2 * span));
        for (int j = 0; j < count; j++) {
            Slice hidden = adjoint.hiddenAdjoint(j);
            System.arraycopy(lossWeights, j * 2 * span, hidden.array(), hidden.offset(), span);
        }
        adjoint.pullBack(gradients, count, states, biasAdjoints);
        adjoint.end(gradients);
        float[] ofMessages = adjoint.messageAdjoint().array().clone();
        adjoint.flush(gradients);
        double[] ofMeta = new double[meta.layout().size()];
        gradients.addTo(ofMeta, meta.layout(), "sub_rnn.0.");

        for (String name : List.of("w_f", "w_h")) {
            int offset = meta.layout().offset("sub_rnn.0." + name);
            int size = meta.layout().entry("sub_rnn.0." + name).size();
            NamedArrays up = meta.copy();
            NamedArrays down = meta.copy();
            double expected = 0;
            for (int i = offset; i < offset + size; i++) {
                double step = 0.01 * random.nextGaussian();
                up.values()[i] += step;
                down.values()[i] -= step;
                expected += 2 * step * ofMeta[i];
            }
            double difference =
                    loss(up, count, start, messages) - loss(down, count, start, messages);
            assertThat(difference).as(name).isCloseTo(expected, tolerance(expected));
        }
        double[] ofStart = new double[count * 2 * span];
        Arrays.setAll(ofStart, i -> states.array()[i]);
        checkFloats(start, ofStart, values -> loss(meta, count, values, messages));
        double[] doubles = new double[ofMessages.length];
        Arrays.setAll(doubles, i -> ofMessages[i]);
        checkFloats(messages, doubles, values -> loss(meta, count, start, values));
    }

    private void checkFloats(float[] at, double[] gradient, ToDoubleFunction<float[]> loss) {
        float[] up = at.clone();
        float[] down = at.clone();
        double expected = 0;
        for (int i = 0; i < gradient.length; i++) {
            float step = (float) (0.01 * random.nextGaussian());
            up[i] += step;
            down[i] -= step;
            expected += 2 * step * gradient[i];
        }
        double difference = loss.applyAsDouble(up) - loss.applyAsDouble(down);
        assertThat(difference).isCloseTo(expected, tolerance(expected));
    }

    private static Offset<Double> tolerance(double expected) {
        return Offset.offset(0.01 * Math.abs(expected) + 1e-4);
    }
}
