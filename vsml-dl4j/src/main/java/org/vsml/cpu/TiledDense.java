package org.vsml.cpu;

import java.util.Arrays;
import org.vsml.core.Aggregation;
import org.vsml.core.Coordinates;
import org.vsml.core.LayerShape;
import org.vsml.core.SubRnn;
import org.vsml.core.Vsml;

/**
 * A fully connected layer. The A inputs are cut into tiles; a state of N rows of h and N rows of c
 * belongs to each pair of (inputs of a tile, output b). Micro ticks of one example read the same
 * messages, so a tile makes all of them while it is in the first-level cache; what it shares with
 * the other outputs (m_f·w_f) is computed once for its inputs. Outputs go two by two, so that every
 * weight is fetched once for two tiles.
 */
final class TiledDense implements Layer {

    final int inputs;
    final int outputs;
    final int gates;
    final TileKernels kernels;
    final Tiling tiling;
    final LaneUnits units;
    final LayerCoordinates coordinates;
    final SubRnnTiles subRnns;
    final OutgoingMessages up;
    final OutgoingMessages down;

    /** [B, 4N]: m_b·w_b + bias; a slice of those of two outputs. */
    final Slice backwardGates;

    private final Vsml model;
    private final int size;
    private final int width;
    private final int ticks;
    private final Slice upSums;
    private final Slice downSums;
    private final float[] laneSums;
    private final Slice before;
    private final Slice after;
    private final Slice hidden = Slice.unset();

    /** Made when it is first needed. */
    private TiledDenseAdjoint adjoint;

    /**
     * @param channels of the incoming forward messages
     * @param kernels of any width
     */
    TiledDense(
            LayerShape.Dense shape,
            int channels,
            LayerCoordinates coordinates,
            Vsml model,
            TileKernels kernels) {
        this.model = model;
        this.coordinates = coordinates;
        this.kernels = kernels.forInputs(shape.inputs());
        inputs = shape.inputs();
        outputs = shape.outputs();
        SubRnn rnn = model.subRnn();
        size = rnn.stateSize();
        gates = rnn.gateSize();
        ticks = model.dynamics().microTicks();
        tiling = new Tiling(this.kernels, inputs);
        width = tiling.width;
        units = new LaneUnits(tiling, inputs, a -> a);
        subRnns =
                new SubRnnTiles(rnn, channels, (float) model.dynamics().stateClip(), this.kernels);
        boolean mean = model.dynamics().aggregation() == Aggregation.MEAN;
        up =
                new OutgoingMessages(
                        rnn,
                        rnn.forwardMessageSize(),
                        mean ? 1f / inputs : 1,
                        mean ? 1 : inputs,
                        this.kernels);
        down =
                new OutgoingMessages(
                        rnn,
                        rnn.backwardMessageSize(),
                        mean ? 1f / outputs : 1,
                        mean ? 1 : outputs,
                        this.kernels);
        backwardGates = Slice.zeros(outputs * gates);
        upSums = up.newSums(outputs);
        downSums = down.newSums(1);
        laneSums = new float[up.rows];
        before = newStates();
        after = newStates();
    }

    @Override
    public int stateSize() {
        return tiling.tiles * outputs * stateSpan();
    }

    /** Floats of the state of a tile and an output. */
    private int stateSpan() {
        return 2 * size * width;
    }

    int stateOffset(int tile, int output) {
        return (tile * outputs + output) * stateSpan();
    }

    /** A slice of the states of a tile and two outputs, still to be moved. */
    Slice newStates() {
        return new Slice(null, 0, stateSpan());
    }

    @Override
    public void forward(Weights weights, float[] from, float[] to, Messages messages) {
        computeBackwardGates(weights, messages.backward());
        Arrays.fill(upSums.array(), 0);
        for (int tile = 0; tile < tiling.tiles; tile++) {
            gatherForward(messages.forward(), tile);
            subRnns.begin(weights, tiling.mask(tile));
            Arrays.fill(downSums.array(), 0);
            for (int b = 0; b < outputs; b += 2) {
                int count = Math.min(2, outputs - b);
                int state = stateOffset(tile, b);
                backwardGates.at(b * gates);
                after.at(to, state);
                subRnns.tick(count, backwardGates, before.at(from, state), after);
                for (int k = 1; k < ticks; k++) {
                    subRnns.tick(count, backwardGates, after, after);
                }
                for (int j = b; j < b + count; j++) {
                    collect(weights, hidden.at(to, stateOffset(tile, j)), j, tile, messages);
                }
            }
            if (messages.down() != null) {
                sendDown(weights.down, tile, messages.down());
            }
        }
        if (messages.up() != null) {
            sendUp(weights.up, messages.up());
        }
    }

    /** m_b·w_b + bias, and what the output's coordinates add, for every output. */
    void computeBackwardGates(Weights weights, float[] backward) {
        float[] sums = backwardGates.array();
        for (int b = 0; b < outputs; b++) {
            int row = b * gates;
            System.arraycopy(weights.bias, 0, sums, row, gates);
            if (coordinates.areFed()) {
                for (int i = 0; i < Coordinates.OF_OUTPUT; i++) {
                    float value = coordinates.outputs[b * Coordinates.OF_OUTPUT + i];
                    int w = (Coordinates.OF_INPUT + i) * gates;
                    for (int j = 0; j < gates; j++) {
                        sums[row + j] += value * weights.coordinates[w + j];
                    }
                }
            }
            float[] matrix = weights.backward.values();
            for (int m = 0; m < down.channels; m++) {
                float value = backward[b * down.channels + m];
                if (value != 0) {
                    int w = m * gates;
                    for (int j = 0; j < gates; j++) {
                        sums[row + j] += value * matrix[w + j];
                    }
                }
            }
        }
    }

