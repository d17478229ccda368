package org.vsml.cpu;

import java.util.Arrays;
import org.vsml.core.Aggregation;
import org.vsml.core.Coordinates;
import org.vsml.core.Dynamics;
import org.vsml.core.LayerShape;
import org.vsml.core.SubRnn;

/**
 * A convolution (paper, section B.2). Every kernel state runs at all output positions at once: the
 * lanes of a tile are positions. They share h, so h·w_h is a row of numbers, and a micro tick costs
 * little but its activations; afterwards h and c become their averages over the positions, while
 * messages are made of each position's own h.
 *
 * <p>A is the number of kernel entries times input channels, B the output channels. The state holds
 * N floats of h and N of c for each pair.
 */
final class ConvolutionLayer implements LayerRun {

    private static final int OUTSIDE = -1;

    private final Place place;
    private final TileKernels kernels;
    private final int patch;
    private final int channels;
    private final int positions;
    private final int size;
    private final int gates;
    private final int upChannels;
    private final int downChannels;
    private final boolean layerNorm;
    private final int ticks;
    private final float clip;
    private final int width;
    private final int tiles;
    private final float upShare;
    private final float downShare;
    private final float upCount;
    private final float downCount;

    /** [A, positions]: the incoming forward message that is read, or {@link #OUTSIDE}. */
    private final int[] reads;

    private final float[] fullMask;
    private final float[] lastMask;

    // Scratch memory; "all" is for all tiles of positions.
    private final float[] message;
    private final float[] forwardGates;
    private final float[] backwardGates;
    private final float[] hiddenGates;
    private final float[] tickGates;
    private final float[] oldCell;
    private final float[] newCells;
    private final float[] tanhs;
    private final float[] hidden;
    private final float[] cellSums;
    private final float[] upSums;
    private final float[] downSums;
    private final float[] ticksHidden;
    private final float[] ticksCell;
    private final NormalisedMessages upNorm;
    private final NormalisedMessages downNorm;
    private final float[] messageAdjoint;
    private final float[] downAdjoints;
    private final float[] downHiddenAdjoints;
    private final float[] upHiddenAdjoints;
    private final float[] hiddenShares;
    private final float[] cellShares;
    private final float[] hiddenAdjoint;
    private final float[] cellAdjoint;
    private final float[] hiddenSums;
    private final float[] forwardGateAdjoints;
    private final float[] backwardGateAdjoints;
    private final float[] gateAdjointSums;
    private final float[] gateSums;
    private final float[] backwardGradient;

    ConvolutionLayer(
            LayerShape.Convolution shape,
            Place place,
            SubRnn rnn,
            Dynamics dynamics,
            TileKernels kernels) {
        this.place = place;
        this.kernels = kernels;
        patch = shape.stateInputs();
        channels = shape.outputChannels();
        positions = shape.outputHeight() * shape.outputWidth();
        size = rnn.stateSize();
        gates = rnn.gateSize();
        upChannels = rnn.forwardMessageSize();
        downChannels = rnn.backwardMessageSize();
        layerNorm = rnn.layerNorm();
        ticks = dynamics.microTicks();
        clip = (float) dynamics.stateClip();
        width = kernels.width(positions);
        tiles = (positions + width - 1) / width;
        boolean mean = dynamics.aggregation() == Aggregation.MEAN;
        int entries = shape.kernel() * shape.kernel();
        upShare = mean ? 1f / patch : 1;
        downShare = mean ? 1f / (channels * entries) : 1;
        upCount = mean ? 1 : patch;
        downCount = mean ? 1f / entries : channels;
        reads = reads(shape);
        fullMask = new float[width];
        Arrays.fill(fullMask, 1);
        lastMask = new float[width];
        Arrays.fill(lastMask, 0, positions - (tiles - 1) * width, 1);
        int most = Math.max(upChannels, downChannels);
        int all = tiles * width;
        message = new float[most * width];
        forwardGates = new float[gates * all];
        backwardGates = new float[channels * gates * all];
        hiddenGates = new float[gates];
        tickGates = new float[ticks * gates * all];
        oldCell = new float[ticks * size * width];
        newCells = new float[ticks * size * all];
        tanhs = new float[ticks * size * all];
        hidden = new float[size * all];
        cellSums = new float[size * width];
        upSums = new float[channels * (layerNorm ? upChannels : size) * all];
        downSums = new float[(layerNorm ? downChannels : size) * all];
        ticksHidden = new float[(ticks + 1) * size];
        ticksCell = new float[(ticks + 1) * size];
        upNorm = layerNorm ? new NormalisedMessages(kernels, size, upChannels, width) : null;
        downNorm = layerNorm ? new NormalisedMessages(kernels, size, downChannels, width) : null;
        messageAdjoint = new float[most * width];
        downAdjoints = new float[downChannels * all];
        downHiddenAdjoints = new float[size * all];
        upHiddenAdjoints = new float[channels * size * all];
        hiddenShares = new float[size * width];
        cellShares = new float[size * width];
        hiddenAdjoint = new float[size * width];
        cellAdjoint = new float[size * width];
        hiddenSums = new float[size * width];
        forwardGateAdjoints = new float[gates * all];
        backwardGateAdjoints = new float[channels * gates * all];
        gateAdjointSums = new float[gates * width];
        gateSums = new float[gates];
        backwardGradient = new float[downChannels * gates * kernels.accumulatorLanes()];
    }

