package org.vsml.episode;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Image files, and folders and archives of them. */
final class Pictures {

    private Pictures() {}

    /** A grey PNG, every value the same. */
    static byte[] grey(int side, int value) {
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
        fill(image.getRaster(), value);
        return encoded(image, "png");
    }

    /** A PNG whose red is {@code value}, green and blue differ from it and from pixel to pixel. */
    static byte[] coloured(int side, int value) {
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < side * side; i++) {
            image.setRGB(
                    i % side, i / side, value << 16 | (i * 5 & 0xff) << 8 | (value + i) & 0xff);
        }
        return encoded(image, "png");
    }

    /** Four inks, which the JDK can write but not read. */
    static byte[] cmyk(int side) {
        WritableRaster raster = Raster.createInterleavedRaster(0, side, side, 4, null);
        fill(raster, 100, 120, 140, 160);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(new IIOImage(raster, null, null));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    static void fill(WritableRaster raster, int... pixel) {
        for (int y = 0; y < raster.getHeight(); y++) {
            for (int x = 0; x < raster.getWidth(); x++) {
                for (int b = 0; b < raster.getNumBands(); b++) {
                    raster.setSample(x, y, b, pixel[b % pixel.length]);
                }
            }
        }
    }

    static byte[] encoded(BufferedImage image, String format) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, format, bytes)) {
                throw new IOException("no writer for " + image + " as " + format);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Writes files by their names with slashes. */
    static Path folder(Path folder, Map<String, byte[]> files) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = folder.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
        return folder;
    }

    /** Writes entries in this order, each name behind a prefix. */
    static Path archive(Path archive, String prefix, List<String> order, Map<String, byte[]> files)
            throws IOException {
        try (OutputStream out = Files.newOutputStream(archive);
                TarArchiveOutputStream tar = tar(new GZIPOutputStream(out))) {
            for (String name : order) {
                TarArchiveEntry entry = new TarArchiveEntry(prefix + name);
                entry.setSize(files.get(name).length);
                tar.putArchiveEntry(entry);
                new ByteArrayInputStream(files.get(name)).transferTo(tar);
                tar.closeArchiveEntry();
            }
        }
        return archive;
    }

    static TarArchiveOutputStream tar(OutputStream out) {
        TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8");
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
        return tar;
    }
}
