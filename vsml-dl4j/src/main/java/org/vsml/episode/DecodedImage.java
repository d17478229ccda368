package org.vsml.episode;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferInt;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * An image as red, green and blue from 0 to 255: the numbers of its file. Grey is equal parts of
 * all three; 16 bits are rounded to 8; transparency is ignored and no colour profile is applied.
 *
 * @param rgb [height, width], 0xRRGGBB
 */
record DecodedImage(int height, int width, int[] rgb) {

    /** A picture of a large camera. */
    private static final int MAX_PIXELS = 1 << 27;

    private static final int MAX_BITS = 16;

    /**
     * Decodes JPEG or PNG.
     *
     * @throws IOException if it is neither, damaged, too large, or neither grey nor RGB (CMYK, say)
     */
    static DecodedImage read(byte[] bytes) throws IOException {
        try (ImageInputStream in =
                new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new IOException("not an image of a known format");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                return of(decoded(reader));
            } finally {
                reader.dispose();
            }
        }
    }

    private static BufferedImage decoded(ImageReader reader) throws IOException {
        long pixels;
        try {
            pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        } catch (IOException | RuntimeException e) {
            throw undecodable(e);
        }
        if (pixels > MAX_PIXELS || 16 * pixels > Runtime.getRuntime().maxMemory()) {
            throw new IOException("an image of " + pixels + " pixels is too large");
        }
        try {
            return reader.read(0);
        } catch (IOException | RuntimeException e) {
            // The JDK's readers throw all kinds of exceptions where bytes make no sense.
            throw undecodable(e);
        }
    }

    private static IOException undecodable(Exception e) {
        return new IOException(
                "it cannot be decoded ("
                        + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage())
                        + "); expected a grey or RGB image, JPEG or PNG",
                e);
    }

    /** The numbers of an image, not what a colour space makes of them. */
    static DecodedImage of(BufferedImage image) throws IOException {
        int height = image.getHeight();
        int width = image.getWidth();
        int[] rgb = new int[Math.multiplyExact(height, width)];
        ColorModel model = image.getColorModel();
        if (model instanceof IndexColorModel palette) {
            int[] colours = new int[palette.getMapSize()];
            palette.getRGBs(colours);
            int[] row = new int[width];
            for (int y = 0; y < height; y++) {
                image.getRaster().getSamples(0, y, width, 1, 0, row);
                for (int x = 0; x < width; x++) {
                    if (row[x] >= colours.length) {
                        throw new IOException("it has a colour that its palette lacks: " + row[x]);
                    }
                    rgb[y * width + x] = colours[row[x]] & 0xffffff;
                }
            }
            return new DecodedImage(height, width, rgb);
        }
        int[] maxima = maxima(model);
        Raster raster = image.getRaster();
        int bands = raster.getNumBands();
        int[] row = new int[width * bands];
        boolean grey = maxima.length == 1;
        for (int y = 0; y < height; y++) {
            raster.getPixels(0, y, width, 1, row);
            for (int x = 0; x < width; x++) {
                int colour = 0;
                for (int c = 0; c < 3; c++) {
                    int band = grey ? 0 : c;
                    int most = maxima[band];
                    int value = (row[x * bands + band] * 255 + most / 2) / most;
                    colour = colour << 8 | value;
                }
                rgb[y * width + x] = colour;
            }
        }
        return new DecodedImage(height, width, rgb);
    }

    /** The largest value of grey, or of red, green and blue. */
    private static int[] maxima(ColorModel model) throws IOException {
        int space = model.getColorSpace().getType();
        int colours = model.getNumColorComponents();
        boolean known =
                (space == ColorSpace.TYPE_GRAY && colours == 1)
                        || (space == ColorSpace.TYPE_RGB && colours == 3);
        int type = model.getTransferType();
        if (!known
                || model.isAlphaPremultiplied()
                || type == DataBuffer.TYPE_FLOAT
                || type == DataBuffer.TYPE_DOUBLE) {
            throw new IOException("its " + colours + " colours are neither grey nor RGB");
        }
        int[] maxima = new int[colours];
        for (int c = 0; c < colours; c++) {
            int bits = model.getComponentSize(c);
            if (bits > MAX_BITS) {
                throw new IOException("it has " + bits + " bits a colour, more than " + MAX_BITS);
            }
            maxima[c] = (1 << bits) - 1;
        }
        return maxima;
    }

    /** This image at another size; between pixels, values are interpolated bilinearly. */
    DecodedImage scaled(int rows, int columns) {
        if (rows == height && columns == width) {
            return this;
        }
        BufferedImage from = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        System.arraycopy(rgb, 0, values(from), 0, rgb.length);
        BufferedImage to = new BufferedImage(columns, rows, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = to.createGraphics();
        try {
            graphics.setRenderingHint(
                    RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            graphics.drawImage(from, 0, 0, columns, rows, null);
        } finally {
            graphics.dispose();
        }
        return new DecodedImage(rows, columns, values(to));
    }

    private static int[] values(BufferedImage image) {
        return ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    }

    /** Writes red, green and blue of each pixel, row by row. */
    void writeTo(byte[] into, int offset) {
        for (int i = 0; i < rgb.length; i++) {
            into[offset + 3 * i] = (byte) (rgb[i] >> 16);
            into[offset + 3 * i + 1] = (byte) (rgb[i] >> 8);
            into[offset + 3 * i + 2] = (byte) rgb[i];
        }
    }
}
