package org.vsml.cpu;

import java.util.Arrays;
import org.vsml.core.Aggregation;
import org.vsml.core.Coordinates;
import org.vsml.core.Dynamics;
import org.vsml.core.LayerShape;
import org.vsml.core.SubRnn;

/**
 * A fully connected layer. The A inputs are cut into tiles; a tile of N rows for h and N rows for c
 * belongs to each pair of (inputs of a tile, output b). Micro ticks of one example read the same
 * messages, so a tile makes all of them while it is in the first-level cache; what it shares with
 * the other outputs (m_f·w_f) is computed once for its inputs. Outputs go two by two, so that every
 * weight is fetched once for two tiles.
 */
final class DenseLayer implements LayerRun {

    /** Micro ticks whose outer products are added up together: amortises the accumulators. */
    private static final int OUTER_TICKS = 8;

    private final Place place;
    private final TileKernels kernels;
    private final int inputs;
    private final int outputs;
    private final int size;
    private final int gates;
    private final int upChannels;
    private final int downChannels;
    private final boolean layerNorm;
    private final int ticks;
    private final float clip;
    private final int width;
    private final int tiles;
    private final int stateRows;

    /** What messages are multiplied by when they are combined, and how often an offset counts. */
    private final float upShare;

    private final float downShare;
    private final float upCount;
    private final float downCount;

    private final float[] fullMask;
    private final float[] lastMask;

    // Scratch memory: tiles unless said otherwise.
    private final float[] message;
    private final float[] forwardGates;

    /** Coordinates of a tile's inputs and what they add to the gates; empty if they are not fed. */
    private final float[] coordinates;

    private final float[] coordinateGates;

    /** [B, 4N]: m_b·w_b + bias. */
    private final float[] backwardGates;

    private final float[] upSums;
    private final float[] downSums;
    private final float[] sum;
    private final NormalisedMessages upNorm;
    private final NormalisedMessages downNorm;
    private final float[] tickGates;
    private final float[] tickCell;
    private final float[] tickTanh;
    private final float[] tickHidden;

    /** h after the last micro tick, two tiles. */
    private final float[] lastHidden;

    private final float[] hiddenAdjoint;
    private final float[] downHiddenAdjoint;
    private final float[] downAdjointTile;
    private final float[] forwardGateAdjoint;
    private final float[] backwardGateAdjoints;
    private final float[] upHiddenAdjoint;
    private final float[] messageAdjoint;
    private final float[] gateSums;

    DenseLayer(
            LayerShape.Dense shape,
            Place place,
            SubRnn rnn,
            Dynamics dynamics,
            TileKernels kernels) {
        this.place = place;
        this.kernels = kernels;
        inputs = shape.inputs();
        outputs = shape.outputs();
        size = rnn.stateSize();
        gates = rnn.gateSize();
        upChannels = rnn.forwardMessageSize();
        downChannels = rnn.backwardMessageSize();
        layerNorm = rnn.layerNorm();
        ticks = dynamics.microTicks();
        clip = (float) dynamics.stateClip();
        width = kernels.width(inputs);
        tiles = (inputs + width - 1) / width;
        stateRows = 2 * size;
        boolean mean = dynamics.aggregation() == Aggregation.MEAN;
        upShare = mean ? 1f / inputs : 1;
        downShare = mean ? 1f / outputs : 1;
        upCount = mean ? 1 : inputs;
        downCount = mean ? 1 : outputs;
        fullMask = new float[width];
        Arrays.fill(fullMask, 1);
        lastMask = new float[width];
        Arrays.fill(lastMask, 0, inputs - (tiles - 1) * width, 1);
        int channels = Math.max(upChannels, downChannels);
        message = new float[channels * width];
        forwardGates = new float[gates * width];
        coordinates = new float[place.isKnown() ? Coordinates.OF_INPUT * width : 0];
        coordinateGates = new float[place.isKnown() ? gates * width : 0];
        backwardGates = new float[outputs * gates];
        upSums = new float[outputs * (layerNorm ? upChannels : size) * width];
        downSums = new float[(layerNorm ? downChannels : size) * width];
        sum = new float[Math.max(channels, size)];
        upNorm = layerNorm ? new NormalisedMessages(kernels, size, upChannels, width) : null;
        downNorm = layerNorm ? new NormalisedMessages(kernels, size, downChannels, width) : null;
        int slots = slots();
        tickGates = new float[slots * gates * width];
        tickHidden = new float[slots * size * width];
        lastHidden = new float[2 * size * width];
        tickCell = new float[2 * (ticks + 1) * size * width];
        tickTanh = new float[2 * ticks * size * width];
        hiddenAdjoint = new float[2 * size * width];
        downHiddenAdjoint = new float[size * width];
        downAdjointTile = new float[downChannels * width];
        forwardGateAdjoint = new float[gates * width];
        backwardGateAdjoints = new float[outputs * gates * width];
        upHiddenAdjoint = new float[outputs * size];
        messageAdjoint = new float[channels * width];
        gateSums = new float[gates];
    }

