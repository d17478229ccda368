package org.vsml.cpu;

import java.util.Arrays;
import org.vsml.core.Coordinates;
import org.vsml.core.Vsml;

/** The adjoint of {@link TiledConvolution#forward}. Computes the micro ticks again. */
final class TiledConvolutionAdjoint {

    private final TiledConvolution layer;
    private final TileKernels kernels;
    private final Tiling tiling;
    private final SharedStateTiles positions;
    private final OutgoingMessages up;
    private final OutgoingMessages down;
    private final int channels;
    private final int size;
    private final int gates;
    private final int span;
    private final int gateSpan;
    private final boolean layerNorm;

    // Tiles; "all" is for all tiles of positions.

    /** All of every output channel. */
    private final Slice upSums;

    /** All. */
    private final Slice downSums;

    /** One tile: the adjoints of the terms of messages, or of incoming messages. */
    private final Slice messageAdjoint;

    /** All: the adjoints of the terms of the messages to inputs. */
    private final Slice downAdjoints;

    /** All: without normalisation, what messages to inputs add to the adjoint of h. */
    private final Slice downHiddenAdjoints;

    /** The same of messages to outputs, for every output channel. */
    private final Slice upHiddenAdjoints;

    private final float[] hiddenShares;
    private final float[] cellShares;
    private final Slice hiddenAdjoint;
    private final Slice cellAdjoint;
    private final Slice cellSums;

    /** All. */
    private final Slice forwardGateAdjoints;

    /** All of every output channel. */
    private final Slice backwardGateAdjoints;

    private final Slice gateAdjointSums;
    private final float[] gateSums;

    /** [N'', 4N] accumulators. */
    private final Matrix backwardGradient;

    TiledConvolutionAdjoint(TiledConvolution layer, Vsml model) {
        this.layer = layer;
        kernels = layer.kernels;
        tiling = layer.tiling;
        positions = layer.positions;
        up = layer.up;
        down = layer.down;
        channels = layer.channels;
        size = positions.size;
        gates = positions.gates;
        span = positions.span;
        gateSpan = positions.gateSpan;
        layerNorm = model.subRnn().layerNorm();
        int tiles = tiling.tiles;
        upSums = up.newSums(channels * tiles);
        downSums = down.newSums(tiles);
        messageAdjoint = Slice.zeros(Math.max(up.channels, down.channels) * tiling.width);
        downAdjoints = Slice.zeros(tiles * down.channels * tiling.width);
        downHiddenAdjoints = Slice.zeros(tiles * span);
        upHiddenAdjoints = Slice.zeros(channels * tiles * span);
        hiddenShares = new float[span];
        cellShares = new float[span];
        hiddenAdjoint = Slice.zeros(span);
        cellAdjoint = Slice.zeros(span);
        cellSums = Slice.zeros(span);
        forwardGateAdjoints = Slice.zeros(tiles * gateSpan);
        backwardGateAdjoints = Slice.zeros(channels * tiles * gateSpan);
        gateAdjointSums = Slice.zeros(gateSpan);
        gateSums = new float[gates];
        backwardGradient =
                new Matrix(
                        new float[down.channels * gates * kernels.accumulatorWidth()],
                        down.channels,
                        gates);
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
        for (int a = 0; a < layer.patch; a++) {
            layer.computeForwardGates(weights, messages.forward(), a);
            Arrays.fill(forwardGateAdjoints.array(), 0);
            Arrays.fill(downSums.array(), 0);
            prepareDown(weights.down, gradients.down, adjoints.down(), a);
            for (int b = 0; b < channels; b++) {
                int state = layer.stateOffset(a, b);
                positions.run(weights, from, state, a, b, true);
                for (int k = positions.ticks - 1; k >= 0; k--) {
                    pullBackTick(weights, gradients, adjoint, state, b, k, adjoints);
                    addSharedGradients(weights, gradients, adjoint, a, b, k);
                }
                if (!layerNorm && adjoints.up() != null) {
                    layer.collect(up, weights.up, upSums, b);
                }
                if (!layerNorm && adjoints.down() != null) {
                    layer.collect(down, weights.down, downSums, 0);
                }
            }
            if (!layerNorm && adjoints.down() != null) {
                finishDown(gradients.down);
            }
            finishForward(weights, gradients, messages.forward(), a, adjoints.forward());
        }
        finishUp(gradients.up, adjoints.up());
        finishBackward(weights, gradients, messages.backward(), adjoints.backward());
    }

