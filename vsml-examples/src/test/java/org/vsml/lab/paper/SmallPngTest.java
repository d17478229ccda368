package org.vsml.lab.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class SmallPngTest {

    private static byte[] png(BufferedImage image) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }

    @Test
    void wideImagesBecomeNarrowAndKeepTheirColours() throws IOException {
        BufferedImage image = new BufferedImage(4200, 600, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, 2100, 600);
        g.setColor(new Color(0xD55E00));
        g.fillRect(2100, 0, 2100, 600);
        g.dispose();

        BufferedImage small = ImageIO.read(new ByteArrayInputStream(SmallPng.of(png(image))));

        assertThat(small.getWidth()).isEqualTo(1400);
        assertThat(small.getHeight()).isEqualTo(200);
        assertThat(new Color(small.getRGB(200, 100))).isEqualTo(Color.WHITE);
        Color orange = new Color(small.getRGB(1200, 100));
        assertThat(Math.abs(orange.getRed() - 0xD5)).isLessThanOrEqualTo(8);
        assertThat(Math.abs(orange.getGreen() - 0x5E)).isLessThanOrEqualTo(8);
        assertThat(orange.getBlue()).isZero();
    }

    @Test
    void manyColoursAreReducedAndTakeFewerBytes() throws IOException {
        BufferedImage image = new BufferedImage(512, 512, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 512; y++) {
            for (int x = 0; x < 512; x++) {
                image.setRGB(x, y, (x / 2) << 16 | (y / 2) << 8 | (x + y) / 4);
            }
        }
        byte[] before = png(image);

        byte[] after = SmallPng.of(before);

        assertThat(after.length).isLessThan(before.length);
        BufferedImage small = ImageIO.read(new ByteArrayInputStream(after));
        assertThat(new Color(small.getRGB(0, 0)).getRed()).isLessThan(20);
        assertThat(new Color(small.getRGB(511, 511)).getRed()).isGreaterThan(235);
    }

    @Test
    void whatIsNoImageIsRefused() {
        assertThatIOException()
                .isThrownBy(() -> SmallPng.of(new byte[] {1, 2, 3}))
                .withMessage("expected a PNG image, got 3 other bytes");
    }
}
