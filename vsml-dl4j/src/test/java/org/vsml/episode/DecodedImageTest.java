package org.vsml.episode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Whatever the kind of file, its numbers are read, resized or not. */
class DecodedImageTest {

    private static final int SIDE = 8;
    private static final int[] VALUES = {0, 1, 64, 128, 200, 254, 255};

    /** Red and green and blue of a colour that stands for a value. */
    private static int[] colour(int value) {
        return new int[] {value, 255 - value, (value + 40) % 256};
    }

    private static byte[] png(ColorModel model, int... pixel) {
        WritableRaster raster = model.createCompatibleWritableRaster(SIDE, SIDE);
        Pictures.fill(raster, pixel);
        return Pictures.encoded(new BufferedImage(model, raster, false, null), "png");
    }

    private static ColorModel components(int space, boolean alpha, int type) {
        return new ComponentColorModel(
                ColorSpace.getInstance(space),
                alpha,
                false,
                alpha ? Transparency.TRANSLUCENT : Transparency.OPAQUE,
                type);
    }

    private static byte[] greys(int value, int bits) {
        int size = 1 << bits;
        byte[] levels = new byte[size];
        for (int i = 0; i < size; i++) {
            levels[i] = (byte) (i * 255 / (size - 1));
        }
        return png(
                new IndexColorModel(bits, size, levels, levels, levels), value * (size - 1) / 255);
    }

    private static byte[] palette(int value, int alpha) {
        int[] rgb = colour(value);
        byte[][] channels = new byte[4][2];
        for (int c = 0; c < 3; c++) {
            channels[c][1] = (byte) rgb[c];
        }
        channels[3] = new byte[] {(byte) 255, (byte) alpha};
        return png(
                new IndexColorModel(8, 2, channels[0], channels[1], channels[2], channels[3]), 1);
    }

    private static byte[] typed(int type, String format, int... pixel) {
        BufferedImage image = new BufferedImage(SIDE, SIDE, type);
        Pictures.fill(image.getRaster(), pixel);
        return Pictures.encoded(image, format);
    }

    private static int[] with(int[] pixel, int alpha) {
        int[] result = Arrays.copyOf(pixel, pixel.length + 1);
        result[pixel.length] = alpha;
        return result;
    }

    private static int[] times(int factor, int... pixel) {
        return Arrays.stream(pixel).map(v -> v * factor).toArray();
    }

    /** Files that are a value's grey, of eight bits and more. */
    private static Map<String, IntFunction<byte[]>> greyFiles() {
        Map<String, IntFunction<byte[]>> files = new LinkedHashMap<>();
        int grey = ColorSpace.CS_GRAY;
        files.put("grey", v -> typed(BufferedImage.TYPE_BYTE_GRAY, "png", v));
        files.put("grey of 16 bits", v -> typed(BufferedImage.TYPE_USHORT_GRAY, "png", 257 * v));
        for (int alpha : new int[] {0, 100, 255}) {
            files.put(
                    "grey, alpha " + alpha,
                    v -> png(components(grey, true, DataBuffer.TYPE_BYTE), v, alpha));
            files.put(
                    "grey of 16 bits, alpha " + alpha,
                    v -> png(components(grey, true, DataBuffer.TYPE_USHORT), 257 * v, 257 * alpha));
        }
        files.put("grey palette", v -> greys(v, 8));
        files.put("grey in colour", v -> typed(BufferedImage.TYPE_INT_RGB, "png", v, v, v));
        return files;
    }

    private static Map<String, IntFunction<byte[]>> colourFiles() {
        Map<String, IntFunction<byte[]>> files = new LinkedHashMap<>();
        int rgb = ColorSpace.CS_sRGB;
        files.put("RGB", v -> typed(BufferedImage.TYPE_INT_RGB, "png", colour(v)));
        files.put("BGR", v -> typed(BufferedImage.TYPE_3BYTE_BGR, "png", colour(v)));
        files.put(
                "RGB of 16 bits",
                v -> png(components(rgb, false, DataBuffer.TYPE_USHORT), times(257, colour(v))));
        for (int alpha : new int[] {0, 100, 255}) {
            files.put(
                    "RGB, alpha " + alpha,
                    v -> typed(BufferedImage.TYPE_INT_ARGB, "png", with(colour(v), alpha)));
            files.put(
                    "RGB of 16 bits, alpha " + alpha,
                    v ->
                            png(
                                    components(rgb, true, DataBuffer.TYPE_USHORT),
                                    times(257, with(colour(v), alpha))));
            files.put("palette, alpha " + alpha, v -> palette(v, alpha));
        }
        return files;
    }