    /** Without normalisation, the adjoint of each position's h, for all kernel entries alike. */
    private void prepareUp(MessageWeights direction, float[] upAdjoint) {
        if (upAdjoint == null || layerNorm) {
            return;
        }
        for (int b = 0; b < channels; b++) {
            for (int tile = 0; tile < tiling.tiles; tile++) {
                gatherUp(upAdjoint, b, tile);
                upHiddenAdjoints.at(positions.tileOf(b, tile) * span);
                kernels.multiply(direction.transposed, messageAdjoint, upHiddenAdjoints);
            }
        }
    }

    /** The adjoint of the average's terms. */
    private void gatherUp(float[] upAdjoint, int b, int tile) {
        layer.channelUnits[b].gather(upAdjoint, up.channels, tile, messageAdjoint);
        Floats.scale(messageAdjoint, up.channels * tiling.width, up.share);
    }

    /** The adjoint of messages to inputs and of their constants, for one entry of the patch. */
    private void prepareDown(
            MessageWeights direction,
            WeightGradients.Message gradients,
            float[] downAdjoint,
            int a) {
        if (downAdjoint == null) {
            return;
        }
        int width = tiling.width;
        double[] constants = down.constants(gradients);
        for (int tile = 0; tile < tiling.tiles; tile++) {
            downAdjoints.at(tile * down.channels * width);
            layer.patchUnits[a].gather(downAdjoint, down.channels, tile, downAdjoints);
            for (int m = 0; m < down.channels; m++) {
                double total = 0;
                for (int l = 0; l < width; l++) {
                    total += downAdjoints.array()[downAdjoints.offset() + m * width + l];
                }
                constants[m] += down.constantShare * total;
            }
            Floats.scale(downAdjoints, down.channels * width, down.share);
            if (!layerNorm) {
                downHiddenAdjoints.at(tile * span);
                kernels.multiply(direction.transposed, downAdjoints, downHiddenAdjoints);
            }
        }
    }

    /**
     * The adjoint of micro tick k of one kernel state at all positions: of c into {@code adjoint},
     * of the gates into {@link #gateSums}. Messages are made after the last tick.
     */
    private void pullBackTick(
            Weights weights,
            WeightGradients gradients,
            float[] adjoint,
            int state,
            int b,
            int k,
            Layer.Messages adjoints) {
        boolean last = k == positions.ticks - 1;
        Arrays.fill(gateAdjointSums.array(), 0);
        Arrays.fill(cellSums.array(), 0);
        spreadAverage(adjoint, state, hiddenShares);
        spreadAverage(adjoint, state + size, cellShares);
        for (int tile = 0; tile < tiling.tiles; tile++) {
            System.arraycopy(hiddenShares, 0, hiddenAdjoint.array(), 0, span);
            System.arraycopy(cellShares, 0, cellAdjoint.array(), 0, span);
            if (tiling.isPadded(tile)) {
                Floats.mask(hiddenAdjoint, span, tiling.mask(tile));
                Floats.mask(cellAdjoint, span, tiling.mask(tile));
            }
            if (last && layerNorm) {
                normalisedAdjoint(weights, gradients, b, tile, adjoints);
            } else if (last) {
                summedAdjoint(b, tile, adjoints);
            }
            MicroTick tick = positions.kept(k, tile);
            kernels.activateAdjoint(tick, hiddenAdjoint, cellAdjoint);
            kernels.addToThree(
                    gateSpan,
                    forwardGateAdjoints.at(tile * gateSpan),
                    backwardGateAdjoints.at(positions.tileOf(b, tile) * gateSpan),
                    gateAdjointSums,
                    tick.gates());
            kernels.add(span, cellSums, cellAdjoint);
        }
        Floats.sumLanes(gateAdjointSums, gates, tiling.width, gateSums, 0);
        Floats.sumLanes(cellSums, size, tiling.width, adjoint, state + size);
    }

    /** An average's adjoint, divided among the positions: the same for all. */
    private void spreadAverage(float[] adjoint, int offset, float[] tile) {
        for (int n = 0; n < size; n++) {
            float share = adjoint[offset + n] / positions.positions;
            Arrays.fill(tile, n * tiling.width, (n + 1) * tiling.width, share);
        }
    }

    /** Adds the adjoint of h from messages without normalisation. */
    private void summedAdjoint(int b, int tile, Layer.Messages adjoints) {
        if (adjoints.up() != null) {
            upHiddenAdjoints.at(positions.tileOf(b, tile) * span);
            kernels.add(span, hiddenAdjoint, upHiddenAdjoints);
        }
        if (adjoints.down() != null) {
            kernels.add(span, hiddenAdjoint, downHiddenAdjoints.at(tile * span));
        }
    }