    private int[] reads(LayerShape.Convolution shape) {
        int[] result = new int[patch * positions];
        int half = shape.kernel() / 2;
        for (int a = 0; a < patch; a++) {
            int channel = a % shape.inputChannels();
            int kernelColumn = a / shape.inputChannels() % shape.kernel();
            int kernelRow = a / shape.inputChannels() / shape.kernel();
            for (int p = 0; p < positions; p++) {
                int row = p / shape.outputWidth() * shape.stride() + kernelRow - half;
                int column = p % shape.outputWidth() * shape.stride() + kernelColumn - half;
                boolean inside =
                        row >= 0 && row < shape.height() && column >= 0 && column < shape.width();
                result[a * positions + p] =
                        inside
                                ? (row * shape.width() + column) * shape.inputChannels() + channel
                                : OUTSIDE;
            }
        }
        return result;
    }

    @Override
    public int stateSize() {
        return patch * channels * 2 * size;
    }

    private int stateOffset(int a, int b) {
        return (a * channels + b) * 2 * size;
    }

    private float[] mask(int tile) {
        return tile == tiles - 1 ? lastMask : fullMask;
    }

    private int real(int tile) {
        return Math.min(width, positions - tile * width);
    }

    @Override
    public void forward(
            Weights weights,
            float[] from,
            float[] to,
            float[] forward,
            int forwardChannels,
            float[] backward,
            float[] up,
            float[] down) {
        computeBackwardGates(weights, backward);
        Arrays.fill(upSums, 0);
        if (down != null) {
            Arrays.fill(down, 0);
        }
        for (int a = 0; a < patch; a++) {
            computeForwardGates(weights, forward, forwardChannels, a);
            Arrays.fill(downSums, 0);
            for (int b = 0; b < channels; b++) {
                int state = stateOffset(a, b);
                runTicks(weights, from, a, b, false);
                System.arraycopy(ticksHidden, ticks * size, to, state, size);
                System.arraycopy(ticksCell, ticks * size, to, state + size, size);
                collect(weights, b, up != null, down != null);
            }
            if (down != null) {
                sendDown(weights.down, a, down);
            }
        }
        if (up != null) {
            sendUp(weights.up, up);
        }
    }

    /** m_b·w_b for every output channel and position. */
    private void computeBackwardGates(Weights weights, float[] backward) {
        for (int b = 0; b < channels; b++) {
            for (int tile = 0; tile < tiles; tile++) {
                gatherBackward(backward, b, tile);
                kernels.multiply(
                        weights.backward,
                        downChannels,
                        gates,
                        message,
                        0,
                        null,
                        0,
                        null,
                        0,
                        backwardGates,
                        (b * tiles + tile) * gates * width,
                        width);
            }
        }
    }

    private void gatherBackward(float[] backward, int b, int tile) {
        int real = real(tile);
        for (int m = 0; m < downChannels; m++) {
            for (int l = 0; l < real; l++) {
                int unit = (tile * width + l) * channels + b;
                message[m * width + l] = backward[unit * downChannels + m];
            }
            Arrays.fill(message, m * width + real, (m + 1) * width, 0);
        }
    }

