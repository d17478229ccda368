package org.vsml.report;

import static org.vsml.core.Checks.require;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/**
 * Values over a grid, darker the larger, with a scale beside them. Not by XChart's HeatMapChart,
 * whose axes are categories: it labels cells instead of round numbers, and leaves seams between
 * them.
 */
public final class HeatMap {

    private static final int SIDE = 480;
    private static final int LEFT = 70;
    private static final int TOP = 50;
    private static final int RIGHT = 150;
    private static final int BOTTOM = 60;
    private static final int SCALE_WIDTH = 22;
    private static final int TICKS = 5;

    private HeatMap() {}

    /**
     * A PNG image.
     *
     * @param x ascending, equally spaced
     * @param y ascending, equally spaced
     * @param values [y][x], at least 0
     * @throws IOException if the image cannot be encoded
     */
    public static byte[] png(
            String title, String xLabel, String yLabel, double[] x, double[] y, double[][] values)
            throws IOException {
        require(
                values.length == y.length
                        && Arrays.stream(values).allMatch(row -> row.length == x.length)
                        && x.length >= 2
                        && y.length >= 2,
                "expected %d x %d values, each axis with at least 2",
                y.length,
                x.length);
        double most = Arrays.stream(values).flatMapToDouble(Arrays::stream).max().orElse(0);
        BufferedImage image =
                new BufferedImage(
                        LEFT + SIDE + RIGHT, TOP + SIDE + BOTTOM, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, image.getWidth(), image.getHeight());
        for (int i = 0; i < SIDE; i++) {
            for (int j = 0; j < SIDE; j++) {
                double value = values[(SIDE - 1 - i) * y.length / SIDE][j * x.length / SIDE];
                image.setRGB(LEFT + j, TOP + i, colour(value / most).getRGB());
            }
            for (int j = 0; j < SCALE_WIDTH; j++) {
                image.setRGB(
                        LEFT + SIDE + 24 + j,
                        TOP + i,
                        colour((SIDE - 1 - i) / (SIDE - 1.0)).getRGB());
            }
        }
        g.setColor(Palette.INK);
        g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        for (int t = 0; t < TICKS; t++) {
            double share = t / (TICKS - 1.0);
            int along = (int) Math.round(share * (SIDE - 1));
            g.drawString(
                    number(x[0] + share * (x[x.length - 1] - x[0])),
                    LEFT + along - 8,
                    TOP + SIDE + 20);
            g.drawString(
                    number(y[0] + share * (y[y.length - 1] - y[0])),
                    LEFT - 36,
                    TOP + SIDE - along + 4);
            g.drawString(
                    String.format(Locale.ROOT, "%.1e", share * most),
                    LEFT + SIDE + 32 + SCALE_WIDTH,
                    TOP + SIDE - along + 4);
        }
        g.drawString(xLabel, LEFT + SIDE / 2, TOP + SIDE + 44);
        g.drawString(yLabel, 12, TOP + SIDE / 2);
        g.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
        g.drawString(title, LEFT, TOP - 20);
        g.dispose();
        return Png.of(image);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    /** From white over blue to near black. */
    private static Color colour(double share) {
        double s = Math.min(1, Math.max(0, Double.isNaN(share) ? 0 : share));
        return Color.getHSBColor(0.58f, (float) Math.min(1, 1.6 * s), (float) (1 - 0.75 * s * s));
    }
}
