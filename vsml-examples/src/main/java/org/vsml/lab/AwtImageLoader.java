package org.vsml.lab;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import javax.imageio.ImageIO;
import org.datavec.image.data.Image;
import org.datavec.image.loader.BaseImageLoader;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Decodes images for DataVec with the JDK alone. DataVec's own loader needs OpenCV, whose native
 * code is larger than all else here.
 */
final class AwtImageLoader extends BaseImageLoader {

    private static final long serialVersionUID = 1;

    /** Images of this size, in colour (red, green, blue). */
    AwtImageLoader(int height, int width) {
        this.height = height;
        this.width = width;
        channels = 3;
    }

    @Override
    public INDArray asRowVector(File file) throws IOException {
        return asMatrix(file).ravel();
    }

    @Override
    public INDArray asRowVector(InputStream in) throws IOException {
        return asMatrix(in).ravel();
    }

    @Override
    public INDArray asMatrix(File file) throws IOException {
        return asMatrix(file, true);
    }

    @Override
    public INDArray asMatrix(File file, boolean channelsFirst) throws IOException {
        try (InputStream in = Files.newInputStream(file.toPath())) {
            return asMatrix(in, channelsFirst);
        }
    }

    @Override
    public INDArray asMatrix(InputStream in) throws IOException {
        return asMatrix(in, true);
    }

    /** [1, 3, height, width] or [1, height, width, 3], values 0 to 255. */
    @Override
    public INDArray asMatrix(InputStream in, boolean channelsFirst) throws IOException {
        BufferedImage image = ImageIO.read(in);
        if (image == null) {
            throw new IOException("not an image of a known format");
        }
        int rows = (int) height;
        int columns = (int) width;
        int[] pixels = resized(image, rows, columns).getRGB(0, 0, columns, rows, null, 0, columns);
        float[] values = new float[3 * pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            for (int c = 0; c < 3; c++) {
                int value = (pixels[i] >> (8 * (2 - c))) & 0xff;
                values[channelsFirst ? c * pixels.length + i : i * 3 + c] = value;
            }
        }
        return channelsFirst
                ? Nd4j.createFromArray(values).reshape(1, 3, rows, columns)
                : Nd4j.createFromArray(values).reshape(1, rows, columns, 3);
    }

    private static BufferedImage resized(BufferedImage image, int rows, int columns) {
        if (image.getHeight() == rows && image.getWidth() == columns) {
            return image;
        }
        BufferedImage result = new BufferedImage(columns, rows, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = result.createGraphics();
        try {
            graphics.setRenderingHint(
                    RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            graphics.drawImage(image, 0, 0, columns, rows, null);
        } finally {
            graphics.dispose();
        }
        return result;
    }

    @Override
    public Image asImageMatrix(File file) throws IOException {
        return asImageMatrix(file, true);
    }

    @Override
    public Image asImageMatrix(File file, boolean channelsFirst) throws IOException {
        return image(asMatrix(file, channelsFirst));
    }

    @Override
    public Image asImageMatrix(InputStream in) throws IOException {
        return asImageMatrix(in, true);
    }

    @Override
    public Image asImageMatrix(InputStream in, boolean channelsFirst) throws IOException {
        return image(asMatrix(in, channelsFirst));
    }

    private Image image(INDArray matrix) {
        return new Image(matrix, (int) channels, (int) height, (int) width);
    }
}