    /** The same through the normalisation of the messages. */
    private void normalisedAdjoint(
            Weights weights, WeightGradients gradients, int b, int tile, Layer.Messages adjoints) {
        Slice hidden = positions.hidden.at(tile * span);
        if (adjoints.up() != null) {
            gatherUp(adjoints.up(), b, tile);
            up.normalisedAdjoint(weights.up, gradients.up, messageAdjoint, hidden, hiddenAdjoint);
        }
        if (adjoints.down() != null) {
            int count = down.channels * tiling.width;
            System.arraycopy(downAdjoints.array(), tile * count, messageAdjoint.array(), 0, count);
            down.normalisedAdjoint(
                    weights.down, gradients.down, messageAdjoint, hidden, hiddenAdjoint);
        }
    }

    /** What is the same at all positions has the sum over them as its adjoint. */
    private void addSharedGradients(
            Weights weights, WeightGradients gradients, float[] adjoint, int a, int b, int k) {
        for (int j = 0; j < gates; j++) {
            gradients.bias[j] += gateSums[j];
        }
        if (layer.coordinates.areFed()) {
            for (int i = 0; i < Coordinates.COUNT; i++) {
                addRow(layer.coordinates.coordinate(a, b, i), gradients.coordinateSums, i);
            }
        }
        float[] transposed = weights.hiddenTransposed.values();
        for (int n = 0; n < size; n++) {
            addRow(positions.ticksHidden[k * size + n], gradients.hiddenSums, n);
            float product = 0;
            for (int j = 0; j < gates; j++) {
                product += gateSums[j] * transposed[j * size + n];
            }
            adjoint[layer.stateOffset(a, b) + n] = product;
        }
    }

    private void addRow(double factor, double[] matrix, int row) {
        for (int j = 0; j < gates; j++) {
            matrix[row * gates + j] += factor * gateSums[j];
        }
    }

    private void finishDown(WeightGradients.Message gradients) {
        for (int tile = 0; tile < tiling.tiles; tile++) {
            downAdjoints.at(tile * down.channels * tiling.width);
            kernels.outer(1, downSums.at(tile * downSums.step()), downAdjoints, gradients.weights);
        }
    }

    /** w_f and the incoming forward messages of one entry of the patch. */
    private void finishForward(
            Weights weights, WeightGradients gradients, float[] forward, int a, float[] adjoint) {
        int forwardChannels = layer.forwardChannels;
        Matrix sums = gradients.forward(forwardChannels);
        for (int tile = 0; tile < tiling.tiles; tile++) {
            forwardGateAdjoints.at(tile * gateSpan);
            layer.patchUnits[a].gather(forward, forwardChannels, tile, layer.message);
            kernels.outer(1, layer.message, forwardGateAdjoints, sums);
            if (adjoint != null) {
                kernels.multiply(weights.forwardTransposed, forwardGateAdjoints, messageAdjoint);
                layer.patchUnits[a].add(messageAdjoint, forwardChannels, tile, adjoint);
            }
        }
    }

    /** The weights that make forward messages. */
    private void finishUp(WeightGradients.Message gradients, float[] upAdjoint) {
        if (upAdjoint == null) {
            return;
        }
        for (int b = 0; b < channels && !layerNorm; b++) {
            for (int tile = 0; tile < tiling.tiles; tile++) {
                gatherUp(upAdjoint, b, tile);
                upSums.at(positions.tileOf(b, tile) * upSums.step());
                kernels.outer(1, upSums, messageAdjoint, gradients.weights);
            }
        }
        double[] constants = up.constants(gradients);
        for (int i = 0; i < upAdjoint.length; i++) {
            constants[i % up.channels] += up.constantShare * (double) upAdjoint[i];
        }
    }

    /** w_b and the incoming backward messages. */
    private void finishBackward(
            Weights weights, WeightGradients gradients, float[] backward, float[] adjoint) {
        Arrays.fill(backwardGradient.values(), 0);
        for (int b = 0; b < channels; b++) {
            LaneUnits units = layer.channelUnits[b];
            for (int tile = 0; tile < tiling.tiles; tile++) {
                backwardGateAdjoints.at(positions.tileOf(b, tile) * gateSpan);
                units.gather(backward, down.channels, tile, layer.message);
                kernels.outer(1, layer.message, backwardGateAdjoints, backwardGradient);
                if (adjoint != null) {
                    kernels.multiply(
                            weights.backwardTransposed, backwardGateAdjoints, messageAdjoint);
                    units.add(messageAdjoint, down.channels, tile, adjoint);
                }
            }
        }
        int width = kernels.accumulatorWidth();
        for (int i = 0; i < gradients.backward.length; i++) {
            for (int l = i * width; l < (i + 1) * width; l++) {
                gradients.backward[i] += backwardGradient.values()[l];
            }
        }
    }
}
