package org.vsml.episode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vsml.core.Examples;

class TableFileTest {

    @TempDir private Path folder;

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("t.csv"), text);
    }

    private Table numbers(String text) throws IOException {
        return TableFile.numbers().read("t", file(text));
    }

    private Table mixed(String text) throws IOException {
        return TableFile.mixedColumns().read("t", file(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1,2.5,a\n-3,4e1,b\n5,.5,a\n",
                "1,2.5,a\r\n-3,4e1,b\r\n5,.5,a",
                "1,2.5,a\r-3,4e1,b\r5,.5,a\r",
                "\ufeff1;2.5;a\n-3;4e1;b\n5;.5;a\n",
                "1\t2.5\ta\n-3\t4e1\tb\n\n5\t.5\ta\n\n",
                "x|y|class\n1|2.5|a\n-3|4e1|b\n5|.5|a\n",
                "\"1\", 2.5 ,\"a\"\n\"-3\",\"4e1\" ,b\n5,.5,'a'\n",
                "@relation r\n% c\n@attribute 'x' numeric\n@attribute y real\n@ATTRIBUTE class {a, b}\n\n@DATA\n% c\n1,2.5,a\n-3,4e1,b\n5,.5,a\n"
            })
    void everyWayToWriteATableGivesTheSameRows(String text) throws IOException {
        Table table = numbers(text);
        assertThat(table.inputs()).containsExactly(1, 2.5, -3, 40, 5, 0.5);
        assertThat(table.labels()).containsExactly(0, 1, 0);
        assertThat(table.classes()).containsExactly("a", "b");
    }

    @Test
    void headersNameColumnsAndTheLabelCanBeAnyOfThem() throws IOException {
        Path file = file("kind,width,height\nb,1,2\na,3,4\nb,5,6\n");
        for (String label : List.of("kind", "1")) {
            Table table = TableFile.numbers().withLabel(label).read("t", file);
            assertThat(table.columns()).containsExactly("width", "height");
            assertThat(table.inputs()).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(table.labels()).containsExactly(0, 1, 0);
        }
        Table sorted = new TableFile(null, null, "kind", true, false, List.of()).read("t", file);
        assertThat(sorted.classes()).containsExactly("a", "b");
        assertThat(sorted.labels()).containsExactly(1, 0, 1);
        assertThatThrownBy(() -> TableFile.numbers().withLabel("depth").read("t", file))
                .hasMessageContainingAll("no column depth", "kind, width, height");
    }

    @Test
    void numericLabelsAreNumberedInTheirOrderWithoutGaps() throws IOException {
        Table table = numbers("0,26\n0,1\n0,3.0\n0,3\n0,10\n");
        assertThat(table.classes()).containsExactly("1", "3", "10", "26");
        assertThat(table.labels()).containsExactly(3, 0, 1, 1, 2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '!',
            value = {
                "1,2,a;3,x1,b ! line 2, column 2 (column 2): expected a number, got \"x1\"",
                "1,2,a;3,,b ! line 2, column 2 (column 2): expected a number, got a missing value",
                "1,2,a;?,2,b ! line 2, column 1 (column 1): expected a number, got a missing value",
                "1,2,a;3,NaN,b ! line 2, column 2 (column 2): expected a number, got a missing value",
                "1,2,a;3,Infinity,b ! line 2, column 2 (column 2): expected a number, got \"Infinity\"",
                "1,2,a;3,1f,b ! line 2, column 2 (column 2): expected a number, got \"1f\"",
                "1,2,a;3,1e39,b ! line 2, column 2 (column 2): expected a number of at most",
                "1,2,a;3,4 ! line 2: expected 3 fields, as many as in the first row",
                "1,2,a;3,4, ! line 2, column 3 (column 3): expected a label, got a missing value",
                "u,v,w;1,2,a;3,q,b ! line 3, column 2 (v): expected a number, got \"q\"",
                "1,2,a;3,\"4,b ! line 2, column 2: the quote before",
                "1,2,a;3,\"4\"5,b ! is closed, and then followed by more than a delimiter",
                "a;b ! expected at least two columns, got"
            })
    void errorsNameFileLineColumnAndText(String rows, String message) {
        assertThatThrownBy(() -> numbers(rows.replace(";", "\n")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("t.csv")
                .hasMessageContaining(message);
    }

    @Test
    void emptyFilesAreRefused() {
        for (String text : List.of("", "\n\n", "\ufeff")) {
            assertThatThrownBy(() -> numbers(text)).hasMessageContaining("there are no rows");
        }
    }

    @Test
    void mixedTablesHaveOneColumnForEachTextAndMarksForMissingNumbers() throws IOException {
        Table table =
                mixed(
                        "size,colour,age,class\n1,red,?,yes\n2,\"dark, blue\",4,no\n3,,8,yes\n4,red,NA,no\n5,red,1,?\n");
        assertThat(table.columns())
                .containsExactly(
                        "size",
                        "colour=red",
                        "colour=dark, blue",
                        "colour missing",
                        "age",
                        "age missing");
        assertThat(table.rows()).isEqualTo(4);
        assertThat(Arrays.copyOfRange(table.inputs(), 0, 6)).containsExactly(1, 1, 0, 0, 0, 1);
        assertThat(Arrays.copyOfRange(table.inputs(), 6, 12)).containsExactly(2, 0, 1, 0, 4, 0);
        assertThat(Arrays.copyOfRange(table.inputs(), 12, 18)).containsExactly(3, 0, 0, 1, 8, 0);
        assertThat(Arrays.copyOfRange(table.inputs(), 18, 24)).containsExactly(4, 1, 0, 0, 6, 1);
    }

    @Test
    void aMistakeInAColumnOfNumbersIsNotTakenForACategory() {
        String rows = "1,a\n".repeat(150) + "1O,b\n" + "2,a\n";
        assertThatThrownBy(() -> mixed(rows))
                .hasMessageContainingAll("line 151", "column 1", "as in 151 other rows", "\"1O\"");
    }

    @Test
    void namesAreNotTakenForCategories() {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 1500; i++) {
            rows.append("name").append(i).append(',').append(i % 2).append('\n');
        }
        assertThatThrownBy(() -> mixed(rows.toString()))
                .hasMessageContainingAll("line 21", "\"name20\"", "is it a name", "--ignore 1");
    }

    @Test
    void otherEncodingsAreRead() throws IOException {
        for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.ISO_8859_1)) {
            Path file = folder.resolve("e.csv");
            Files.write(file, "1,grün\n2,blau\n".getBytes(charset));
            assertThat(TableFile.numbers().read("e", file).classes())
                    .containsExactly("grün", "blau");
        }
    }

    @Test
    void compressedFilesThatGrowTooLargeOrEndEarlyAreRefusedByName() throws IOException {
        Path large = folder.resolve("large.csv.gz");
        byte[] line = "1,2,3,4,5,6,7,8,9,0\n".repeat(50_000).getBytes(StandardCharsets.US_ASCII);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(large))) {
            for (int written = 0; written <= 1 << 28; written += line.length) {
                out.write(line);
            }
        }
        assertThat(Files.size(large)).isLessThan(4 << 20);
        assertThatThrownBy(() -> TableFile.numbers().read("large", large))
                .hasMessageContainingAll("large.csv.gz", "more than 268435456 bytes");
        Path cut = folder.resolve("cut.csv.gz");
        Files.write(cut, Arrays.copyOf(Files.readAllBytes(large), 1000));
        assertThatThrownBy(() -> TableFile.numbers().read("cut", cut))
                .hasMessageContainingAll("cut.csv.gz", "ends early");
    }

    @Test
    void tablesAreFoundBesideImageSetsAndInTheirFolder() throws IOException {
        Idx.set(folder.resolve("images"));
        file("1,2,0\n3,4,1\n5,6,0\n");
        Files.createDirectories(folder.resolve("tables"));
        try (OutputStream out =
                new GZIPOutputStream(
                        Files.newOutputStream(folder.resolve("tables").resolve("u.v.csv.gz")))) {
            out.write("7,a\n8,b\n".getBytes(StandardCharsets.US_ASCII));
        }
        DataSets sets = DataSets.in(folder);
        assertThat(sets.available()).contains("images", "t", "u.v");
        assertThat(sets.isTable("t")).isTrue();
        assertThat(sets.isTable("images")).isFalse();
        assertThat(sets.table("t").labels()).containsExactly(0, 1, 0);
        assertThat(sets.table("u.v").classes()).containsExactly("a", "b");
        assertThat(sets.origin("t")).endsWith("t.csv");
        assertThatThrownBy(() -> sets.load("w", Split.TEST))
                .hasMessageContainingAll("no image set or table w", "w.csv[.gz]");
        file("1,2,0\n3,x,1\n");
        assertThatThrownBy(() -> TestStream.of("t", 2).source(folder))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContainingAll("t.csv", "line 2");
    }

    @Test
    void streamsOfATableAreItsRowsShuffledOrInOrder() throws IOException {
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            rows.append(1000 + i).append(",7,").append(i % 3).append('\n');
        }
        file(rows.toString());
        TestStream stream = TestStream.of("t", 40);
        Examples ordered = stream.inFileOrder().source(folder).sample(1).examples();
        assertThat(ordered.labels()).hasSize(40).startsWith(0, 1, 2, 0);
        assertThat(ordered.inputs()).startsWith(1000, 7, 1001, 7);
        Examples shuffled = TestStream.of("t", 100).source(folder).sample(1).examples();
        assertThat(shuffled.labels()).hasSize(50);
        assertThat(shuffled.inputs()).contains(ordered.inputs()).isNotEqualTo(ordered.inputs());
        for (int i = 0; i < 50; i++) {
            assertThat(shuffled.labels()[i]).isEqualTo((int) (shuffled.inputs()[2 * i] - 1000) % 3);
        }
        assertThat(TestStream.of("t", 100).source(folder).sample(1).examples().inputs())
                .isEqualTo(shuffled.inputs());
        double[] standardised =
                stream.withStandardisation(Standardisation.SET)
                        .source(folder)
                        .sample(1)
                        .examples()
                        .inputs();
        assertThat(Arrays.stream(standardised).max().orElseThrow()).isCloseTo(1.698, within(0.2));
        assertThatThrownBy(() -> stream.withView(new View.Shuffled()).source(folder))
                .hasMessageContaining("seen in full only");
    }

    @Test
    void imagesComeInTheOrderOfTheirFilesWhereAskedFor() throws IOException {
        ImageSet test = DataSets.embedded().load("mnist", Split.TEST);
        Examples stream =
                TestStream.of("mnist", 1100)
                        .inFileOrder()
                        .withStandardisation(Standardisation.BYTES)
                        .source(DataSets.embedded())
                        .sample(3)
                        .examples();
        for (int i = 0; i < 1000; i++) {
            assertThat(stream.labels()[i]).isEqualTo(test.label(i));
        }
        assertThat(stream.labels()[1000])
                .isEqualTo(DataSets.embedded().load("mnist", Split.TRAIN).label(0));
        assertThat(Arrays.stream(stream.inputs()).max().orElseThrow()).isCloseTo(255, within(0.01));
    }
}
