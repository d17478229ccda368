package org.vsml.reference;

import java.util.ArrayList;
import java.util.List;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;

/** V_L of one of the P parallel examples, and the messages between its layers. */
final class ReferenceState {

    /** h and c of layer k: [N, B, A]. */
    final List<double[][][]> hidden = new ArrayList<>();

    final List<double[][][]> cell = new ArrayList<>();

    /** What layer k reads from below, [inputs, N'], and from above, [outputs, N'']. */
    final List<double[][]> forwardMessage = new ArrayList<>();

    final List<double[][]> backwardMessage = new ArrayList<>();
    double[] error;
    double[] label;
    final double[] begun = new double[1];
    final double[] firstInput;
    final double[] awake;

    /** Which inputs take part in the step; not part of V_L. */
    final boolean[] present;

    private final Vsml model;
    private final List<ReferenceLayer> layers;
    private final int parallel;
    private final int index;

    /** A copy of what is in {@code start} of example {@code index} of {@code parallel}. */
    ReferenceState(
            Vsml model,
            TaskShape task,
            List<ReferenceLayer> layers,
            NamedArrays start,
            int index,
            int parallel) {
        this.model = model;
        this.layers = layers;
        this.index = index;
        this.parallel = parallel;
        error = new double[task.classes()];
        label = new double[task.classes()];
        firstInput = new double[task.inputs()];
        awake = new double[task.inputs()];
        present = new boolean[task.inputs()];
        int n = model.subRnn().stateSize();
        for (ReferenceLayer layer : layers) {
            hidden.add(new double[n][layer.b][layer.a]);
            cell.add(new double[n][layer.b][layer.a]);
            forwardMessage.add(
                    new double[layer.shape.inputs()][model.subRnn().forwardMessageSize()]);
            backwardMessage.add(
                    new double[layer.shape.outputs()][model.subRnn().backwardMessageSize()]);
        }
        transfer(start, true);
    }

    /** Whether input i of layer k rests: inputs are those of the first layer, if it is dense. */
    boolean rests(int k, int i) {
        // A convolution has no inputs that rest.
        return k == 0 && i < present.length && !present[i];
    }

    /** The state of sub-RNN (j, i) of a layer, [N]. */
    static double[] channels(double[][][] state, int j, int i) {
        double[] result = new double[state.length];
        for (int n = 0; n < result.length; n++) {
            result[n] = state[n][j][i];
        }
        return result;
    }

    /** Writes it to its place in {@code end}. */
    void writeTo(NamedArrays end) {
        transfer(end, false);
    }

    private void transfer(NamedArrays arrays, boolean read) {
        for (int k = 0; k < layers.size(); k++) {
            ReferenceLayer layer = layers.get(k);
            for (int n = 0; n < model.subRnn().stateSize(); n++) {
                for (int j = 0; j < layer.b; j++) {
                    int row = (n * layer.b + j) * layer.a;
                    copy(arrays, "hidden." + k, row, hidden.get(k)[n][j], read);
                    if (model.subRnn().cell().keepsCell()) {
                        copy(arrays, "cell." + k, row, cell.get(k)[n][j], read);
                    }
                }
            }
            if (k + 1 < layers.size()) {
                for (int u = 0; u < layer.shape.outputs(); u++) {
                    int row = u * model.subRnn().backwardMessageSize();
                    copy(arrays, "backward_message." + k, row, backwardMessage.get(k)[u], read);
                }
            }
        }
        if (!model.dynamics().backwardPass()) {
            copy(arrays, "error", 0, error, read);
            copy(arrays, "label", 0, label, read);
        }
        if (model.inputsRest()) {
            copy(arrays, "begun", 0, begun, read);
            copy(arrays, "first_input", 0, firstInput, read);
            copy(arrays, "awake", 0, awake, read);
        }
    }

    private void copy(NamedArrays arrays, String name, int from, double[] own, boolean read) {
        int size = arrays.layout().entry(name).size() / parallel;
        int offset = arrays.layout().offset(name) + index * size + from;
        if (read) {
            System.arraycopy(arrays.values(), offset, own, 0, own.length);
        } else {
            System.arraycopy(own, 0, arrays.values(), offset, own.length);
        }
    }
}
