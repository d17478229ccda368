package org.vsml.cpu;

import java.util.Arrays;
import org.vsml.core.Coordinates;
import org.vsml.core.SubRnn;
import org.vsml.core.Vsml;

/** The adjoint of {@link TiledDense#forward}. Computes the micro ticks of each tile again. */
final class TiledDenseAdjoint {

    private final TiledDense layer;
    private final TileKernels kernels;
    private final Tiling tiling;
    private final OutgoingMessages up;
    private final OutgoingMessages down;
    private final SubRnnTilesAdjoint subRnns;
    private final int outputs;
    private final int size;
    private final int gates;
    private final int span;
    private final boolean layerNorm;

    private final Slice upSums;
    private final Slice downSums;
    private final float[] laneSums;
    private final float[] gateSums;

    /** [B, N], without normalisation the adjoint of h of every sub-RNN of output b. */
    private final Slice upHiddenAdjoints;

    /** The same of every sub-RNN of an input, a tile. */
    private final Slice downHiddenAdjoint;

    /** Tiles: the adjoints of the terms of the messages to outputs, and to a tile's inputs. */
    private final Slice messageAdjoint;

    private final Slice downAdjoint;

    /** One tile of 4N rows for each output, of which two are used at once. */
    private final Slice backwardGateAdjoints;

    private final Slice before;
    private final Slice states;
    private final Slice state = Slice.unset();

    TiledDenseAdjoint(TiledDense layer, Vsml model) {
        this.layer = layer;
        kernels = layer.kernels;
        tiling = layer.tiling;
        up = layer.up;
        down = layer.down;
        outputs = layer.outputs;
        SubRnn rnn = model.subRnn();
        size = rnn.stateSize();
        gates = layer.gates;
        layerNorm = rnn.layerNorm();
        int width = tiling.width;
        span = size * width;
        subRnns = new SubRnnTilesAdjoint(rnn, model.dynamics().microTicks(), layer.subRnns);
        upSums = up.newSums(outputs);
        downSums = down.newSums(1);
        laneSums = new float[up.rows];
        gateSums = new float[gates];
        upHiddenAdjoints = Slice.zeros(outputs * size);
        downHiddenAdjoint = Slice.zeros(span);
        messageAdjoint = Slice.zeros(Math.max(up.channels, down.channels) * width);
        downAdjoint = Slice.zeros(down.channels * width);
        backwardGateAdjoints = new Slice(new float[outputs * gates * width], 0, gates * width);
        before = layer.newStates();
        states = layer.newStates();
    }

    /** See {@link Layer#backward}. */
    void pullBack(
            Weights weights,
            WeightGradients gradients,
            float[] from,
            float[] adjoint,
            Layer.Messages messages,
            Layer.Messages adjoints) {
        layer.computeBackwardGates(weights, messages.backward());
        Arrays.fill(upSums.array(), 0);
        Arrays.fill(backwardGateAdjoints.array(), 0);
        prepareUp(weights.up, adjoints.up());
        for (int tile = 0; tile < tiling.tiles; tile++) {
            layer.gatherForward(messages.forward(), tile);
            subRnns.begin(weights, tiling.mask(tile));
            Arrays.fill(downSums.array(), 0);
            prepareDown(weights.down, adjoints.down(), tile);
            for (int b = 0; b < outputs; b += 2) {
                int count = Math.min(2, outputs - b);
                int offset = layer.stateOffset(tile, b);
                subRnns.replay(count, layer.backwardGates.at(b * gates), before.at(from, offset));
                states.at(adjoint, offset);
                for (int j = 0; j < count; j++) {
                    state.at(adjoint, offset + j * states.step());
                    if (layerNorm) {
                        normalisedAdjoint(weights, gradients, b + j, j, tile, adjoints);
                    } else {
                        summedAdjoint(weights, b + j, j, tile, adjoints);
                    }
                }
                backwardGateAdjoints.at(b * backwardGateAdjoints.step());
                subRnns.pullBack(gradients, count, states, backwardGateAdjoints);
            }
            if (adjoints.down() != null && !layerNorm) {
                kernels.outer(1, downSums, downAdjoint, gradients.down.weights);
            }
            subRnns.end(gradients);
            if (adjoints.forward() != null) {
                int channels = layer.subRnns.channels;
                layer.units.add(subRnns.messageAdjoint(), channels, tile, adjoints.forward());
            }
        }
        subRnns.flush(gradients);
        finishUp(gradients.up, adjoints.up());
        finishDown(gradients.down, adjoints.down());
        finishBackward(weights, gradients, messages.backward(), adjoints.backward());
    }

    /** Without normalisation, the adjoint of h from the messages to outputs. */
    private void prepareUp(MessageWeights direction, float[] upAdjoint) {
        if (upAdjoint == null || layerNorm) {
            return;
        }
        float[] matrix = direction.weights.values();
        for (int b = 0; b < outputs; b++) {
            for (int n = 0; n < size; n++) {
                float value = 0;
                for (int m = 0; m < up.channels; m++) {
                    value += matrix[n * up.channels + m] * upAdjoint[b * up.channels + m];
                }
                upHiddenAdjoints.array()[b * size + n] = up.share * value;
            }
        }
    }