    /** A multiple of the micro ticks of two tiles. */
    private int slots() {
        return Math.max(1, OUTER_TICKS / (2 * ticks)) * 2 * ticks;
    }

    @Override
    public int stateSize() {
        return tiles * outputs * stateRows * width;
    }

    private int stateOffset(int tile, int output) {
        return (tile * outputs + output) * stateRows * width;
    }

    private float[] mask(int tile) {
        return tile == tiles - 1 ? lastMask : fullMask;
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
        for (int tile = 0; tile < tiles; tile++) {
            computeForwardGates(weights, forward, forwardChannels, tile);
            Arrays.fill(downSums, 0);
            for (int b = 0; b < outputs; b += 2) {
                int count = Math.min(2, outputs - b);
                tick(weights, b, count, from, to, tile);
                for (int k = 1; k < ticks; k++) {
                    tick(weights, b, count, to, to, tile);
                }
                for (int j = b; j < b + count; j++) {
                    collect(weights, to, stateOffset(tile, j), j, tile, up != null, down != null);
                }
            }
            if (down != null) {
                sendDown(weights.down, tile, down);
            }
        }
        if (up != null) {
            sendUp(weights.up, up);
        }
    }

    /** One micro tick of the tiles of {@code count} outputs from b on (equation 7). */
    private void tick(Weights weights, int b, int count, float[] from, float[] to, int tile) {
        int span = size * width;
        int state = stateOffset(tile, b);
        multiplyHidden(weights, b, count, from, state, stateRows * width, 0, gates * width);
        for (int j = 0; j < count; j++) {
            int hidden = state + j * stateRows * width;
            int cell = hidden + span;
            kernels.activate(
                    size,
                    tickGates,
                    j * gates * width,
                    from,
                    cell,
                    mask(tile),
                    to,
                    cell,
                    tickTanh,
                    0,
                    to,
                    hidden,
                    clip,
                    width);
        }
    }

    /** Pre-activations of the tiles of one or two outputs from b on, into {@link #tickGates}. */
    private void multiplyHidden(
            Weights weights,
            int b,
            int count,
            float[] hidden,
            int offset,
            int step,
            int gatesOffset,
            int gatesStep) {
        multiply(
                count,
                weights.hidden,
                size,
                gates,
                hidden,
                offset,
                step,
                forwardGates,
                backwardGates,
                b * gates,
                tickGates,
                gatesOffset,
                gatesStep);
    }

    /** The product with one tile, or with two at once. */
    private void multiply(
            int count,
            float[] matrix,
            int inner,
            int rows,
            float[] in,
            int inOffset,
            int inStep,
            float[] base,
            float[] biases,
            int biasOffset,
            float[] out,
            int outOffset,
            int outStep) {
        if (count == 2) {
            kernels.multiplyPair(
                    matrix,
                    inner,
                    rows,
                    in,
                    inOffset,
                    inStep,
                    base,
                    0,
                    biases,
                    biasOffset,
                    out,
                    outOffset,
                    outStep,
                    width);
        } else {
            kernels.multiply(
                    matrix,
                    inner,
                    rows,
                    in,
                    inOffset,
                    base,
                    0,
                    biases,
                    biasOffset,
                    out,
                    outOffset,
                    width);
        }
    }

