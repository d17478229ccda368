package org.vsml.episode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.vsml.core.InputShape;

/** Folders and archives of images are read by the same rules. */
class ImageFoldersTest {

    private static final List<String> CLASSES =
            List.of("a", "A", "B", "é", "猫", "犬", "two words", "50%", "%41", "+", "😀", "ß&=", "0");
    private static final List<String> FILES =
            List.of(
                    "1.png",
                    "2.PNG",
                    "10.png",
                    "a b.png",
                    "ü.Png",
                    "100%.png",
                    "%20.png",
                    "z.PNG",
                    "Z.png",
                    "ﬀ.png",
                    "😀.png",
                    "x.jpg.png");

    /** What is no image of a class. */
    private static final List<String> OTHERS =
            List.of(
                    "README.md",
                    "train/loose.png",
                    "train/a/deep/1.png",
                    "valid/a/1.png",
                    "train/a/Thumbs.db",
                    "labels.txt",
                    "train/B/1.gif");

    /** What nobody misses. */
    private static final List<String> HIDDEN =
            List.of(
                    "train/a/._1.png",
                    "train/.hidden/1.png",
                    "test/a/.DS_Store",
                    ".git/config",
                    "__MACOSX/train/a/1.png",
                    "train/a/.x.png");

    private static final byte[] TEXT = "no image".getBytes(StandardCharsets.UTF_8);

    @TempDir private Path folder;

    private final Map<String, byte[]> files = new TreeMap<>();

    @BeforeEach
    void twoOfEach() {
        assumeThat(Charset.forName(System.getProperty("sun.jnu.encoding")).newEncoder())
                .as("this JVM can name any file")
                .matches(encoder -> encoder.canEncode("é猫"));
        for (String part : List.of("train", "test")) {
            for (int i = 0; i < 2; i++) {
                files.put(part + "/dog/" + i + ".png", Pictures.coloured(4, i));
                files.put(part + "/cat/" + i + ".png", Pictures.coloured(4, 10 + i));
            }
        }
    }

    /** The same files as a folder and as an archive in the reverse order. */
    private List<Path> sources(String name) throws IOException {
        List<String> order = new ArrayList<>(files.keySet());
        Collections.reverse(order);
        return List.of(
                Pictures.folder(folder.resolve(name), files),
                Pictures.archive(folder.resolve(name + ".tar.gz"), "", order, files));
    }

    private static Map<Split, ImageSet> read(Path source, int limit) throws IOException {
        return new ImageFolders("pets", source, null, limit).read();
    }

    private static Map<Split, ImageSet> read(Path source) throws IOException {
        return read(source, Integer.MAX_VALUE);
    }

    private static int red(ImageSet set, int image) {
        float[] values = new float[set.shape().size()];
        set.read(image, 0, 255, values);
        return Math.round(values[0]);
    }

