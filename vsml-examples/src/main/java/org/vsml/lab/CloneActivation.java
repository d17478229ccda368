package org.vsml.lab;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import org.vsml.cloning.run.ClonedBackpropagation;
import org.vsml.cloning.run.ClonedNetwork;
import org.vsml.core.Architecture;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;
import org.vsml.report.HeatMap;
import org.vsml.report.LinePlot;
import org.vsml.report.Report;
import org.vsml.report.Table;

/** What a sub-RNN of a clone computes: tanh(x) w, over a grid of x and w (paper, figure 10). */
final class CloneActivation {

    private static final int GRID = 81;
    private static final double X_RANGE = 4;
    private static final double W_RANGE = 3;

    private CloneActivation() {}

    /**
     * What single sub-RNNs make of x, as a network of one input whose outputs have each their w.
     */
    static void addTo(Report report, LearningAlgorithm algorithm) throws IOException {
        ClonedBackpropagation config = (ClonedBackpropagation) algorithm.config();
        double[] x = grid(X_RANGE);
        double[] w = grid(W_RANGE);
        TaskShape task = TaskShape.of(1, GRID);
        ClonedBackpropagation flat = config.withArchitecture(Architecture.dense());
        NamedArrays cells = NamedArrays.zeros(flat.learnedVariableLayout(task, 1));
        for (int i = 0; i < GRID; i++) {
            cells.values()[i] = w[i] / config.scale();
        }
        ClonedNetwork network = new ClonedNetwork(flat, algorithm.metaVariables(), task, cells);
        float[] inputs = new float[GRID];
        for (int i = 0; i < GRID; i++) {
            inputs[i] = (float) x[i];
        }
        float[] y = network.predict(inputs, GRID);
        double[][] error = new double[GRID][GRID];
        Table table = new Table("x", "w", "learned", "exact");
        LinePlot curves = new LinePlot("tanh(x) w", "x", "y of a sub-RNN");
        for (int j = 0; j < GRID; j++) {
            double[] learned = new double[GRID];
            double[] exact = new double[GRID];
            for (int i = 0; i < GRID; i++) {
                learned[i] = y[i * GRID + j];
                exact[i] = Math.tanh(x[i]) * w[j];
                error[j][i] = Math.abs(learned[i] - exact[i]);
                table.row(x[i], w[j], learned[i], exact[i]);
            }
            if (j % (GRID / 8) == 0) {
                curves.line(String.format(Locale.ROOT, "w = %.2f", w[j]), x, learned);
            }
        }
        report.csv("activation.csv", table)
                .plot("activation.png", curves)
                .image(
                        "activation-error.png",
                        HeatMap.png("|y − tanh(x) w|", "x", "w", x, w, error));
    }

    private static double[] grid(double range) {
        double[] values = new double[GRID];
        Arrays.setAll(values, i -> range * (2.0 * i / (GRID - 1) - 1));
        return values;
    }
}
