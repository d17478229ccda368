package org.vsml.report;

import static org.vsml.core.Checks.require;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A line plot whose lines are named at their right ends, in their own colour, instead of in a box.
 * Lines may carry a confidence band, points error bars. Draws without a display. Not thread-safe.
 */
public final class LinePlot {

    private static final int WIDTH = 620;
    private static final int HEIGHT = 430;
    private static final int PIXELS_PER_UNIT = 2;
    private static final int LABEL_GAP = 8;
    private static final int LABEL_LINE = 17;
    private static final int TICK_SPACING = 90;
    private static final int MAX_POINTS = 1000;
    private static final int BAND_ALPHA = 45;

    private record Line(
            String name, double[] x, double[] y, double[] low, double[] high, boolean points) {}

    private record Label(String text, Color colour, double wanted) {}

    private final String title;
    private final String xLabel;
    private final String yLabel;
    private final List<Line> lines = new ArrayList<>();
    private boolean logarithmicX;
    private boolean logarithmicY;
    private double[] yRange = {};

    /** An empty plot. */
    public LinePlot(String title, String xLabel, String yLabel) {
        this.title = title;
        this.xLabel = xLabel;
        this.yLabel = yLabel;
    }

    /**
     * Adds a line.
     *
     * @param x ascending
     * @param y as many values; NaN leaves a gap
     * @return this plot
     */
    public LinePlot line(String name, double[] x, double[] y) {
        return add(name, x, y, null, null, false);
    }

    /**
     * Adds a line in a band from {@code low} to {@code high}.
     *
     * @return this plot
     */
    public LinePlot band(String name, double[] x, double[] y, double[] low, double[] high) {
        return add(name, x, y, low, high, false);
    }

    /**
     * Adds a line in a band, one value of each for every point.
     *
     * @return this plot
     */
    public <T> LinePlot band(
            String name,
            List<T> points,
            ToDoubleFunction<T> x,
            ToDoubleFunction<T> y,
            ToDoubleFunction<T> low,
            ToDoubleFunction<T> high) {
        return band(
                name,
                points.stream().mapToDouble(x).toArray(),
                points.stream().mapToDouble(y).toArray(),
                points.stream().mapToDouble(low).toArray(),
                points.stream().mapToDouble(high).toArray());
    }

    /**
     * Adds marked points, joined by a thin line, with error bars from {@code low} to {@code high}.
     *
     * @return this plot
     */
    public LinePlot points(String name, double[] x, double[] y, double[] low, double[] high) {
        return add(name, x, y, low, high, true);
    }

    /** Logarithmic x axis; every x must be positive. */
    public LinePlot logarithmicX() {
        logarithmicX = true;
        return this;
    }

    /** Logarithmic y axis; every y must be positive. */
    public LinePlot logarithmicY() {
        logarithmicY = true;
        return this;
    }

    /** Fixes the range of the y axis. */
    public LinePlot yRange(double low, double high) {
        require(low < high, "the y range must go up, got %s to %s", low, high);
        yRange = new double[] {low, high};
        return this;
    }

