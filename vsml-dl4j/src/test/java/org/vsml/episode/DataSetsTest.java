package org.vsml.episode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.vsml.core.InputShape;

class DataSetsTest {

    private static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
    private static final String TRAIN_LABELS = "train-labels-idx1-ubyte";
    private static final String TEST_IMAGES = "t10k-images-idx3-ubyte.gz";
    private static final String TEST_LABELS = "t10k-labels-idx1-ubyte.gz";

    @TempDir private Path folder;

    /** What is logged while something runs. */
    private static List<ILoggingEvent> logged(Runnable work) {
        Logger logger = (Logger) LoggerFactory.getLogger(DataSets.class);
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        Level level = logger.getLevel();
        logger.setLevel(Level.WARN);
        logger.addAppender(appender);
        try {
            work.run();
        } finally {
            logger.detachAppender(appender);
            logger.setLevel(level);
        }
        return appender.list;
    }

    private AbstractThrowableAssert<?, ?> assertRejected(String set) {
        return assertThatThrownBy(() -> DataSets.in(folder).load(set, Split.TRAIN))
                .isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void aSetReadElsewhereCanBeAdded() {
        InputShape shape = new InputShape(1, 2, 1);
        ImageSet train = ImageSet.of("own", shape, 2, new byte[] {0, (byte) 255}, new int[] {1});
        ImageSet test = ImageSet.of("own", shape, 2, new float[] {0, 1}, new int[] {0});
        DataSets sets = DataSets.embedded().with(train, test);
        assertThat(sets.load("own", Split.TRAIN)).isSameAs(train);
        assertThat(sets.load("own", Split.TEST)).isSameAs(test);
        assertThat(sets.load("mnist", Split.TEST).size()).isEqualTo(1000);
        float[] pixels = new float[2];
        train.read(0, 0, 1, pixels);
        assertThat(pixels).containsExactly(0, 1);
        ImageSet other = ImageSet.of("own", shape, 3, new float[] {0, 1}, new int[] {2});
        assertThatThrownBy(() -> DataSets.embedded().with(train, other))
                .hasMessageStartingWith("both parts of a set must have one name, shape and number");
    }

    /** What Spark and runs that go on compare. */
    @Test
    void theHashOfASetChangesWithAnyValueAndAnyLabel() {
        InputShape shape = new InputShape(2, 3, 1);
        byte[] pixels = new byte[4 * 6];
        int[] labels = {0, 1, 2, 1};
        Set<String> hashes = new HashSet<>();
        hashes.add(ImageSet.of("own", shape, 3, pixels, labels).sha256());
        for (int i = 0; i < pixels.length; i++) {
            byte[] changed = pixels.clone();
            changed[i] = 1;
            hashes.add(ImageSet.of("own", shape, 3, changed, labels).sha256());
            float[] floats = new float[pixels.length];
            floats[i] = Float.MIN_VALUE;
            hashes.add(ImageSet.of("own", shape, 3, floats, labels).sha256());
        }
        for (int i = 0; i < labels.length; i++) {
            int[] changed = labels.clone();
            changed[i] = (changed[i] + 1) % 3;
            hashes.add(ImageSet.of("own", shape, 3, pixels, changed).sha256());
        }
        hashes.add(ImageSet.of("own", new InputShape(3, 2, 1), 3, pixels, labels).sha256());
        hashes.add(ImageSet.of("own", shape, 4, pixels, labels).sha256());
        assertThat(hashes).hasSize(1 + 2 * pixels.length + labels.length + 2);
        assertThat(ImageSet.of("other", shape, 3, pixels, labels).sha256()).isIn(hashes);
    }

    @Test
    void anyFolderOfFourFilesIsASetByItsName() throws IOException {
        Idx.set(folder.resolve("my_set-2"));
        DataSets sets = DataSets.in(folder);

        ImageSet train = sets.load("my_set-2", Split.TRAIN);
        ImageSet test = sets.load("my_set-2", Split.TEST);

        assertThat(sets.available()).contains("my_set-2", "mnist", "fashion_mnist");
        assertThat(train.name()).isEqualTo("my_set-2");
        assertThat(train.shape()).isEqualTo(new InputShape(2, 2, 1));
        assertThat(train.size()).isEqualTo(4);
        assertThat(test.size()).isEqualTo(2);
        assertThat(train.classes()).isEqualTo(3);
        assertThat(IntStream.range(0, 4).map(train::label)).containsExactly(0, 1, 2, 1);
        float[] pixels = new float[4];
        train.read(2, 0, 255, pixels);
        assertThat(pixels).containsOnly(3f);
    }

    @Test
    void theFolderOfASetCanBeGivenItself() throws IOException {
        Path set = Idx.set(folder.resolve("my_set"));
        assertThat(DataSets.in(set).load("my_set", Split.TEST).size()).isEqualTo(2);
    }

    @Test
    void coloursAndShortLabelsAreRead() throws IOException {
        Path set = Files.createDirectories(folder.resolve("colour"));
        int count = 300;
        ByteBuffer labels = ByteBuffer.allocate(2 * count);
        for (int i = 0; i < count; i++) {
            labels.putShort((short) i);
        }
        for (String part : List.of("train", "test")) {
            Files.write(
                    set.resolve(part + "-images-idx4-ubyte"),
                    Idx.file(IdxFile.UBYTE, new int[] {count, 1, 2, 3}, new byte[count * 6]));
            Files.write(
                    set.resolve(part + "-labels-idx1-short"),
                    Idx.file(IdxFile.SHORT, new int[] {count}, labels.array()));
        }
        ImageSet train = DataSets.in(folder).load("colour", Split.TRAIN);
        assertThat(train.shape()).isEqualTo(new InputShape(1, 2, 3));
        assertThat(train.label(299)).isEqualTo(299);
        assertThat(train.classes()).isEqualTo(300);
    }

    @Test
    void aMissingSetFallsBackToTheSampleWithAWarningThatSaysSo() {
        DataSets sets = DataSets.in(folder);

        List<ILoggingEvent> events = logged(() -> sets.load("mnist", Split.TRAIN));

        assertThat(events)
                .singleElement()
                .satisfies(
                        event -> {
                            assertThat(event.getLevel()).isEqualTo(Level.WARN);
                            assertThat(event.getFormattedMessage())
                                    .contains("mnist", folder.toString(), "3000", "1000");
                        });
        assertThat(sets.load("mnist", Split.TEST).origin()).contains("embedded");
        assertThat(logged(() -> sets.load("mnist", Split.TEST))).as("said once").isEmpty();
    }

    @Test
    void theSamplesAreBalancedAndComeWithoutAWarningWhereTheyAreAskedFor() {
        DataSets sets = DataSets.embedded();
        assertThat(logged(() -> sets.load("fashion_mnist", Split.TRAIN))).isEmpty();
        for (String name : List.of("mnist", "fashion_mnist")) {
            for (int c = 0; c < 10; c++) {
                assertThat(sets.load(name, Split.TRAIN).sizeOfClass(c)).isEqualTo(300);
                assertThat(sets.load(name, Split.TEST).sizeOfClass(c)).isEqualTo(100);
            }
        }
    }

    @Test
    void anUnknownSetIsRefusedWithThePlacesItWasLookedForIn() {
        assertThatThrownBy(() -> DataSets.in(folder).load("emnist", Split.TRAIN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll(
                        "emnist", folder.resolve("emnist").toString(), "fashion_mnist");
    }

    @Test
    void aNameThatLeavesTheFolderIsRefused() {
        for (String name : new String[] {"../mnist", "/etc", "", "a b", ".", null}) {
            assertThatThrownBy(() -> DataSets.in(folder).load(name, Split.TRAIN))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("got " + name);
        }
    }

    @Test
    void aFolderThatDoesNotExistIsRefused() {
        assertThatThrownBy(() -> DataSets.in(folder.resolve("gone")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("gone");
    }

    @Test
    void moreLabelsThanImagesAreRejectedNamingBothFiles() throws IOException {
        Path set = Idx.set(folder.resolve("bad"));
        Files.write(set.resolve(TRAIN_LABELS), Idx.labels(0, 1, 2));
        assertRejected("bad").hasMessageContainingAll(TRAIN_LABELS, TRAIN_IMAGES, "4", "got 3");
    }

    @Test
    void imagesInPlaceOfLabelsAreRejected() throws IOException {
        Path set = Idx.set(folder.resolve("bad"));
        Files.write(set.resolve(TEST_LABELS), Idx.zipped(Idx.images(2)));
        assertRejected("bad").hasMessageContainingAll(TEST_LABELS, "3 axes");
    }

    @Test
    void labelsInPlaceOfImagesAreRejected() throws IOException {
        Path set = Idx.set(folder.resolve("bad"));
        Files.write(set.resolve(TRAIN_IMAGES), Idx.labels(0, 1, 2, 1));
        assertRejected("bad").hasMessageContainingAll(TRAIN_IMAGES, "1 axes");
    }

    @Test
    void testImagesOfAnotherSizeAreRejected() throws IOException {
        Path set = Idx.set(folder.resolve("bad"));
        Files.write(
                set.resolve(TEST_IMAGES),
                Idx.file(IdxFile.UBYTE, new int[] {2, 3, 2}, new byte[12]));
        assertRejected("bad").hasMessageContainingAll(TEST_IMAGES, TRAIN_IMAGES, "3");
    }

    @Test
    void aLabelOutOfRangeIsRejectedWithItsImage() throws IOException {
        Path set = Idx.set(folder.resolve("mnist"));
        Files.write(set.resolve(TRAIN_LABELS), Idx.labels(0, 1, 10, 1));
        assertRejected("mnist")
                .hasMessageContainingAll(TRAIN_LABELS, "image 2", "[0, 10)", "got 10");

        Path other = Idx.set(folder.resolve("own"));
        Files.write(other.resolve(TRAIN_LABELS), Idx.labels(0, 1, 200, 1));
        assertRejected("own").hasMessageContainingAll(TRAIN_LABELS, "image 2", "got 200");

        Path negative = Idx.set(folder.resolve("negative"));
        Files.write(
                negative.resolve(TRAIN_LABELS),
                Idx.file(IdxFile.SHORT, new int[] {4}, new byte[] {0, 0, 0, 1, -1, -1, 0, 1}));
        assertRejected("negative").hasMessageContainingAll("image 2", "got -1");
    }

    @Test
    void labelsThatDoNotOccurAreNoClassesInStreamsAndEpisodesAlike() throws IOException {
        Path set = Idx.set(folder.resolve("letters"));
        Files.write(set.resolve(TRAIN_LABELS), Idx.labels(1, 2, 5, 2));
        Files.write(set.resolve(TEST_LABELS), Idx.labels(1, 5));
        DataSets sets = DataSets.in(folder);
        List<ILoggingEvent> events =
                logged(() -> assertThat(sets.load("letters", Split.TEST).classes()).isEqualTo(3));
        assertThat(events).hasSize(1);
        assertThat(events.get(0).getFormattedMessage())
                .contains("3 of the labels 0 to 5", "letters", "3 classes");
        ImageSet train = sets.load("letters", Split.TRAIN);
        assertThat(IntStream.range(0, 4).map(train::label)).containsExactly(0, 1, 2, 1);
        EpisodeSource episodes =
                EpisodeDistribution.of(
                                EpisodeDistribution.Component.of(
                                        TaskDistribution.Images.of(new View.Full(), "letters"), 4))
                        .source(sets);
        assertThat(episodes.sample(1).examples().task().classes()).isEqualTo(3);
        assertThat(TestStream.of("letters", 6).source(sets).sample(1).examples().task().classes())
                .isEqualTo(3);
    }

    @Test
    void aTruncatedFileIsRejectedByNameAndReadAgainOnceMended() throws IOException {
        Path set = Idx.set(folder.resolve("bad"));
        byte[] whole = Idx.images(4);
        Files.write(set.resolve(TRAIN_IMAGES), java.util.Arrays.copyOf(whole, whole.length - 1));
        DataSets sets = DataSets.in(folder);
        assertThatThrownBy(() -> sets.load("bad", Split.TRAIN))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContainingAll(set.resolve(TRAIN_IMAGES).toString(), "missing");

        Files.write(set.resolve(TRAIN_IMAGES), whole);
        assertThat(sets.load("bad", Split.TRAIN).size()).isEqualTo(4);
    }

    @Test
    void pixelsThatAreNotNumbersAreRejectedWithTheirPlace() {
        float[] pixels = {0, 0, 0, Float.NaN};
        assertThatThrownBy(
                        () -> ImageSet.of("own", InputShape.vector(2), 2, pixels, new int[] {0, 1}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("value 1 of image 1", "own", "NaN");
    }

    @Test
    void twoTablesComeAlong() {
        Table segment = DataSets.embedded().table("segment");
        assertThat(segment.rows()).isEqualTo(1500);
        assertThat(segment.size()).isEqualTo(19);
        assertThat(segment.classes()).hasSize(7).contains("brickface", "sky");
        Table soybean = DataSets.sampleTable("soybean").table();
        assertThat(soybean.rows()).isEqualTo(683);
        assertThat(soybean.classes()).hasSize(19);
        assertThat(soybean.columns()).contains("date=october", "roots missing");
        assertThatThrownBy(() -> DataSets.sampleTable("iris"))
                .hasMessageContainingAll("iris", "segment", "soybean");
    }
}