    /** m_f·w_f of one entry of the patch at every position. */
    private void computeForwardGates(Weights weights, float[] forward, int from, int a) {
        for (int tile = 0; tile < tiles; tile++) {
            gather(forward, from, a, tile, message, 0);
            kernels.multiply(
                    weights.forward,
                    from,
                    gates,
                    message,
                    0,
                    null,
                    0,
                    null,
                    0,
                    forwardGates,
                    tile * gates * width,
                    width);
        }
    }

    /** What entry a of the patch reads at the positions of a tile, zero in the padding. */
    private void gather(float[] messages, int rows, int a, int tile, float[] to, int offset) {
        int real = real(tile);
        int first = a * positions + tile * width;
        for (int m = 0; m < rows; m++) {
            int row = offset + m * width;
            Arrays.fill(to, row, row + width, 0);
            for (int l = 0; l < real; l++) {
                int unit = reads[first + l];
                if (unit != OUTSIDE) {
                    to[row + l] = messages[unit * rows + m];
                }
            }
        }
    }

    /**
     * All micro ticks of one kernel state. Leaves h and c before each tick and after the last in
     * {@link #ticksHidden} and {@link #ticksCell}, each position's h after the last in {@link
     * #hidden}.
     *
     * @param kept whether activations of every tick are wanted, for the way back
     */
    private void runTicks(Weights weights, float[] from, int a, int b, boolean kept) {
        int state = stateOffset(a, b);
        System.arraycopy(from, state, ticksHidden, 0, size);
        System.arraycopy(from, state + size, ticksCell, 0, size);
        for (int k = 0; k < ticks; k++) {
            multiplyHidden(weights, a, b, k);
            spread(ticksCell, k * size, oldCell, k * size * width);
            Arrays.fill(cellSums, 0);
            Arrays.fill(hiddenSums, 0);
            int slot = kept ? k * tiles : 0;
            for (int tile = 0; tile < tiles; tile++) {
                int at = slot + (kept ? tile : 0);
                tick(k, b, tile, at);
                addCells(at * size * width, tile);
                kernels.add(hiddenSums, 0, hidden, tile * size * width, size * width);
            }
            average(cellSums, ticksCell, (k + 1) * size);
            average(hiddenSums, ticksHidden, (k + 1) * size);
        }
    }

    /** h·w_h + bias and what coordinates add, the same at all positions. */
    private void multiplyHidden(Weights weights, int a, int b, int k) {
        System.arraycopy(weights.bias, 0, hiddenGates, 0, gates);
        if (place.isKnown()) {
            for (int i = 0; i < Coordinates.COUNT; i++) {
                float value = place.coordinate(a, b, i);
                int row = i * gates;
                for (int j = 0; j < gates; j++) {
                    hiddenGates[j] += value * weights.coordinates[row + j];
                }
            }
        }
        for (int n = 0; n < size; n++) {
            float h = ticksHidden[k * size + n];
            int row = n * gates;
            for (int j = 0; j < gates; j++) {
                hiddenGates[j] += h * weights.hidden[row + j];
            }
        }
    }

    private void spread(float[] values, int from, float[] tile, int to) {
        for (int n = 0; n < size; n++) {
            Arrays.fill(tile, to + n * width, to + (n + 1) * width, values[from + n]);
        }
    }

    private void tick(int k, int b, int tile, int at) {
        int gateOffset = at * gates * width;
        kernels.sum(
                forwardGates,
                tile * gates * width,
                backwardGates,
                (b * tiles + tile) * gates * width,
                hiddenGates,
                0,
                tickGates,
                gateOffset,
                gates,
                width);
        kernels.activate(
                size,
                tickGates,
                gateOffset,
                oldCell,
                k * size * width,
                mask(tile),
                newCells,
                at * size * width,
                tanhs,
                at * size * width,
                hidden,
                tile * size * width,
                clip,
                width);
    }