    /** What the inputs of a tile read. */
    void gatherForward(float[] forward, int tile) {
        if (coordinates.areFed()) {
            units.gather(coordinates.inputs, Coordinates.OF_INPUT, tile, subRnns.coordinates);
        }
        units.gather(forward, subRnns.channels, tile, subRnns.message);
    }

    /** Adds h of a tile to the sums that its output's and its inputs' messages are made of. */
    private void collect(Weights weights, Slice h, int b, int tile, Messages messages) {
        float[] mask = tiling.mask(tile);
        if (messages.up() != null) {
            up.collect(weights.up, h, mask, upSums.at(b * upSums.step()));
        }
        if (messages.down() != null) {
            down.collect(weights.down, h, mask, downSums);
        }
    }

    private void sendUp(MessageWeights direction, float[] messages) {
        float[] matrix = direction.weights.values();
        for (int b = 0; b < outputs; b++) {
            Floats.sumLanes(upSums.at(b * upSums.step()), up.rows, width, laneSums, 0);
            for (int m = 0; m < up.channels; m++) {
                float value = 0;
                if (direction.scale != null) {
                    value = direction.scale[m] * laneSums[m];
                } else {
                    for (int n = 0; n < size; n++) {
                        value += laneSums[n] * matrix[n * up.channels + m];
                    }
                }
                messages[b * up.channels + m] = up.share * value + up.constant(direction, m);
            }
        }
    }

    private void sendDown(MessageWeights direction, int tile, float[] messages) {
        Slice projected = down.project(direction, downSums);
        for (int m = 0; m < down.channels; m++) {
            float factor = down.factor(direction, m);
            float constant = down.constant(direction, m);
            units.put(projected, down.channels, m, tile, factor, constant, messages);
        }
    }

    @Override
    public void backward(
            Weights weights,
            WeightGradients gradients,
            float[] from,
            float[] ofState,
            Messages messages,
            Messages adjoints) {
        if (adjoint == null) {
            adjoint = new TiledDenseAdjoint(this, model);
        }
        adjoint.pullBack(weights, gradients, from, ofState, messages, adjoints);
    }

    @Override
    public void read(double[] values, int hiddenFrom, int cellFrom, float[] state) {
        for (int tile = 0; tile < tiling.tiles; tile++) {
            for (int b = 0; b < outputs; b++) {
                for (int n = 0; n < size; n++) {
                    int row = (n * outputs + b) * inputs + tiling.first(tile);
                    int h = stateOffset(tile, b) + n * width;
                    int c = h + size * width;
                    for (int l = 0; l < tiling.used(tile); l++) {
                        state[h + l] = (float) values[hiddenFrom + row + l];
                        state[c + l] = (float) values[cellFrom + row + l];
                    }
                }
            }
        }
    }

    @Override
    public void write(float[] state, double[] values, int hiddenTo, int cellTo) {
        for (int tile = 0; tile < tiling.tiles; tile++) {
            for (int b = 0; b < outputs; b++) {
                for (int n = 0; n < size; n++) {
                    int row = (n * outputs + b) * inputs + tiling.first(tile);
                    int h = stateOffset(tile, b) + n * width;
                    int c = h + size * width;
                    for (int l = 0; l < tiling.used(tile); l++) {
                        values[hiddenTo + row + l] = state[h + l];
                        values[cellTo + row + l] = state[c + l];
                    }
                }
            }
        }
    }

    @Override
    public void average(float[][] states, int channels) {
        int count = channels * width;
        for (int i = 0; i < tiling.tiles * outputs; i++) {
            Floats.average(states, i * stateSpan(), count);
            Floats.average(states, i * stateSpan() + size * width, count);
        }
    }

    /**
     * Projections of the cells: to[b, a] = Σ_n projection[n] · c_abn.
     *
     * @param to [outputs, inputs], overwritten
     */
    void readCells(float[] state, float[] projection, float[] to) {
        for (int tile = 0; tile < tiling.tiles; tile++) {
            int used = tiling.used(tile);
            for (int b = 0; b < outputs; b++) {
                int cell = stateOffset(tile, b) + size * width;
                int row = b * inputs + tiling.first(tile);
                Arrays.fill(to, row, row + used, 0);
                for (int n = 0; n < size; n++) {
                    for (int l = 0; l < used; l++) {
                        to[row + l] += projection[n] * state[cell + n * width + l];
                    }
                }
            }
        }
    }

    /**
     * The adjoint of {@link #readCells}.
     *
     * @param ofProjected [outputs, inputs]
     * @param ofState added to
     * @param ofProjection [N], added to
     */
    void readCellsAdjoint(
            float[] state,
            float[] projection,
            float[] ofProjected,
            float[] ofState,
            double[] ofProjection) {
        for (int tile = 0; tile < tiling.tiles; tile++) {
            int used = tiling.used(tile);
            for (int b = 0; b < outputs; b++) {
                int cell = stateOffset(tile, b) + size * width;
                int row = b * inputs + tiling.first(tile);
                for (int n = 0; n < size; n++) {
                    int c = cell + n * width;
                    float sum = 0;
                    for (int l = 0; l < used; l++) {
                        ofState[c + l] += projection[n] * ofProjected[row + l];
                        sum += ofProjected[row + l] * state[c + l];
                    }
                    ofProjection[n] += sum;
                }
            }
        }
    }
}