    /** m_b·w_b + bias, and what the output's coordinates add, for every output. */
    private void computeBackwardGates(Weights weights, float[] backward) {
        for (int b = 0; b < outputs; b++) {
            int row = b * gates;
            System.arraycopy(weights.bias, 0, backwardGates, row, gates);
            if (place.isKnown()) {
                for (int i = 0; i < Coordinates.OF_OUTPUT; i++) {
                    float value = place.outputs[b * Coordinates.OF_OUTPUT + i];
                    int w = (Coordinates.OF_INPUT + i) * gates;
                    for (int j = 0; j < gates; j++) {
                        backwardGates[row + j] += value * weights.coordinates[w + j];
                    }
                }
            }
            for (int m = 0; m < downChannels; m++) {
                float value = backward[b * downChannels + m];
                if (value != 0) {
                    int w = m * gates;
                    for (int j = 0; j < gates; j++) {
                        backwardGates[row + j] += value * weights.backward[w + j];
                    }
                }
            }
        }
    }

    /** m_f·w_f for the inputs of a tile; leaves the messages themselves in {@link #message}. */
    private void computeForwardGates(Weights weights, float[] forward, int channels, int tile) {
        if (place.isKnown()) {
            gather(place.inputs, Coordinates.OF_INPUT, tile, coordinates);
            kernels.multiply(
                    weights.coordinates,
                    Coordinates.OF_INPUT,
                    gates,
                    coordinates,
                    0,
                    null,
                    0,
                    null,
                    0,
                    coordinateGates,
                    0,
                    width);
        }
        gather(forward, channels, tile, message);
        kernels.multiply(
                weights.forward,
                channels,
                gates,
                message,
                0,
                place.isKnown() ? coordinateGates : null,
                0,
                null,
                0,
                forwardGates,
                0,
                width);
    }

    /** From [inputs, channels] to a tile of {@code channels} rows, zero in the padding. */
    private void gather(float[] messages, int channels, int tile, float[] to) {
        int first = tile * width;
        int real = Math.min(width, inputs - first);
        for (int m = 0; m < channels; m++) {
            for (int l = 0; l < real; l++) {
                to[m * width + l] = messages[(first + l) * channels + m];
            }
            Arrays.fill(to, m * width + real, (m + 1) * width, 0);
        }
    }

    /** Adds what a tile says to its output and to its inputs. */
    private void collect(
            Weights weights,
            float[] hidden,
            int offset,
            int b,
            int tile,
            boolean up,
            boolean down) {
        if (!layerNorm) {
            int span = size * width;
            if (up) {
                kernels.add(upSums, b * span, hidden, offset, span);
            }
            if (down) {
                kernels.add(downSums, 0, hidden, offset, span);
            }
            return;
        }
        if (up) {
            upNorm.make(weights.up, hidden, offset);
            upNorm.addTo(upSums, b * upChannels * width, mask(tile));
        }
        if (down) {
            downNorm.make(weights.down, hidden, offset);
            downNorm.addTo(downSums, 0, mask(tile));
        }
    }

    private void sendUp(MessageWeights direction, float[] up) {
        int rows = layerNorm ? upChannels : size;
        for (int b = 0; b < outputs; b++) {
            Floats.sumLanes(upSums, b * rows * width, rows, width, sum, 0);
            for (int m = 0; m < upChannels; m++) {
                float value = 0;
                if (layerNorm) {
                    value = direction.scale[m] * sum[m];
                } else {
                    for (int n = 0; n < size; n++) {
                        value += sum[n] * direction.weights[n * upChannels + m];
                    }
                }
                float constant = layerNorm ? direction.offset[m] : direction.bias[m];
                up[b * upChannels + m] = upShare * value + upCount * constant;
            }
        }
    }

