package org.vsml.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class LinePlotTest {

    private static final int VERMILION = 0xFFD55E00;

    private static double[] range(int n) {
        double[] x = new double[n];
        Arrays.setAll(x, i -> i + 1);
        return x;
    }

    private static BufferedImage draw(LinePlot... plots) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(LinePlot.png(List.of(plots))));
    }

    private static long pixels(BufferedImage image, int colour) {
        return Arrays.stream(
                        image.getRGB(
                                0,
                                0,
                                image.getWidth(),
                                image.getHeight(),
                                null,
                                0,
                                image.getWidth()))
                .filter(p -> p == colour)
                .count();
    }

    @Test
    void drawsTheFirstLineInItsColour() throws Exception {
        double[] x = range(50);
        BufferedImage with = draw(new LinePlot("t", "x", "y").line("VSML", x, x));

        // A two-unit line across the plot, twice as many pixels: far more than a thousand.
        assertThat(pixels(with, VERMILION)).isGreaterThan(1000);
    }

    @Test
    void aBandShadesTheAreaBetweenItsEdges() throws Exception {
        double[] x = range(50);
        double[] low = Arrays.stream(x).map(v -> v - 5).toArray();
        double[] high = Arrays.stream(x).map(v -> v + 5).toArray();
        BufferedImage image = draw(new LinePlot("t", "x", "y").band("VSML", x, x, low, high));

        // Vermilion at opacity 45/255 over white.
        assertThat(pixels(image, 0xFFF8E3D2)).isGreaterThan(20_000);
    }

    @Test
    void aLineWithGapsAndAHugeNumberOfPointsIsDrawn() throws Exception {
        double[] x = range(100_000);
        double[] y = x.clone();
        Arrays.fill(y, 0, 50_000, Double.NaN);

        assertThat(pixels(draw(new LinePlot("t", "x", "y").line("a", x, y)), VERMILION))
                .isGreaterThan(500);
    }

    @Test
    void panelsStandSideBySide() throws Exception {
        double[] x = range(3);
        LinePlot plot =
                new LinePlot("t", "x", "y").points("a", x, x, x, x).logarithmicX().yRange(0, 4);

        BufferedImage one = draw(plot);
        BufferedImage five = draw(plot, plot, plot, plot, plot);
        assertThat(five.getWidth()).isEqualTo(3 * one.getWidth());
        assertThat(five.getHeight()).isEqualTo(2 * one.getHeight());
    }

    @Test
    void labelsAreSpreadUntilNoneOverlapAndStayInOrder() {
        double[] heights = LinePlot.spread(new double[] {100, 100, 101, 300, 429, 430});

        for (int i = 1; i < heights.length; i++) {
            assertThat(heights[i] - heights[i - 1]).isGreaterThan(16.9);
        }
        assertThat(heights[3]).isEqualTo(300);
        assertThat(heights[5]).isLessThanOrEqualTo(430);
    }

    @Test
    void mismatchedDataIsRejectedByName() {
        LinePlot plot = new LinePlot("t", "x", "y").line("a", range(2), range(2));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> plot.line("b", range(2), range(3)))
                .withMessageContaining("line b has 2 x and 3 y values");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plot.line("a", range(2), range(2)))
                .withMessageContaining("two lines are named a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plot.yRange(1, 1))
                .withMessageContaining("go up");
    }
}
