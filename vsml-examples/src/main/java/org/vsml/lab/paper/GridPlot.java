package org.vsml.lab.paper;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.vsml.report.Palette;
import org.vsml.report.Png;

/** A table of accuracies in colour: a line for each learner, a column for each test set. */
final class GridPlot {

    /**
     * One number.
     *
     * @param accuracy from 0 to 1
     * @param framed whether it has a frame
     */
    record Cell(double accuracy, boolean framed) {}

    private record Line(String name, List<Cell> cells) {}

    private static final int WIDTH = 104;
    private static final int HEIGHT = 24;
    private static final int LEFT = 256;
    private static final int TOP = 58;
    private static final double DARK = 0.55;

    private final String title;
    private final List<String> columns;
    private final List<Line> lines = new ArrayList<>();

    GridPlot(String title, List<String> columns) {
        this.title = title;
        this.columns = columns;
    }

    /** Adds a line: a cell for each column. */
    void line(String name, List<Cell> cells) {
        lines.add(new Line(name, List.copyOf(cells)));
    }

    /** The picture as a PNG image. */
    byte[] png() throws IOException {
        return Png.drawn(
                LEFT + columns.size() * WIDTH + 20, TOP + lines.size() * HEIGHT + 16, this::draw);
    }

    private void draw(Graphics2D g) {
        g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
        g.setStroke(new BasicStroke(2));
        g.drawString(title, 12, 20);
        for (int c = 0; c < columns.size(); c++) {
            g.drawString(columns.get(c), LEFT + c * WIDTH + 4, TOP - 10);
        }
        for (int l = 0; l < lines.size(); l++) {
            int y = TOP + l * HEIGHT;
            g.setColor(Palette.INK);
            g.drawString(lines.get(l).name(), 12, y + HEIGHT - 8);
            List<Cell> cells = lines.get(l).cells();
            for (int c = 0; c < cells.size(); c++) {
                draw(g, cells.get(c), LEFT + c * WIDTH, y);
            }
        }
    }

    private static void draw(Graphics2D g, Cell cell, int x, int y) {
        g.setColor(Palette.shade(cell.accuracy()));
        g.fillRect(x, y, WIDTH - 2, HEIGHT - 2);
        g.setColor(cell.accuracy() > DARK ? Color.WHITE : Palette.INK);
        g.drawString(
                String.format(Locale.ROOT, "%.1f", 100 * cell.accuracy()), x + 34, y + HEIGHT - 8);
        if (cell.framed()) {
            g.setColor(Palette.INK);
            g.drawRect(x + 1, y + 1, WIDTH - 5, HEIGHT - 5);
        }
    }
}