    private void sendDown(MessageWeights direction, int tile, float[] down) {
        if (!layerNorm) {
            kernels.multiply(
                    direction.weights,
                    size,
                    downChannels,
                    downSums,
                    0,
                    null,
                    0,
                    null,
                    0,
                    message,
                    0,
                    width);
        }
        int first = tile * width;
        int real = Math.min(width, inputs - first);
        for (int m = 0; m < downChannels; m++) {
            float factor = downShare * (layerNorm ? direction.scale[m] : 1);
            float constant = downCount * (layerNorm ? direction.offset[m] : direction.bias[m]);
            float[] source = layerNorm ? downSums : message;
            for (int l = 0; l < real; l++) {
                down[(first + l) * downChannels + m] = factor * source[m * width + l] + constant;
            }
        }
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
        int slots = slots();
        int used = 0;
        for (int tile = 0; tile < tiles; tile++) {
            computeForwardGates(weights, forward, forwardChannels, tile);
            Arrays.fill(forwardGateAdjoint, 0);
            Arrays.fill(downSums, 0);
            prepareDownAdjoint(weights.down, downAdjoint, tile);
            for (int b = 0; b < outputs; b += 2) {
                int count = Math.min(2, outputs - b);
                recompute(weights, from, b, count, tile, used);
                for (int j = 0; j < count; j++) {
                    startHiddenAdjoint(adjoint, b, j, tile, upAdjoint != null);
                    if (layerNorm) {
                        normalisedAdjoint(weights, gradients, b, j, tile, upAdjoint, downAdjoint);
                    } else {
                        collect(
                                weights,
                                lastHidden,
                                j * size * width,
                                b + j,
                                tile,
                                upAdjoint != null,
                                downAdjoint != null);
                    }
                }
                tickAdjoints(weights, adjoint, b, count, tile, used);
                used += count * ticks;
                if (used + 2 * ticks > slots) {
                    addOuter(gradients, used);
                    used = 0;
                }
            }
            if (downAdjoint != null && !layerNorm) {
                kernels.outer(
                        downSums,
                        0,
                        size,
                        downAdjointTile,
                        0,
                        downChannels,
                        1,
                        gradients.down.weights,
                        width);
            }
            finishForward(weights, gradients, forwardChannels, tile, forwardAdjoint);
        }
        if (used > 0) {
            addOuter(gradients, used);
        }
        finishUp(gradients.up, upAdjoint);
        finishDown(gradients.down, downAdjoint);
        finishBackward(weights, gradients, backward, backwardAdjoint);
    }

    /** upHiddenAdjoint[b] = ∂loss/∂(h of every sub-RNN of output b), without normalisation. */
    private void prepareUpAdjoint(MessageWeights direction, float[] upAdjoint) {
        if (upAdjoint == null || layerNorm) {
            return;
        }
        for (int b = 0; b < outputs; b++) {
            for (int n = 0; n < size; n++) {
                float value = 0;
                for (int m = 0; m < upChannels; m++) {
                    value += direction.weights[n * upChannels + m] * upAdjoint[b * upChannels + m];
                }
                upHiddenAdjoint[b * size + n] = upShare * value;
            }
        }
    }

    /** The adjoint of the messages to a tile's inputs, and without normalisation that of h. */
    private void prepareDownAdjoint(MessageWeights direction, float[] downAdjoint, int tile) {
        if (downAdjoint == null) {
            Arrays.fill(downHiddenAdjoint, 0);
            return;
        }
        gather(downAdjoint, downChannels, tile, downAdjointTile);
        for (int i = 0; i < downAdjointTile.length; i++) {
            downAdjointTile[i] *= downShare;
        }
        if (!layerNorm) {
            kernels.multiply(
                    direction.transposed,
                    downChannels,
                    size,
                    downAdjointTile,
                    0,
                    null,
                    0,
                    null,
                    0,
                    downHiddenAdjoint,
                    0,
                    width);
        }
    }