    /**
     * These plots side by side, at most three in a row, as a PNG image.
     *
     * @throws IOException if the image cannot be encoded
     */
    public static byte[] png(List<LinePlot> panels) throws IOException {
        require(!panels.isEmpty(), "an image needs at least one plot, got none");
        List<BufferedImage> images = panels.stream().map(LinePlot::image).toList();
        int columns = Math.min(images.size(), images.size() == 4 ? 2 : 3);
        int rows = (images.size() + columns - 1) / columns;
        int width = images.stream().mapToInt(BufferedImage::getWidth).max().orElseThrow();
        int height = HEIGHT * PIXELS_PER_UNIT;
        BufferedImage sheet =
                new BufferedImage(columns * width, rows * height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = sheet.createGraphics();
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
        for (int i = 0; i < images.size(); i++) {
            g.drawImage(images.get(i), i % columns * width, i / columns * height, null);
        }
        g.dispose();
        return Png.of(sheet);
    }

    private LinePlot add(
            String name, double[] x, double[] y, double[] low, double[] high, boolean points) {
        require(x.length == y.length, "line %s has %d x and %d y values", name, x.length, y.length);
        require(
                low == null || (low.length == x.length && high.length == x.length),
                "line %s has %d points but intervals for another number",
                name,
                x.length);
        require(
                lines.stream().noneMatch(l -> l.name().equals(name)),
                "two lines are named %s",
                name);
        int[] kept = thinned(x.length);
        lines.add(
                new Line(
                        name,
                        at(x, kept),
                        at(y, kept),
                        low == null ? null : at(low, kept),
                        low == null ? null : at(high, kept),
                        points));
        return this;
    }

    /** Evenly spaced indices, first and last included: more points than pixels only cost time. */
    private static int[] thinned(int length) {
        int count = Math.min(length, MAX_POINTS);
        int[] kept = new int[count];
        for (int i = 0; i < count; i++) {
            kept[i] = count == 1 ? 0 : (int) ((long) i * (length - 1) / (count - 1));
        }
        return kept;
    }

    private static double[] at(double[] values, int[] indices) {
        return Arrays.stream(indices).mapToDouble(i -> values[i]).toArray();
    }

    private BufferedImage image() {
        Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
        XYChart chart = chart(font);
        BufferedImage probe = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
        Graphics2D measuring = probe.createGraphics();
        FontMetrics metrics = measuring.getFontMetrics(font.deriveFont(Font.BOLD));
        int strip =
                LABEL_GAP
                        + lines.stream()
                                .mapToInt(l -> metrics.stringWidth(l.name()))
                                .max()
                                .orElse(0)
                        + LABEL_GAP;
        measuring.dispose();

        BufferedImage image =
                new BufferedImage(
                        (WIDTH + strip) * PIXELS_PER_UNIT,
                        HEIGHT * PIXELS_PER_UNIT,
                        BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, image.getWidth(), image.getHeight());
        g.scale(PIXELS_PER_UNIT, PIXELS_PER_UNIT);
        chart.paint(g, WIDTH, HEIGHT);
        g.setFont(font.deriveFont(Font.BOLD));
        drawLabels(g, chart);
        g.dispose();
        return image;
    }

    private XYChart chart(Font font) {
        XYChart chart =
                new XYChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .title(title)
                        .xAxisTitle(xLabel)
                        .yAxisTitle(yLabel)
                        .build();
        XYStyler style = chart.getStyler();
        style.setLegendVisible(false);
        style.setChartBackgroundColor(Color.WHITE);
        style.setPlotBackgroundColor(Color.WHITE);
        style.setPlotBorderVisible(false);
        style.setPlotGridLinesColor(Palette.GRID);
        style.setPlotGridLinesStroke(new BasicStroke(1));
        style.setPlotGridVerticalLinesVisible(false);
        style.setPlotTicksMarksVisible(false);
        style.setPlotContentSize(0.98);
        style.setPlotMargin(0);
        style.setChartFontColor(Palette.INK);
        style.setAxisTickLabelsColor(Palette.INK);
        style.setAxisTickMarksColor(Palette.INK);
        style.setAxisTickLabelsFont(font);
        style.setAxisTitleFont(font);
        style.setChartTitleFont(font.deriveFont(Font.BOLD, 15));
        style.setChartTitleBoxVisible(false);
        style.setChartPadding(12);
        style.setMarkerSize(7);
        style.setLocale(Locale.ROOT);
        style.setXAxisLogarithmic(logarithmicX);
        style.setYAxisLogarithmic(logarithmicY);
        style.setXAxisTickMarkSpacingHint(TICK_SPACING);
        if (!logarithmicX && startsNearZero()) {
            style.setXAxisMin(0.0);
        }
        if (yRange.length == 2) {
            style.setYAxisMin(yRange[0]);
            style.setYAxisMax(yRange[1]);
        }
        // Bands first, so that no band hides another line.
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).low() != null && !lines.get(i).points()) {
                addBand(chart, lines.get(i), colour(i));
            }
        }
        for (int i = 0; i < lines.size(); i++) {
            addLine(chart, lines.get(i), colour(i));
        }
        addOddPoint(chart);
        return chart;
    }

    /**
     * XChart puts its ticks on the data where they are equally spaced, at 48, 96, 144 say. A point
     * that is not drawn, off the grid, gives round ticks.
     */
    private void addOddPoint(XYChart chart) {
        DoubleSummaryStatistics x =
                lines.stream().flatMapToDouble(l -> Arrays.stream(l.x())).summaryStatistics();
        double[] y =
                lines.stream()
                        .flatMapToDouble(l -> Arrays.stream(l.y()))
                        .filter(Double::isFinite)
                        .limit(1)
                        .toArray();
        if (y.length == 1) {
            double odd = x.getMin() + 0.3141 * (x.getMax() - x.getMin());
            XYSeries point = chart.addSeries("odd point", new double[] {odd}, y);
            point.setMarker(SeriesMarkers.NONE);
        }
    }

    /** Counts begin at 1, but an axis that does so has odd ticks. */
    private boolean startsNearZero() {
        DoubleSummaryStatistics x =
                lines.stream().flatMapToDouble(l -> Arrays.stream(l.x())).summaryStatistics();
        return x.getMin() > 0 && x.getMin() < 0.1 * x.getMax();
    }

    private static void addLine(XYChart chart, Line line, Color colour) {
        Marker marker = line.points() ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE;
        XYSeries series = chart.addSeries(line.name(), line.x(), line.y());
        series.setLineColor(colour);
        series.setLineStyle(
                new BasicStroke(
                        line.points() ? 1f : 2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        series.setMarker(marker);
        series.setMarkerColor(colour);
        if (line.points() && line.low() != null) {
            for (int i = 0; i < line.x().length; i++) {
                double[] x = {line.x()[i], line.x()[i]};
                double[] y = {line.low()[i], line.high()[i]};
                XYSeries bar = chart.addSeries(line.name() + " error bar " + i, x, y);
                bar.setLineColor(colour);
                bar.setLineStyle(new BasicStroke(1.5f));
                bar.setMarker(SeriesMarkers.NONE);
            }
        }
    }

    /**
     * The outline of a band: along its lower edge, back along its upper one; points without an
     * interval are left out.
     */
    private static void addBand(XYChart chart, Line line, Color colour) {
        List<Integer> known = new ArrayList<>();
        for (int i = 0; i < line.x().length; i++) {
            if (Double.isFinite(line.low()[i]) && Double.isFinite(line.high()[i])) {
                known.add(i);
            }
        }
        int n = known.size();
        if (n < 2) {
            return;
        }
        double[] x = new double[2 * n];
        double[] y = new double[2 * n];
        for (int i = 0; i < n; i++) {
            x[i] = line.x()[known.get(i)];
            y[i] = line.low()[known.get(i)];
            x[2 * n - 1 - i] = x[i];
            y[2 * n - 1 - i] = line.high()[known.get(i)];
        }
        Color clear = new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), BAND_ALPHA);
        XYSeries band = chart.addSeries(line.name() + " band", x, y);
        band.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.PolygonArea);
        band.setFillColor(clear);
        band.setLineColor(new Color(0, 0, 0, 0));
        band.setLineStyle(new BasicStroke(0));
        band.setMarker(SeriesMarkers.NONE);
    }

    /** Names at the heights of the lines' ends, pushed apart where they would overlap. */
    private void drawLabels(Graphics2D g, XYChart chart) {
        List<Label> labels = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            double end = lastFinite(lines.get(i).y());
            if (Double.isFinite(end)) {
                labels.add(
                        new Label(lines.get(i).name(), colour(i), chart.getScreenYFromChart(end)));
            }
        }
        labels.sort(Comparator.comparingDouble(Label::wanted));
        double[] heights = spread(labels.stream().mapToDouble(Label::wanted).toArray());
        for (int i = 0; i < labels.size(); i++) {
            g.setColor(labels.get(i).colour());
            g.drawString(labels.get(i).text(), WIDTH - LABEL_GAP, (int) Math.round(heights[i]) + 5);
        }
    }

    /**
     * Ascending heights at least a line apart, within the image, each as near as a push from above
     * and below leaves it.
     */
    static double[] spread(double[] wanted) {
        double[] heights = wanted.clone();
        double floor = HEIGHT - LABEL_LINE;
        for (int pass = 0; pass < wanted.length; pass++) {
            for (int i = 1; i < heights.length; i++) {
                double overlap = heights[i - 1] + LABEL_LINE - heights[i];
                if (overlap > 0) {
                    heights[i - 1] -= overlap / 2;
                    heights[i] += overlap / 2;
                }
            }
        }
        for (int i = 0; i < heights.length; i++) {
            double least = i == 0 ? LABEL_LINE : heights[i - 1] + LABEL_LINE;
            heights[i] = Math.max(heights[i], least);
        }
        for (int i = heights.length - 1; i >= 0; i--) {
            double most = i == heights.length - 1 ? floor : heights[i + 1] - LABEL_LINE;
            heights[i] = Math.min(heights[i], most);
        }
        return heights;
    }

    private static double lastFinite(double[] values) {
        for (int i = values.length - 1; i >= 0; i--) {
            if (Double.isFinite(values[i])) {
                return values[i];
            }
        }
        return Double.NaN;
    }

    private static Color colour(int line) {
        return Palette.line(line);
    }
}
