package org.vsml.cloning.run;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vsml.core.NamedArrays;
import org.vsml.core.SubRnn;

/** Equation 7 for one sub-RNN, as it is written, in double precision and with all channels. */
final class ReferenceSubRnn {

    private static final List<String> NAMES =
            List.of("w_f", "w_b", "w_h", "bias", "fwd_w", "fwd_b", "bwd_w", "bwd_b");

    final double[] hidden;
    final double[] cell;
    private final Map<String, double[]> arrays = new HashMap<>();
    private final SubRnn config;

    ReferenceSubRnn(NamedArrays metaVariables, SubRnn config, double weightCell, double biasCell) {
        for (String name : NAMES) {
            arrays.put(name, metaVariables.array("sub_rnn.0." + name));
        }
        this.config = config;
        hidden = new double[config.stateSize()];
        cell = new double[config.stateSize()];
        cell[0] = weightCell;
        cell[1] = biasCell;
    }

    /** One micro tick on messages whose other channels are zero. */
    void tick(double forwardMessage, double backwardMessage) {
        int n = config.stateSize();
        double[] z = array("bias").clone();
        for (int j = 0; j < 4 * n; j++) {
            z[j] += forwardMessage * array("w_f")[j] + backwardMessage * array("w_b")[j];
            for (int k = 0; k < n; k++) {
                z[j] += hidden[k] * array("w_h")[k * 4 * n + j];
            }
        }
        for (int k = 0; k < n; k++) {
            double i = sigmoid(z[k] + config.inputGateShift());
            double g = Math.tanh(z[n + k]);
            double f = sigmoid(z[2 * n + k] + config.forgetGateShift());
            cell[k] = f * cell[k] + i * g;
            hidden[k] = sigmoid(z[3 * n + k]) * Math.tanh(cell[k]);
        }
    }

    double forwardMessage() {
        return message("fwd", config.forwardMessageSize());
    }

    double backwardMessage() {
        return message("bwd", config.backwardMessageSize());
    }

    private double message(String name, int channels) {
        double sum = array(name + "_b")[0];
        for (int k = 0; k < hidden.length; k++) {
            sum += hidden[k] * array(name + "_w")[k * channels];
        }
        return sum;
    }

    private double[] array(String name) {
        return arrays.get(name);
    }

    private static double sigmoid(double z) {
        return 1 / (1 + Math.exp(-z));
    }
}