    /** Adds the new cells of a tile, but for its padding. */
    private void addCells(int offset, int tile) {
        int span = size * width;
        if (real(tile) < width) {
            for (int l = 0; l < span; l++) {
                cellSums[l] += newCells[offset + l] * lastMask[l % width];
            }
        } else {
            kernels.add(cellSums, 0, newCells, offset, span);
        }
    }

    private void average(float[] tile, float[] to, int offset) {
        Floats.sumLanes(tile, 0, size, width, to, offset);
        for (int n = 0; n < size; n++) {
            to[offset + n] /= positions;
        }
    }

    /** Adds what every position's h says to its outputs and to its inputs. */
    private void collect(Weights weights, int b, boolean up, boolean down) {
        int span = size * width;
        if (!layerNorm) {
            if (up) {
                kernels.add(upSums, b * tiles * span, hidden, 0, tiles * span);
            }
            if (down) {
                kernels.add(downSums, 0, hidden, 0, tiles * span);
            }
            return;
        }
        for (int tile = 0; tile < tiles; tile++) {
            if (up) {
                upNorm.make(weights.up, hidden, tile * size * width);
                upNorm.addTo(upSums, (b * tiles + tile) * upChannels * width, mask(tile));
            }
            if (down) {
                downNorm.make(weights.down, hidden, tile * size * width);
                downNorm.addTo(downSums, tile * downChannels * width, mask(tile));
            }
        }
    }

    private void sendUp(MessageWeights direction, float[] up) {
        for (int b = 0; b < channels; b++) {
            for (int tile = 0; tile < tiles; tile++) {
                int from = project(direction, upSums, b * tiles + tile);
                float[] source = layerNorm ? upSums : message;
                for (int m = 0; m < upChannels; m++) {
                    float factor = upShare * (layerNorm ? direction.scale[m] : 1);
                    float constant = upCount * constant(direction, m);
                    for (int l = 0; l < real(tile); l++) {
                        int unit = (tile * width + l) * channels + b;
                        up[unit * upChannels + m] =
                                factor * source[from + m * width + l] + constant;
                    }
                }
            }
        }
    }

    private void sendDown(MessageWeights direction, int a, float[] down) {
        for (int tile = 0; tile < tiles; tile++) {
            int from = project(direction, downSums, tile);
            float[] source = layerNorm ? downSums : message;
            int first = a * positions + tile * width;
            for (int m = 0; m < downChannels; m++) {
                float factor = downShare * (layerNorm ? direction.scale[m] : 1);
                float constant = downCount * constant(direction, m);
                for (int l = 0; l < real(tile); l++) {
                    int unit = reads[first + l];
                    if (unit != OUTSIDE) {
                        down[unit * downChannels + m] +=
                                factor * source[from + m * width + l] + constant;
                    }
                }
            }
        }
    }

    private float constant(MessageWeights direction, int m) {
        return layerNorm ? direction.offset[m] : direction.bias[m];
    }

    /**
     * From sums of h to messages, without normalisation into {@link #message}; with it the sums are
     * of messages already.
     *
     * @return where the messages begin
     */
    private int project(MessageWeights direction, float[] sums, int tile) {
        if (layerNorm) {
            return tile * direction.channels * width;
        }
        kernels.multiply(
                direction.weights,
                size,
                direction.channels,
                sums,
                tile * size * width,
                null,
                0,
                null,
                0,
                message,
                0,
                width);
        return 0;
    }