    /**
     * Makes the micro ticks of the tiles of one or two outputs again. Slot {@code used + j · ticks
     * + k} gets the activations of tick k of output b + j and the hidden state before it; the
     * hidden state after the last goes to {@link #lastHidden}.
     */
    private void recompute(Weights weights, float[] from, int b, int count, int tile, int used) {
        int span = size * width;
        for (int j = 0; j < count; j++) {
            int state = stateOffset(tile, b + j);
            System.arraycopy(from, state, tickHidden, (used + j * ticks) * span, span);
            System.arraycopy(from, state + span, tickCell, j * (ticks + 1) * span, span);
        }
        for (int k = 0; k < ticks; k++) {
            int slot = used + k;
            int gateSpan = gates * width;
            multiplyHidden(
                    weights,
                    b,
                    count,
                    tickHidden,
                    slot * span,
                    ticks * span,
                    slot * gateSpan,
                    ticks * gateSpan);
            boolean last = k == ticks - 1;
            for (int j = 0; j < count; j++) {
                int cell = (j * (ticks + 1) + k) * span;
                kernels.activate(
                        size,
                        tickGates,
                        (slot + j * ticks) * gateSpan,
                        tickCell,
                        cell,
                        mask(tile),
                        tickCell,
                        cell + span,
                        tickTanh,
                        (j * ticks + k) * span,
                        last ? lastHidden : tickHidden,
                        last ? j * span : (slot + j * ticks + 1) * span,
                        clip,
                        width);
            }
        }
    }

    /** What later examples and, without normalisation, the messages say of h of output b + j. */
    private void startHiddenAdjoint(float[] adjoint, int b, int j, int tile, boolean up) {
        int span = size * width;
        int to = j * span;
        int state = stateOffset(tile, b + j);
        if (up && !layerNorm) {
            kernels.sum(
                    adjoint,
                    state,
                    downHiddenAdjoint,
                    0,
                    upHiddenAdjoint,
                    (b + j) * size,
                    hiddenAdjoint,
                    to,
                    size,
                    width);
            if (tile == tiles - 1) {
                Floats.mask(hiddenAdjoint, to, span, lastMask);
            }
        } else {
            System.arraycopy(adjoint, state, hiddenAdjoint, to, span);
            if (!layerNorm) {
                kernels.add(hiddenAdjoint, to, downHiddenAdjoint, 0, span);
            }
        }
    }

    /** The way back through the normalisation of the messages of a tile of output b + j. */
    private void normalisedAdjoint(
            Weights weights,
            WeightGradients gradients,
            int b,
            int j,
            int tile,
            float[] upAdjoint,
            float[] downAdjoint) {
        int output = b + j;
        int hidden = j * size * width;
        if (upAdjoint != null) {
            upNorm.make(weights.up, lastHidden, hidden);
            upNorm.addTo(upSums, output * upChannels * width, mask(tile));
            float[] lanes = mask(tile);
            for (int m = 0; m < upChannels; m++) {
                float value = upShare * weights.up.scale[m] * upAdjoint[output * upChannels + m];
                for (int l = 0; l < width; l++) {
                    messageAdjoint[m * width + l] = value * lanes[l];
                }
            }
            upNorm.adjoint(
                    weights.up,
                    gradients.up,
                    messageAdjoint,
                    lastHidden,
                    hidden,
                    hiddenAdjoint,
                    hidden);
        }
        if (downAdjoint != null) {
            downNorm.make(weights.down, lastHidden, hidden);
            System.arraycopy(downAdjointTile, 0, messageAdjoint, 0, downChannels * width);
            downNorm.scaleAdjoint(weights.down, gradients.down, messageAdjoint);
            downNorm.adjoint(
                    weights.down,
                    gradients.down,
                    messageAdjoint,
                    lastHidden,
                    hidden,
                    hiddenAdjoint,
                    hidden);
        }
    }

