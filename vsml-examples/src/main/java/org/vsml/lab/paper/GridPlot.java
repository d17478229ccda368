package org.vsml.lab.paper;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

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
    private static final Color INK = new Color(0x22, 0x22, 0x22);

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
        BufferedImage image =
                new BufferedImage(
                        LEFT + columns.size() * WIDTH + 20,
                        TOP + lines.size() * HEIGHT + 16,
                        BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, image.getWidth(), image.getHeight());
        g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
        g.setStroke(new BasicStroke(2));
        g.setColor(INK);
        g.drawString(title, 12, 20);
        for (int c = 0; c < columns.size(); c++) {
            g.drawString(columns.get(c), LEFT + c * WIDTH + 4, TOP - 10);
        }
        for (int l = 0; l < lines.size(); l++) {
            int y = TOP + l * HEIGHT;
            g.setColor(INK);
            g.drawString(lines.get(l).name(), 12, y + HEIGHT - 8);
            List<Cell> cells = lines.get(l).cells();
            for (int c = 0; c < cells.size(); c++) {
                draw(g, cells.get(c), LEFT + c * WIDTH, y);
            }
        }
        g.dispose();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (!ImageIO.write(image, "png", out)) {
            throw new IOException("this Java platform has no PNG encoder");
        }
        return out.toByteArray();
    }

    private static void draw(Graphics2D g, Cell cell, int x, int y) {
        double share = Math.min(1, Math.max(0, cell.accuracy()));
        int shade = 255 - (int) Math.round(share * 215);
        g.setColor(new Color(shade, shade, 255 - (255 - shade) / 3));
        g.fillRect(x, y, WIDTH - 2, HEIGHT - 2);
        g.setColor(share > DARK ? Color.WHITE : INK);
        g.drawString(
                String.format(Locale.ROOT, "%.1f", 100 * cell.accuracy()), x + 34, y + HEIGHT - 8);
        if (cell.framed()) {
            g.setColor(INK);
            g.drawRect(x + 1, y + 1, WIDTH - 5, HEIGHT - 5);
        }
    }
}