    @Override
    public void backward(
            Weights weights,
            WeightGradients gradients,
            float[] from,
            float[] adjoint,
            float[] forward,
            int forwardChannels,
            float[] backward,
            float[] upAdjoint,
            float[] downAdjoint,
            float[] forwardAdjoint,
            float[] backwardAdjoint) {
        computeBackwardGates(weights, backward);
        Arrays.fill(upSums, 0);
        Arrays.fill(backwardGateAdjoints, 0);
        prepareUpAdjoint(weights.up, upAdjoint);
        for (int a = 0; a < patch; a++) {
            computeForwardGates(weights, forward, forwardChannels, a);
            Arrays.fill(forwardGateAdjoints, 0);
            Arrays.fill(downSums, 0);
            prepareDownAdjoint(weights.down, gradients.down, downAdjoint, a);
            for (int b = 0; b < channels; b++) {
                runTicks(weights, from, a, b, true);
                for (int k = ticks - 1; k >= 0; k--) {
                    boolean last = k == ticks - 1;
                    tickAdjoint(
                            weights,
                            gradients,
                            adjoint,
                            a,
                            b,
                            k,
                            last ? upAdjoint : null,
                            last ? downAdjoint : null);
                }
                if (!layerNorm) {
                    collect(weights, b, upAdjoint != null, downAdjoint != null);
                }
            }
            if (downAdjoint != null && !layerNorm) {
                for (int tile = 0; tile < tiles; tile++) {
                    kernels.outer(
                            downSums,
                            tile * size * width,
                            size,
                            downAdjoints,
                            tile * downChannels * width,
                            downChannels,
                            1,
                            gradients.down.weights,
                            width);
                }
            }
            finishForward(weights, gradients, forward, forwardChannels, a, forwardAdjoint);
        }
        finishUp(gradients.up, upAdjoint);
        finishBackward(weights, gradients, backward, backwardAdjoint);
    }

    /** Without normalisation, the adjoint of each position's h, for all kernel entries alike. */
    private void prepareUpAdjoint(MessageWeights direction, float[] upAdjoint) {
        if (upAdjoint == null || layerNorm) {
            return;
        }
        for (int b = 0; b < channels; b++) {
            for (int tile = 0; tile < tiles; tile++) {
                gatherUp(upAdjoint, b, tile);
                kernels.multiply(
                        direction.transposed,
                        upChannels,
                        size,
                        messageAdjoint,
                        0,
                        null,
                        0,
                        null,
                        0,
                        upHiddenAdjoints,
                        (b * tiles + tile) * size * width,
                        width);
            }
        }
    }

    /** The adjoint of the average's terms: {@link #upShare} is in it. */
    private void gatherUp(float[] upAdjoint, int b, int tile) {
        int real = real(tile);
        for (int m = 0; m < upChannels; m++) {
            for (int l = 0; l < real; l++) {
                int unit = (tile * width + l) * channels + b;
                messageAdjoint[m * width + l] = upShare * upAdjoint[unit * upChannels + m];
            }
            Arrays.fill(messageAdjoint, m * width + real, (m + 1) * width, 0);
        }
    }

    private void prepareDownAdjoint(
            MessageWeights direction,
            WeightGradients.Message gradients,
            float[] downAdjoint,
            int a) {
        if (downAdjoint == null) {
            return;
        }
        double[] constants = layerNorm ? gradients.offset : gradients.bias;
        for (int tile = 0; tile < tiles; tile++) {
            int offset = tile * downChannels * width;
            gather(downAdjoint, downChannels, a, tile, downAdjoints, offset);
            for (int m = 0; m < downChannels; m++) {
                double total = 0;
                for (int l = 0; l < width; l++) {
                    int i = offset + m * width + l;
                    total += downAdjoints[i];
                    downAdjoints[i] *= downShare;
                }
                constants[m] += downCount * total;
            }
            if (!layerNorm) {
                kernels.multiply(
                        direction.transposed,
                        downChannels,
                        size,
                        downAdjoints,
                        offset,
                        null,
                        0,
                        null,
                        0,
                        downHiddenAdjoints,
                        tile * size * width,
                        width);
            }
        }
    }

