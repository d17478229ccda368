package org.vsml.lab.paper;

import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.Graphics2D;
import java.io.IOException;
import java.util.List;
import org.vsml.report.Palette;
import org.vsml.report.Png;

/**
 * Output probabilities over a stream: a column for each example, a row for each class, darker the
 * more probable. A square marks the true class, a dot the predicted one.
 */
final class ProbabilityPlot {

    /**
     * One learner.
     *
     * @param title its name
     * @param probabilities [examples][classes]
     * @param labels [examples]
     */
    record Panel(String title, double[][] probabilities, int[] labels) {}

    private static final int CELL = 26;
    private static final int MARGIN = 60;
    private static final int GAP = 46;

    private ProbabilityPlot() {}

    /** The panels one above the other as a PNG image. */
    static byte[] png(List<Panel> panels) throws IOException {
        int examples = panels.stream().mapToInt(p -> p.labels().length).max().orElseThrow();
        int classes = panels.get(0).probabilities()[0].length;
        int height = classes * CELL + GAP;
        int bottom = panels.size() * height + 30;
        return Png.drawn(
                MARGIN + examples * CELL + 20,
                bottom,
                g -> {
                    g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
                    for (int i = 0; i < panels.size(); i++) {
                        draw(g, panels.get(i), i * height + GAP - 8, classes);
                    }
                    g.setColor(Palette.INK);
                    g.drawString("examples; square: truth, dot: prediction", MARGIN, bottom - 8);
                });
    }

    private static void draw(Graphics2D g, Panel panel, int top, int classes) {
        g.setColor(Palette.INK);
        g.drawString(panel.title(), MARGIN, top - 8);
        for (int c = 0; c < classes; c++) {
            g.setColor(Palette.INK);
            g.drawString(Integer.toString(c), MARGIN - 22, top + c * CELL + CELL - 8);
        }
        for (int t = 0; t < panel.labels().length; t++) {
            double[] p = panel.probabilities()[t];
            int predicted = 0;
            for (int c = 0; c < classes; c++) {
                predicted = p[c] > p[predicted] ? c : predicted;
                g.setColor(Palette.shade(p[c]));
                g.fillRect(MARGIN + t * CELL, top + c * CELL, CELL - 1, CELL - 1);
            }
            int x = MARGIN + t * CELL;
            g.setStroke(new BasicStroke(2));
            g.setColor(Palette.TRUTH);
            g.drawRect(x + 2, top + panel.labels()[t] * CELL + 2, CELL - 6, CELL - 6);
            g.setColor(Palette.PREDICTION);
            g.fillOval(x + CELL / 2 - 5, top + predicted * CELL + CELL / 2 - 5, 8, 8);
        }
    }
}