    private static void assertIs(byte[] file, int tolerance, int... expected) throws IOException {
        DecodedImage image = DecodedImage.read(file);
        assertThat(image.height()).isEqualTo(SIDE);
        for (int side : new int[] {SIDE, SIDE / 2, SIDE + 3}) {
            byte[] pixels = new byte[3 * side * side];
            image.scaled(side, side).writeTo(pixels, 0);
            for (int i = 0; i < pixels.length; i++) {
                assertThat(Math.abs((pixels[i] & 0xff) - expected[i % 3]))
                        .as("side %d, value %d: %d", side, i, pixels[i] & 0xff)
                        .isLessThanOrEqualTo(tolerance);
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> aFilesOwnNumbersAreReadAtItsSizeAndResized() {
        List<DynamicTest> tests = new ArrayList<>();
        greyFiles()
                .forEach(
                        (kind, file) ->
                                tests.add(
                                        DynamicTest.dynamicTest(
                                                kind,
                                                () -> {
                                                    for (int v : VALUES) {
                                                        assertIs(file.apply(v), 0, v, v, v);
                                                    }
                                                })));
        colourFiles()
                .forEach(
                        (kind, file) ->
                                tests.add(
                                        DynamicTest.dynamicTest(
                                                kind,
                                                () -> {
                                                    for (int v : VALUES) {
                                                        assertIs(file.apply(v), 0, colour(v));
                                                    }
                                                })));
        return tests.stream();
    }

    @Test
    void greysOfFewerBitsReachFromZeroTo255() throws IOException {
        for (int bits : new int[] {1, 2, 4}) {
            for (int level = 0; level < 1 << bits; level++) {
                int value = level * 255 / ((1 << bits) - 1);
                assertIs(greys(value, bits), 0, value, value, value);
            }
        }
    }

    /** JPEG keeps even areas within two of 255. */
    @Test
    void jpegsAreReadAsPngsAre() throws IOException {
        for (int v : VALUES) {
            assertIs(typed(BufferedImage.TYPE_BYTE_GRAY, "jpeg", v), 2, v, v, v);
            assertIs(typed(BufferedImage.TYPE_INT_RGB, "jpeg", v, v, v), 2, v, v, v);
            assertIs(typed(BufferedImage.TYPE_3BYTE_BGR, "jpeg", colour(v)), 4, colour(v));
        }
    }

    @Test
    void sixteenBitsAreRoundedToTheNearestOfEight() throws IOException {
        for (int value : new int[] {0, 128, 129, 257 * 128 + 128, 257 * 128 + 129, 65535}) {
            int expected = (int) Math.round(value / 257.0);
            assertIs(
                    typed(BufferedImage.TYPE_USHORT_GRAY, "png", value),
                    0,
                    expected,
                    expected,
                    expected);
        }
    }

    @Test
    void fourInksAreRefused() {
        assertThatThrownBy(() -> DecodedImage.read(Pictures.cmyk(SIDE)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("grey");
    }

    /** The JDK's readers throw whatever comes to their minds. */
    @Test
    void damagedFilesAreReadOrRefused() {
        RandomGenerator random = Seeds.generator(5);
        List<byte[]> files = new ArrayList<>();
        greyFiles().values().forEach(file -> files.add(file.apply(99)));
        colourFiles().values().forEach(file -> files.add(file.apply(99)));
        files.add(typed(BufferedImage.TYPE_INT_RGB, "jpeg", 1, 2, 3));
        int refused = 0;
        for (int i = 0; i < 2000; i++) {
            byte[] file = files.get(i % files.size()).clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                file[random.nextInt(file.length)] = (byte) random.nextInt(256);
            }
            if (i % 3 == 0) {
                file = Arrays.copyOf(file, random.nextInt(file.length));
            }
            try {
                assertThat(DecodedImage.read(file).rgb()).isNotEmpty();
            } catch (IOException e) {
                assertThat(e).hasMessageMatching("(?s).{10,}");
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(500);
    }
}