    /** The way back through micro tick k of one kernel state, at all positions. */
    private void tickAdjoint(
            Weights weights,
            WeightGradients gradients,
            float[] adjoint,
            int a,
            int b,
            int k,
            float[] upAdjoint,
            float[] downAdjoint) {
        int state = stateOffset(a, b);
        Arrays.fill(gateAdjointSums, 0);
        Arrays.fill(cellSums, 0);
        int span = size * width;
        spreadAverage(adjoint, state, hiddenShares);
        spreadAverage(adjoint, state + size, cellShares);
        for (int tile = 0; tile < tiles; tile++) {
            int at = k * tiles + tile;
            System.arraycopy(hiddenShares, 0, hiddenAdjoint, 0, span);
            System.arraycopy(cellShares, 0, cellAdjoint, 0, span);
            if (real(tile) < width) {
                Floats.mask(hiddenAdjoint, 0, span, lastMask);
                Floats.mask(cellAdjoint, 0, span, lastMask);
            }
            if (layerNorm) {
                normalisedAdjoint(weights, gradients, b, tile, upAdjoint, downAdjoint);
            } else {
                if (upAdjoint != null) {
                    addFrom(upHiddenAdjoints, (b * tiles + tile) * span);
                }
                if (downAdjoint != null) {
                    addFrom(downHiddenAdjoints, tile * span);
                }
            }
            kernels.activateAdjoint(
                    size,
                    tickGates,
                    at * gates * width,
                    oldCell,
                    k * span,
                    tanhs,
                    at * span,
                    newCells,
                    at * span,
                    clip,
                    hiddenAdjoint,
                    0,
                    cellAdjoint,
                    0,
                    width);
            int z = at * gates * width;
            int count = gates * width;
            kernels.addToThree(
                    forwardGateAdjoints,
                    tile * count,
                    backwardGateAdjoints,
                    (b * tiles + tile) * count,
                    gateAdjointSums,
                    0,
                    tickGates,
                    z,
                    count);
            kernels.add(cellSums, 0, cellAdjoint, 0, span);
        }
        Floats.sumLanes(gateAdjointSums, 0, gates, width, gateSums, 0);
        Floats.sumLanes(cellSums, 0, size, width, adjoint, state + size);
        hiddenWeightAdjoint(weights, gradients, adjoint, a, b, k);
    }

    /** An average's adjoint, shared out among the positions: the same for all. */
    private void spreadAverage(float[] adjoint, int offset, float[] tile) {
        for (int n = 0; n < size; n++) {
            Arrays.fill(tile, n * width, (n + 1) * width, adjoint[offset + n] / positions);
        }
    }

    private void addFrom(float[] adjoints, int offset) {
        kernels.add(hiddenAdjoint, 0, adjoints, offset, size * width);
    }

    private void normalisedAdjoint(
            Weights weights,
            WeightGradients gradients,
            int b,
            int tile,
            float[] upAdjoint,
            float[] downAdjoint) {
        if (upAdjoint != null) {
            gatherUp(upAdjoint, b, tile);
            normalisedAdjoint(upNorm, weights.up, gradients.up, tile);
        }
        if (downAdjoint != null) {
            int offset = tile * downChannels * width;
            System.arraycopy(downAdjoints, offset, messageAdjoint, 0, downChannels * width);
            normalisedAdjoint(downNorm, weights.down, gradients.down, tile);
        }
    }

    /** From the adjoint of one direction's messages to that of h. */
    private void normalisedAdjoint(
            NormalisedMessages norm,
            MessageWeights direction,
            WeightGradients.Message gradients,
            int tile) {
        int offset = tile * size * width;
        norm.make(direction, hidden, offset);
        norm.scaleAdjoint(direction, gradients, messageAdjoint);
        norm.adjoint(direction, gradients, messageAdjoint, hidden, offset, hiddenAdjoint, 0);
    }

    /** What is the same at all positions has the sum over them as its adjoint. */
    private void hiddenWeightAdjoint(
            Weights weights, WeightGradients gradients, float[] adjoint, int a, int b, int k) {
        int state = stateOffset(a, b);
        for (int j = 0; j < gates; j++) {
            gradients.bias[j] += gateSums[j];
        }
        if (place.isKnown()) {
            for (int i = 0; i < Coordinates.COUNT; i++) {
                double value = place.coordinate(a, b, i);
                int row = i * gates;
                for (int j = 0; j < gates; j++) {
                    gradients.coordinateSums[row + j] += value * gateSums[j];
                }
            }
        }
        for (int n = 0; n < size; n++) {
            double h = ticksHidden[k * size + n];
            float product = 0;
            int row = n * gates;
            for (int j = 0; j < gates; j++) {
                gradients.hiddenSums[row + j] += h * gateSums[j];
                product += gateSums[j] * weights.hiddenTransposed[j * size + n];
            }
            adjoint[state + n] = product;
        }
    }