    private static List<String> logged(Work work) throws IOException {
        Logger logger = (Logger) LoggerFactory.getLogger(ImageFolders.class);
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        logger.addAppender(appender);
        try {
            work.run();
        } finally {
            logger.detachAppender(appender);
        }
        return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    /** What may fail. */
    private interface Work {
        void run() throws IOException;
    }

    private static int compareUtf8(String a, String b) {
        return Arrays.compareUnsigned(
                a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    /** Random trees, with whatever else lies about in them, in any order. */
    @Test
    void anyFolderAndItsArchiveAreTheSameImagesInTheOrderOfClassAndName() throws IOException {
        for (int seed = 0; seed < 12; seed++) {
            Random random = new Random(seed);
            Map<String, byte[]> tree = new LinkedHashMap<>();
            Map<String, Map<String, Integer>> expected =
                    new TreeMap<>(ImageFoldersTest::compareUtf8);
            List<String> labels = new ArrayList<>(CLASSES);
            Collections.shuffle(labels, random);
            int limit = 1 + random.nextInt(4);
            for (String label : labels.subList(0, 2 + random.nextInt(5))) {
                Map<String, Integer> own = new TreeMap<>(ImageFoldersTest::compareUtf8);
                List<String> names = new ArrayList<>(FILES);
                Collections.shuffle(names, random);
                for (String name : names.subList(0, 1 + random.nextInt(6))) {
                    int value = random.nextInt(256);
                    own.put(name, value);
                    tree.put("train/" + label + "/" + name, Pictures.coloured(3, value));
                    tree.put("test/" + label + "/" + name, Pictures.coloured(3, value));
                }
                expected.put(label, own);
            }
            OTHERS.forEach(name -> tree.put(name, TEXT));
            HIDDEN.forEach(name -> tree.put(name, TEXT));
            List<String> order = new ArrayList<>(tree.keySet());
            Collections.shuffle(order, random);
            Path place = Pictures.folder(folder.resolve("f" + seed), tree);
            String prefix = List.of("", "./", "set/", "a b/c/").get(seed % 4);
            Path archive =
                    Pictures.archive(folder.resolve("f" + seed + ".tgz"), prefix, order, tree);

            ImageSet train = read(place, limit).get(Split.TRAIN);
            List<Integer> reds = new ArrayList<>();
            List<Integer> numbers = new ArrayList<>();
            int label = 0;
            for (Map<String, Integer> own : expected.values()) {
                List<Integer> first = own.values().stream().limit(limit).toList();
                reds.addAll(first);
                numbers.addAll(Collections.nCopies(first.size(), label++));
            }
            assertThat(train.classes()).isEqualTo(expected.size());
            assertThat(train.size()).as("seed %d", seed).isEqualTo(reds.size());
            for (int i = 0; i < reds.size(); i++) {
                assertThat(red(train, i)).isEqualTo(reds.get(i));
                assertThat(train.label(i)).isEqualTo(numbers.get(i));
            }
            assertThat(PrintedImages.hash(read(archive, limit)))
                    .as("seed %d", seed)
                    .isEqualTo(PrintedImages.hash(read(place, limit)));
        }
    }

    @Test
    void whatIsNoImageOfAClassIsPassedOverAndCounted() throws IOException {
        OTHERS.forEach(name -> files.put(name, TEXT));
        HIDDEN.forEach(name -> files.put(name, TEXT));
        for (Path source : sources("s")) {
            List<String> said =
                    logged(() -> assertThat(read(source).get(Split.TRAIN).size()).isEqualTo(4));
            assertThat(said)
                    .singleElement()
                    .asString()
                    .contains(source.toString(), OTHERS.size() + " files are no JPEG or PNG");
        }
    }

    @Test
    void aJvmUnderTheLocaleCReadsTheSame() throws Exception {
        for (String label : CLASSES) {
            for (String name : List.of("ü ü.png", "1.png")) {
                byte[] image = Pictures.coloured(3, CLASSES.indexOf(label));
                files.put("train/" + label + "/" + name, image);
                files.put("test/" + label + "/" + name, image);
            }
        }
        List<Path> sources = sources("s");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                PrintedImages.class.getName()));
        sources.forEach(source -> command.add(source.toString()));
        Path out = folder.resolve("out.txt");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().put("LC_ALL", "C");
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        Process process = builder.start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        String expected = PrintedImages.hash(read(sources.get(0)));
        assertThat(read(sources.get(0)).get(Split.TRAIN).classes()).isEqualTo(CLASSES.size() + 2);
        assertThat(Files.readAllLines(out))
                .filteredOn(line -> line.contains("/") && line.length() == expected.length())
                .containsExactly(expected, expected);
    }

    @Test
    void imagesKeepTheirSizeIfAllAreAlikeAndSmallAndOneChannelIfAllAreGrey() throws IOException {
        for (Path source : sources("own")) {
            assertThat(read(source).get(Split.TEST).shape()).isEqualTo(new InputShape(4, 4, 3));
            ImageSet wanted =
                    new ImageFolders("pets", source, new InputShape(2, 3, 3), 1)
                            .read()
                            .get(Split.TEST);
            assertThat(wanted.shape()).isEqualTo(new InputShape(2, 3, 3));
            assertThat(wanted.size()).isEqualTo(2);
            assertThat(wanted.origin()).isEqualTo(source.toString());
        }
        files.replaceAll((name, image) -> Pictures.grey(28, 128));
        for (Path source : sources("grey")) {
            ImageSet grey = read(source).get(Split.TEST);
            assertThat(grey.shape()).isEqualTo(new InputShape(28, 28, 1));
            assertThat(grey.mean()).isEqualTo(128 / 255.0);
        }
        files.put("train/dog/0.png", Pictures.grey(27, 128));
        for (Path source : sources("mixed")) {
            List<String> said =
                    logged(
                            () -> {
                                ImageSet mixed = read(source).get(Split.TEST);
                                assertThat(mixed.shape()).isEqualTo(new InputShape(32, 32, 1));
                                assertThat(mixed.mean()).isEqualTo(128 / 255.0);
                            });
            assertThat(said).singleElement().asString().contains("scaled to 32 x 32", "27 x 27");
        }
        files.replaceAll((name, image) -> Pictures.coloured(65, 128));
        for (Path source : sources("large")) {
            assertThat(read(source).get(Split.TEST).shape()).isEqualTo(new InputShape(32, 32, 3));
        }
    }

    @Test
    void whatCannotBeReadIsNamed() throws IOException {
        Map<String, byte[]> wrong = new LinkedHashMap<>();
        wrong.put("not an image", TEXT);
        wrong.put("not an image of a known format", new byte[0]);
        wrong.put("cannot be decoded", Arrays.copyOf(Pictures.coloured(4, 1), 40));
        wrong.put("grey", Pictures.cmyk(4));
        wrong.put("more than", new byte[FileTree.MAX_BYTES + 1]);
        int number = 0;
        for (Map.Entry<String, byte[]> one : wrong.entrySet()) {
            files.put("test/dog/ü %.png", one.getValue());
            for (Path source : sources("wrong" + number++)) {
                assertThatThrownBy(() -> read(source))
                        .isInstanceOf(IOException.class)
                        .hasMessageStartingWith(source + ", test/dog/ü %.png: ")
                        .hasMessageContaining(one.getKey());
            }
        }
    }

    @Test
    void partsThatAreMissingOrThereTwiceAreNamed() throws IOException {
        files.put("old/train/dog/1.png", Pictures.coloured(4, 1));
        for (Path source : sources("twice")) {
            assertThatThrownBy(() -> read(source))
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            source
                                    + " must have the folders train and test once, got them below [, old]");
        }
        files.keySet().removeIf(name -> name.contains("train"));
        for (Path source : sources("missing")) {
            assertThatThrownBy(() -> read(source))
                    .isInstanceOf(IOException.class)
                    .hasMessage(source + " has no images train/CLASS/NAME.jpg");
        }
        assertThatThrownBy(() -> read(folder.resolve("none")))
                .hasMessageStartingWith("there is no folder or archive");
    }

