package org.vsml.episode;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

/** Any bytes as an archive of images, and as an image. */
@Tag("fuzz")
class ImageArchiveFuzzTest {

    private static final String NAME = "some.tar.gz";

    @FuzzTest(maxDuration = "10m")
    void anyBytesAreAnArchiveOfImagesOrRefusedByName(byte[] content) {
        // The folder there is any one that exists: only the bytes are read.
        ImageFolders images = new ImageFolders("pets", Path.of(""), null, 3);
        try {
            images.read(new TarTree(NAME, () -> new ByteArrayInputStream(content)))
                    .values()
                    .forEach(set -> assertThat(set.size()).isPositive());
        } catch (IOException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }

    @FuzzTest(maxDuration = "10m")
    void anyBytesAreAnImageOrRefused(byte[] content) {
        try {
            DecodedImage image = DecodedImage.read(content);
            assertThat(image.rgb()).hasSize(image.height() * image.width());
        } catch (IOException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }
}