    private void finishForward(
            Weights weights,
            WeightGradients gradients,
            float[] forward,
            int rows,
            int a,
            float[] forwardAdjoint) {
        for (int tile = 0; tile < tiles; tile++) {
            int z = tile * gates * width;
            gather(forward, rows, a, tile, message, 0);
            kernels.outer(
                    message, 0, rows, forwardGateAdjoints, z, gates, 1, gradients.forward, width);
            if (forwardAdjoint == null) {
                continue;
            }
            kernels.multiply(
                    weights.forwardTransposed,
                    gates,
                    upChannels,
                    forwardGateAdjoints,
                    z,
                    null,
                    0,
                    null,
                    0,
                    messageAdjoint,
                    0,
                    width);
            int first = a * positions + tile * width;
            for (int m = 0; m < rows; m++) {
                for (int l = 0; l < real(tile); l++) {
                    int unit = reads[first + l];
                    if (unit != OUTSIDE) {
                        forwardAdjoint[unit * rows + m] += messageAdjoint[m * width + l];
                    }
                }
            }
        }
    }

    private void finishUp(WeightGradients.Message gradients, float[] upAdjoint) {
        if (upAdjoint == null) {
            return;
        }
        for (int b = 0; b < channels; b++) {
            for (int tile = 0; tile < tiles; tile++) {
                gatherUp(upAdjoint, b, tile);
                if (!layerNorm) {
                    kernels.outer(
                            upSums,
                            (b * tiles + tile) * size * width,
                            size,
                            messageAdjoint,
                            0,
                            upChannels,
                            1,
                            gradients.weights,
                            width);
                }
            }
        }
        double[] constants = layerNorm ? gradients.offset : gradients.bias;
        for (int i = 0; i < upAdjoint.length; i++) {
            constants[i % upChannels] += upCount * (double) upAdjoint[i];
        }
    }

    private void finishBackward(
            Weights weights, WeightGradients gradients, float[] backward, float[] adjoint) {
        Arrays.fill(backwardGradient, 0);
        for (int b = 0; b < channels; b++) {
            for (int tile = 0; tile < tiles; tile++) {
                int z = (b * tiles + tile) * gates * width;
                gatherBackward(backward, b, tile);
                kernels.outer(
                        message,
                        0,
                        downChannels,
                        backwardGateAdjoints,
                        z,
                        gates,
                        1,
                        backwardGradient,
                        width);
                if (adjoint == null) {
                    continue;
                }
                kernels.multiply(
                        weights.backwardTransposed,
                        gates,
                        downChannels,
                        backwardGateAdjoints,
                        z,
                        null,
                        0,
                        null,
                        0,
                        messageAdjoint,
                        0,
                        width);
                for (int m = 0; m < downChannels; m++) {
                    for (int l = 0; l < real(tile); l++) {
                        int unit = (tile * width + l) * channels + b;
                        adjoint[unit * downChannels + m] += messageAdjoint[m * width + l];
                    }
                }
            }
        }
        int lanes = kernels.accumulatorLanes();
        for (int i = 0; i < gradients.backward.length; i++) {
            for (int l = i * lanes; l < (i + 1) * lanes; l++) {
                gradients.backward[i] += backwardGradient[l];
            }
        }
    }

    @Override
    public void read(double[] values, int hiddenAt, int cellAt, float[] state) {
        for (int a = 0; a < patch; a++) {
            for (int b = 0; b < channels; b++) {
                int offset = stateOffset(a, b);
                for (int n = 0; n < size; n++) {
                    int place = (n * channels + b) * patch + a;
                    state[offset + n] = (float) values[hiddenAt + place];
                    state[offset + size + n] = (float) values[cellAt + place];
                }
            }
        }
    }

    @Override
    public void write(float[] state, double[] values, int hiddenAt, int cellAt) {
        for (int a = 0; a < patch; a++) {
            for (int b = 0; b < channels; b++) {
                int offset = stateOffset(a, b);
                for (int n = 0; n < size; n++) {
                    int place = (n * channels + b) * patch + a;
                    values[hiddenAt + place] = state[offset + n];
                    values[cellAt + place] = state[offset + size + n];
                }
            }
        }
    }

    @Override
    public void average(float[][] states, int first) {
        for (int pair = 0; pair < patch * channels; pair++) {
            int offset = pair * 2 * size;
            Floats.average(states, offset, first);
            Floats.average(states, offset + size, first);
        }
    }
}