    private Path tar(String name, Entries entries) throws IOException {
        Path archive = folder.resolve(name);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(archive));
                TarArchiveOutputStream tar = Pictures.tar(out)) {
            entries.writeTo(tar);
        }
        return archive;
    }

    /** What an archive has. */
    private interface Entries {
        void writeTo(TarArchiveOutputStream tar) throws IOException;
    }

    private static void put(TarArchiveOutputStream tar, TarArchiveEntry entry, byte... content)
            throws IOException {
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    @Test
    void theLastOfSeveralEntriesOfANameCounts() throws IOException {
        Path archive =
                tar(
                        "twice.tar.gz",
                        tar -> {
                            for (int value : new int[] {1, 2, 3}) {
                                for (String part : List.of("train", "./train", "test")) {
                                    put(
                                            tar,
                                            new TarArchiveEntry(part + "/a/1.png"),
                                            Pictures.coloured(3, value));
                                }
                            }
                        });
        ImageSet train = read(archive).get(Split.TRAIN);
        assertThat(train.size()).isEqualTo(1);
        assertThat(red(train, 0)).isEqualTo(3);
    }

    @Test
    void linksInArchivesAreNamed() throws IOException {
        for (byte kind : new byte[] {TarConstants.LF_LINK, TarConstants.LF_SYMLINK}) {
            Path archive =
                    tar(
                            "links" + kind + ".tar.gz",
                            tar -> {
                                put(
                                        tar,
                                        new TarArchiveEntry("train/a/1.png"),
                                        Pictures.coloured(3, 1));
                                TarArchiveEntry link = new TarArchiveEntry("test/a/1.png", kind);
                                link.setLinkName("train/a/1.png");
                                put(tar, link);
                            });
            assertThatThrownBy(() -> read(archive))
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll(
                            archive + ", test/a/1.png: ", "a link to train/a/1.png");
        }
    }

    /** Cut anywhere, or not an archive at all. */
    @Test
    void damagedArchivesAreReadOrNamed() throws IOException {
        byte[] whole = Files.readAllBytes(sources("whole").get(1));
        Path damaged = folder.resolve("damaged.tar.gz");
        int refused = 0;
        for (int length = 0; length < whole.length; length += 7) {
            Files.write(damaged, Arrays.copyOf(whole, length));
            try {
                read(damaged);
            } catch (IOException e) {
                assertThat(e).hasMessageStartingWith(damaged.toString());
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(whole.length / 8);
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = Pictures.tar(plain)) {
            put(tar, new TarArchiveEntry("train/a/1.png"), Pictures.coloured(3, 1));
            put(tar, new TarArchiveEntry("test/a/1.png"), Pictures.coloured(3, 1));
        }
        Random random = new Random(3);
        for (int i = 0; i < 300; i++) {
            byte[] changed = plain.toByteArray();
            changed[random.nextInt(512) + (i % 2) * 1024] = (byte) random.nextInt(256);
            Files.write(damaged, changed);
            try {
                read(damaged);
            } catch (IOException e) {
                assertThat(e).hasMessageStartingWith(damaged.toString());
            }
        }
    }

    /** 16 MB as a name, in 16 kB. */
    @Test
    void namesThatGrowAreRefusedBeforeMemoryIsTaken() throws IOException {
        Path archive = folder.resolve("bomb.tar.gz");
        TarArchiveEntry name =
                new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
        name.setSize(1 << 24);
        byte[] header = new byte[512];
        name.writeEntryHeader(header);
        byte[] megabyte = new byte[1 << 20];
        Arrays.fill(megabyte, (byte) 'a');
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(archive))) {
            out.write(header);
            for (int i = 0; i < 16; i++) {
                out.write(megabyte);
            }
        }
        assertThatThrownBy(() -> read(archive))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(archive.toString(), "a header has more than");
    }

    /** An archive of another encoding and what tar unpacks from it, byte for byte. */
    @Test
    void namesThatAreNoUtf8AreReadAlike() throws Exception {
        Path archive = folder.resolve("latin.tar");
        try (OutputStream out = Files.newOutputStream(archive);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "ISO-8859-1")) {
            for (String label : List.of("é", "è", "a")) {
                for (String part : List.of("train/", "test/")) {
                    byte[] image = Pictures.coloured(3, label.charAt(0));
                    put(tar, new TarArchiveEntry(part + label + "/ü.png"), image);
                    files.put(part + label + "/ü.png", image);
                }
            }
        }
        files.keySet().removeIf(name -> name.contains("dog") || name.contains("cat"));
        String expected = PrintedImages.hash(read(sources("utf8").get(0)));
        assertThat(PrintedImages.hash(read(archive))).isEqualTo(expected);
        Path unpacked = Files.createDirectories(folder.resolve("unpacked"));
        Process process =
                new ProcessBuilder("tar", "xf", archive.toString())
                        .directory(unpacked.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        assumeThat(process.waitFor()).as("tar").isZero();
        assertThat(PrintedImages.hash(read(unpacked))).isEqualTo(expected);
    }

    @Test
    void setsAreFoundByNameAsFoldersAndAsArchivesInThemOrBeside() throws IOException {
        Path data = folder.resolve("data");
        List<Path> sources = sources("source");
        Pictures.folder(data.resolve("unpacked"), files);
        Files.createDirectories(data.resolve("packed"));
        Files.copy(sources.get(1), data.resolve("packed/all.TAR.GZ"));
        Files.copy(sources.get(1), data.resolve("beside.tar.gz"));
        DataSets sets = DataSets.in(data);
        String expected = PrintedImages.hash(read(sources.get(0)));
        for (String name : List.of("unpacked", "packed", "beside")) {
            assertThat(sets.isTable(name)).isFalse();
            assertThat(sets.sha256(name)).isEqualTo(expected);
            assertThat(sets.origin(name)).startsWith(data.toString());
        }
        assertThat(sets.available()).contains("unpacked", "packed").doesNotContain("data");
        assertThat(DataSets.in(data.resolve("unpacked")).sha256("unpacked")).isEqualTo(expected);

        Files.copy(sources.get(1), data.resolve("packed/more.tgz"));
        assertThatThrownBy(() -> DataSets.in(data).load("packed", Split.TRAIN))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContainingAll("packed", "must have one archive", "more.tgz");
        Files.writeString(data.resolve("unpacked/train/dog/0.png"), "no image");
        assertThatThrownBy(() -> DataSets.in(data).load("unpacked", Split.TRAIN))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContainingAll("unpacked", "train/dog/0.png", "not an image");
    }

    @Test
    void linkedFoldersAreFollowedAndCirclesOfLinksNamed() throws IOException {
        Path source = sources("linked").get(0);
        Path other = Files.createDirectories(folder.resolve("other/train"));
        Files.createSymbolicLink(other.resolve("dog"), source.resolve("train/dog"));
        Files.createSymbolicLink(other.resolve("cat"), source.resolve("train/cat"));
        Files.createSymbolicLink(folder.resolve("other/test"), source.resolve("test"));
        assertThat(PrintedImages.hash(read(folder.resolve("other"))))
                .isEqualTo(PrintedImages.hash(read(source)));
        Files.createSymbolicLink(other.resolve("round"), other);
        assertThatThrownBy(() -> read(folder.resolve("other")))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("other", "circle");
    }

    @Test
    void foldersAreReadInOneOrderWhateverTheFileSystemsOrder() {
        assertThat(Stream.of("b", "a", "B", "é", "A", "😀", "ﬀ").sorted(ImagePlace.BY_NAME))
                .containsExactly("A", "B", "a", "b", "é", "ﬀ", "😀");
    }
}