    /** From the adjoint of the state of one or two tiles after the micro ticks to that before. */
    private void tickAdjoints(
            Weights weights, float[] adjoint, int b, int count, int tile, int used) {
        int span = size * width;
        int gateSpan = gates * width;
        int state = stateOffset(tile, b);
        for (int k = ticks - 1; k >= 0; k--) {
            int slot = (used + k) * gateSpan;
            for (int j = 0; j < count; j++) {
                int own = slot + j * ticks * gateSpan;
                int cell = (j * (ticks + 1) + k) * span;
                kernels.activateAdjoint(
                        size,
                        tickGates,
                        own,
                        tickCell,
                        cell,
                        tickTanh,
                        (j * ticks + k) * span,
                        tickCell,
                        cell + span,
                        clip,
                        hiddenAdjoint,
                        j * span,
                        adjoint,
                        state + j * stateRows * width + span,
                        width);
                kernels.add(forwardGateAdjoint, 0, tickGates, own, gateSpan);
                kernels.add(backwardGateAdjoints, (b + j) * gateSpan, tickGates, own, gateSpan);
            }
            float[] to = k == 0 ? adjoint : hiddenAdjoint;
            int offset = k == 0 ? state : 0;
            multiply(
                    count,
                    weights.hiddenTransposed,
                    gates,
                    size,
                    tickGates,
                    slot,
                    ticks * gateSpan,
                    null,
                    null,
                    0,
                    to,
                    offset,
                    k == 0 ? stateRows * width : span);
        }
    }

    private void addOuter(WeightGradients gradients, int used) {
        kernels.outer(tickHidden, 0, size, tickGates, 0, gates, used, gradients.hidden, width);
    }

    /** w_f and the incoming forward messages of a tile. */
    private void finishForward(
            Weights weights,
            WeightGradients gradients,
            int channels,
            int tile,
            float[] forwardAdjoint) {
        kernels.outer(
                message, 0, channels, forwardGateAdjoint, 0, gates, 1, gradients.forward, width);
        if (place.isKnown()) {
            kernels.outer(
                    coordinates,
                    0,
                    Coordinates.OF_INPUT,
                    forwardGateAdjoint,
                    0,
                    gates,
                    1,
                    gradients.coordinates,
                    width);
        }
        if (forwardAdjoint == null) {
            return;
        }
        kernels.multiply(
                weights.forwardTransposed,
                gates,
                upChannels,
                forwardGateAdjoint,
                0,
                null,
                0,
                null,
                0,
                messageAdjoint,
                0,
                width);
        int first = tile * width;
        int real = Math.min(width, inputs - first);
        for (int m = 0; m < channels; m++) {
            for (int l = 0; l < real; l++) {
                forwardAdjoint[(first + l) * channels + m] += messageAdjoint[m * width + l];
            }
        }
    }

    /** The weights that make forward messages. */
    private void finishUp(WeightGradients.Message gradients, float[] upAdjoint) {
        if (upAdjoint == null) {
            return;
        }
        int rows = layerNorm ? upChannels : size;
        for (int b = 0; b < outputs; b++) {
            Floats.sumLanes(upSums, b * rows * width, rows, width, sum, 0);
            for (int m = 0; m < upChannels; m++) {
                double value = upAdjoint[b * upChannels + m];
                if (layerNorm) {
                    gradients.scale[m] += upShare * sum[m] * value;
                    gradients.offset[m] += upCount * value;
                } else {
                    for (int n = 0; n < size; n++) {
                        gradients.weightSums[n * upChannels + m] += upShare * sum[n] * value;
                    }
                    gradients.bias[m] += upCount * value;
                }
            }
        }
    }

    /** The constants in backward messages. */
    private void finishDown(WeightGradients.Message gradients, float[] downAdjoint) {
        if (downAdjoint == null) {
            return;
        }
        double[] constants = layerNorm ? gradients.offset : gradients.bias;
        for (int a = 0; a < inputs; a++) {
            for (int m = 0; m < downChannels; m++) {
                constants[m] += downCount * (double) downAdjoint[a * downChannels + m];
            }
        }
    }

