package org.vsml.episode;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.vsml.core.InputShape;

class DerivedSetsTest {

    private static final ImageSet IMAGES =
            ImageSet.of(
                    "two",
                    new InputShape(2, 2, 1),
                    2,
                    new float[] {0, 1, 0, 1, 0.5f, 0.5f, 0, 0},
                    new int[] {0, 1});

    private static float[] pixels(ImageSet images, int image) {
        float[] pixels = new float[images.shape().size()];
        images.read(image, 0, 1, pixels);
        return pixels;
    }

    @Test
    void aPixelOfImagesOfHalfTheSizeIsTheMeanOfFour() {
        assertThat(pixels(DerivedSets.resized(IMAGES, new View.Resized(1, 1)), 0))
                .containsExactly(0.5f);
        assertThat(pixels(DerivedSets.resized(IMAGES, new View.Resized(1, 1)), 1))
                .containsExactly(0.25f);
    }

    @Test
    void rowsComeTwice() {
        assertThat(pixels(DerivedSets.withRowsTwice(IMAGES), 1))
                .containsExactly(0.5f, 0.5f, 0.5f, 0.5f, 0, 0, 0, 0);
    }

    @Test
    void someClassesOrSomeImagesRemain() {
        ImageSet one = DerivedSets.classesBelow(IMAGES, 1);
        assertThat(one.size()).isEqualTo(1);
        assertThat(one.classes()).isEqualTo(1);
        assertThat(DerivedSets.first(IMAGES, 1).size()).isEqualTo(1);
        assertThat(DerivedSets.first(IMAGES, 3)).isSameAs(IMAGES);
    }

    @Test
    void joinedSetsHaveAllClasses() {
        ImageSet joined = DerivedSets.joined(IMAGES, IMAGES);
        assertThat(joined.classes()).isEqualTo(4);
        assertThat(joined.label(3)).isEqualTo(3);
        assertThat(pixels(joined, 2)).containsExactly(pixels(IMAGES, 0));
    }
}
