package org.vsml.lab.paper;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.vsml.report.Png;

/** Plots made small enough to be kept beside a page: narrower, and with few colours. */
final class SmallPng {

    private static final int MAX_WIDTH = 1400;
    private static final int MAX_COLOURS = 256;

    /** Channels are rounded to multiples of this, from 0 to 255. */
    private static final int STEP = 17;

    private SmallPng() {}

    /** The same picture, at most {@value #MAX_WIDTH} pixels wide, in at most 256 colours. */
    static byte[] of(byte[] png) throws IOException {
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
        if (image == null) {
            throw new IOException("expected a PNG image, got " + png.length + " other bytes");
        }
        return Png.of(indexed(narrowed(image)));
    }

    /** Halves while it can, for that averages all pixels, then scales by what is left. */
    private static BufferedImage narrowed(BufferedImage image) {
        BufferedImage result = image;
        while (result.getWidth() > MAX_WIDTH) {
            int width = Math.max(MAX_WIDTH, (result.getWidth() + 1) / 2);
            int height =
                    Math.max(1, Math.round((float) result.getHeight() * width / result.getWidth()));
            BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
            Graphics2D g = scaled.createGraphics();
            g.setRenderingHint(
                    RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            g.drawImage(result, 0, 0, width, height, null);
            g.dispose();
            result = scaled;
        }
        return result;
    }

    private static BufferedImage indexed(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        int[] pixels = image.getRGB(0, 0, width, height, null, 0, width);
        Map<Integer, Integer> counts = new HashMap<>();
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = rounded(pixels[i]);
            counts.merge(pixels[i], 1, Integer::sum);
        }
        List<Integer> palette =
                counts.entrySet().stream()
                        .sorted(
                                Map.Entry.<Integer, Integer>comparingByValue()
                                        .reversed()
                                        .thenComparing(Map.Entry.comparingByKey()))
                        .limit(MAX_COLOURS)
                        .map(Map.Entry::getKey)
                        .toList();
        Map<Integer, Integer> index = new HashMap<>();
        counts.keySet().forEach(colour -> index.put(colour, nearest(colour, palette)));
        BufferedImage result =
                new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, model(palette));
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                row[x] = index.get(pixels[y * width + x]);
            }
            result.getRaster().setSamples(0, y, width, 1, 0, row);
        }
        return result;
    }

    private static IndexColorModel model(List<Integer> palette) {
        int[] colours = new int[palette.size()];
        for (int i = 0; i < colours.length; i++) {
            colours[i] = palette.get(i);
        }
        return new IndexColorModel(
                8, colours.length, colours, 0, false, -1, java.awt.image.DataBuffer.TYPE_BYTE);
    }

    private static int rounded(int rgb) {
        int result = 0;
        for (int shift = 0; shift < 24; shift += 8) {
            int channel = (rgb >> shift) & 0xFF;
            result |= ((channel + STEP / 2) / STEP * STEP) << shift;
        }
        return result;
    }

    private static int nearest(int colour, List<Integer> palette) {
        int best = 0;
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < palette.size(); i++) {
            int distance = 0;
            for (int shift = 0; shift < 24; shift += 8) {
                int difference = ((colour >> shift) & 0xFF) - ((palette.get(i) >> shift) & 0xFF);
                distance += difference * difference;
            }
            if (distance < least) {
                least = distance;
                best = i;
            }
        }
        return best;
    }
}