    /** The adjoint of the messages to a tile's inputs, and without normalisation that of h. */
    private void prepareDown(MessageWeights direction, float[] adjoint, int tile) {
        if (adjoint == null) {
            Arrays.fill(downHiddenAdjoint.array(), 0);
            return;
        }
        layer.units.gather(adjoint, down.channels, tile, downAdjoint);
        Floats.scale(downAdjoint, down.channels * tiling.width, down.share);
        if (!layerNorm) {
            kernels.multiply(direction.transposed, downAdjoint, downHiddenAdjoint);
        }
    }

    /** The adjoint of h from later examples and messages, without normalisation. */
    private void summedAdjoint(Weights weights, int b, int j, int tile, Layer.Messages adjoints) {
        Slice hiddenAdjoint = subRnns.hiddenAdjoint(j);
        float[] mask = tiling.mask(tile);
        if (adjoints.up() != null) {
            upHiddenAdjoints.at(b * size);
            kernels.sum(size, state, downHiddenAdjoint, upHiddenAdjoints, hiddenAdjoint);
            if (tile == tiling.tiles - 1) {
                Floats.mask(hiddenAdjoint, span, mask);
            }
            up.collect(weights.up, subRnns.hidden(j), mask, upSums.at(b * upSums.step()));
        } else {
            copy(state, hiddenAdjoint, span);
            kernels.add(span, hiddenAdjoint, downHiddenAdjoint);
        }
        if (adjoints.down() != null) {
            down.collect(weights.down, subRnns.hidden(j), mask, downSums);
        }
    }

    /** The same through the normalisation of the messages. */
    private void normalisedAdjoint(
            Weights weights,
            WeightGradients gradients,
            int b,
            int j,
            int tile,
            Layer.Messages adjoints) {
        Slice hidden = subRnns.hidden(j);
        Slice hiddenAdjoint = subRnns.hiddenAdjoint(j);
        copy(state, hiddenAdjoint, span);
        if (adjoints.up() != null) {
            float[] mask = tiling.mask(tile);
            up.collect(weights.up, hidden, mask, upSums.at(b * upSums.step()));
            for (int m = 0; m < up.channels; m++) {
                float value = up.share * weights.up.scale[m] * adjoints.up()[b * up.channels + m];
                for (int l = 0; l < tiling.width; l++) {
                    messageAdjoint.array()[m * tiling.width + l] = value * mask[l];
                }
            }
            up.collectedAdjoint(weights.up, gradients.up, messageAdjoint, hidden, hiddenAdjoint);
        }
        if (adjoints.down() != null) {
            copy(downAdjoint, messageAdjoint, down.channels * tiling.width);
            down.normalisedAdjoint(
                    weights.down, gradients.down, messageAdjoint, hidden, hiddenAdjoint);
        }
    }

    private static void copy(Slice from, Slice to, int count) {
        System.arraycopy(from.array(), from.offset(), to.array(), to.offset(), count);
    }

    /** The weights that make forward messages. */
    private void finishUp(WeightGradients.Message gradients, float[] upAdjoint) {
        if (upAdjoint == null) {
            return;
        }
        for (int b = 0; b < outputs; b++) {
            upSums.at(b * upSums.step());
            Floats.sumLanes(upSums, up.rows, tiling.width, laneSums, 0);
            for (int m = 0; m < up.channels; m++) {
                double value = upAdjoint[b * up.channels + m];
                if (layerNorm) {
                    gradients.scale[m] += up.share * laneSums[m] * value;
                } else {
                    for (int n = 0; n < size; n++) {
                        gradients.weightSums[n * up.channels + m] += up.share * laneSums[n] * value;
                    }
                }
                up.constants(gradients)[m] += up.constantShare * value;
            }
        }
    }

    /** The constants in backward messages. */
    private void finishDown(WeightGradients.Message gradients, float[] adjoint) {
        if (adjoint == null) {
            return;
        }
        double[] constants = down.constants(gradients);
        for (int i = 0; i < adjoint.length; i++) {
            constants[i % down.channels] += down.constantShare * (double) adjoint[i];
        }
    }

    /** w_b, the bias and the incoming backward messages. */
    private void finishBackward(
            Weights weights, WeightGradients gradients, float[] backward, float[] adjoint) {
        float[] transposed = weights.backwardTransposed.values();
        for (int b = 0; b < outputs; b++) {
            backwardGateAdjoints.at(b * backwardGateAdjoints.step());
            Floats.sumLanes(backwardGateAdjoints, gates, tiling.width, gateSums, 0);
            for (int j = 0; j < gates; j++) {
                gradients.bias[j] += gateSums[j];
            }
            addCoordinates(gradients, b);
            for (int m = 0; m < down.channels; m++) {
                float value = backward[b * down.channels + m];
                float sumOfProducts = 0;
                for (int j = 0; j < gates; j++) {
                    gradients.backward[m * gates + j] += (double) value * gateSums[j];
                    sumOfProducts += gateSums[j] * transposed[j * down.channels + m];
                }
                if (adjoint != null) {
                    adjoint[b * down.channels + m] += sumOfProducts;
                }
            }
        }
    }

    /** What the coordinates of output b are multiplied by. */
    private void addCoordinates(WeightGradients gradients, int b) {
        if (!layer.coordinates.areFed()) {
            return;
        }
        for (int i = 0; i < Coordinates.OF_OUTPUT; i++) {
            double value = layer.coordinates.outputs[b * Coordinates.OF_OUTPUT + i];
            int w = (Coordinates.OF_INPUT + i) * gates;
            for (int j = 0; j < gates; j++) {
                gradients.coordinateSums[w + j] += value * gateSums[j];
            }
        }
    }
}