    /** w_b, the bias and the incoming backward messages. */
    private void finishBackward(
            Weights weights, WeightGradients gradients, float[] backward, float[] backwardAdjoint) {
        for (int b = 0; b < outputs; b++) {
            Floats.sumLanes(backwardGateAdjoints, b * gates * width, gates, width, gateSums, 0);
            for (int j = 0; j < gates; j++) {
                gradients.bias[j] += gateSums[j];
            }
            if (place.isKnown()) {
                for (int i = 0; i < Coordinates.OF_OUTPUT; i++) {
                    float value = place.outputs[b * Coordinates.OF_OUTPUT + i];
                    int w = (Coordinates.OF_INPUT + i) * gates;
                    for (int j = 0; j < gates; j++) {
                        gradients.coordinateSums[w + j] += (double) value * gateSums[j];
                    }
                }
            }
            for (int m = 0; m < downChannels; m++) {
                float value = backward[b * downChannels + m];
                float sumOfProducts = 0;
                for (int j = 0; j < gates; j++) {
                    gradients.backward[m * gates + j] += (double) value * gateSums[j];
                    sumOfProducts += gateSums[j] * weights.backwardTransposed[j * downChannels + m];
                }
                if (backwardAdjoint != null) {
                    backwardAdjoint[b * downChannels + m] += sumOfProducts;
                }
            }
        }
    }

    @Override
    public void read(double[] values, int hidden, int cell, float[] state) {
        for (int tile = 0; tile < tiles; tile++) {
            int first = tile * width;
            int real = Math.min(width, inputs - first);
            for (int b = 0; b < outputs; b++) {
                int offset = stateOffset(tile, b);
                for (int n = 0; n < size; n++) {
                    int row = (n * outputs + b) * inputs + first;
                    int h = offset + n * width;
                    int c = h + size * width;
                    for (int l = 0; l < real; l++) {
                        state[h + l] = (float) values[hidden + row + l];
                        state[c + l] = (float) values[cell + row + l];
                    }
                }
            }
        }
    }

    @Override
    public void write(float[] state, double[] values, int hidden, int cell) {
        for (int tile = 0; tile < tiles; tile++) {
            int first = tile * width;
            int real = Math.min(width, inputs - first);
            for (int b = 0; b < outputs; b++) {
                int offset = stateOffset(tile, b);
                for (int n = 0; n < size; n++) {
                    int row = (n * outputs + b) * inputs + first;
                    int h = offset + n * width;
                    int c = h + size * width;
                    for (int l = 0; l < real; l++) {
                        values[hidden + row + l] = state[h + l];
                        values[cell + row + l] = state[c + l];
                    }
                }
            }
        }
    }

    @Override
    public void average(float[][] states, int channels) {
        int span = channels * width;
        for (int tile = 0; tile < tiles * outputs; tile++) {
            int hidden = tile * stateRows * width;
            Floats.average(states, hidden, span);
            Floats.average(states, hidden + size * width, span);
        }
    }

    /**
     * Projections of the cells: to[b, a] = Σ_n weights[n] · c_abn.
     *
     * @param to [outputs, inputs], overwritten
     */
    void readCells(float[] state, float[] weights, float[] to) {
        for (int tile = 0; tile < tiles; tile++) {
            int first = tile * width;
            int real = Math.min(width, inputs - first);
            for (int b = 0; b < outputs; b++) {
                int cell = stateOffset(tile, b) + size * width;
                int row = b * inputs + first;
                Arrays.fill(to, row, row + real, 0);
                for (int n = 0; n < size; n++) {
                    for (int l = 0; l < real; l++) {
                        to[row + l] += weights[n] * state[cell + n * width + l];
                    }
                }
            }
        }
    }

    /**
     * The adjoint of {@link #readCells}.
     *
     * @param ofProjections [outputs, inputs]
     * @param ofState added to
     * @param ofWeights [N], added to
     */
    void readCellsAdjoint(
            float[] state,
            float[] weights,
            float[] ofProjections,
            float[] ofState,
            double[] ofWeights) {
        for (int tile = 0; tile < tiles; tile++) {
            int first = tile * width;
            int real = Math.min(width, inputs - first);
            for (int b = 0; b < outputs; b++) {
                int cell = stateOffset(tile, b) + size * width;
                int row = b * inputs + first;
                for (int n = 0; n < size; n++) {
                    float sum = 0;
                    for (int l = 0; l < real; l++) {
                        ofState[cell + n * width + l] += weights[n] * ofProjections[row + l];
                        sum += ofProjections[row + l] * state[cell + n * width + l];
                    }
                    ofWeights[n] += sum;
                }
            }
        }
    }
}
