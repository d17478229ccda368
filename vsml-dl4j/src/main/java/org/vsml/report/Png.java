package org.vsml.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.Consumer;
import javax.imageio.ImageIO;

/** PNG images, drawn without a display. */
public final class Png {

    private Png() {}

    /**
     * An image as a PNG file.
     *
     * @throws IOException if it cannot be encoded
     */
    public static byte[] of(BufferedImage image) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (!ImageIO.write(image, "png", out)) {
            throw new IOException("this Java platform has no PNG encoder");
        }
        return out.toByteArray();
    }

    /**
     * A drawing on white, with smooth edges, as a PNG file.
     *
     * @param width in pixels
     * @param height in pixels
     * @throws IOException if it cannot be encoded
     */
    public static byte[] drawn(int width, int height, Consumer<Graphics2D> drawing)
            throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, width, height);
        g.setColor(Palette.INK);
        drawing.accept(g);
        g.dispose();
        return of(image);
    }
}
