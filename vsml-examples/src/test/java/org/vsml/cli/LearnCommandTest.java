package org.vsml.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.vsml.core.Architecture;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.Provenance;
import org.vsml.core.SubRnn;
import org.vsml.core.Vsml;
import org.vsml.dl4j.VsmlClassifier;
import org.vsml.episode.Seeds;

class LearnCommandTest {

    private static final int ROWS = 130;

    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        return VsmlCli.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    /** Runs with a small algorithm that has learned nothing, and few others. */
    private int learn(String... args) throws IOException {
        return run(
                Stream.concat(
                                Stream.of(
                                        "learn",
                                        "--out=" + folder.resolve("out"),
                                        "--learners=sgd,nearest_mean"),
                                Stream.of(args))
                        .toArray(String[]::new));
    }

    private String algorithm() throws IOException {
        Vsml model =
                new Vsml(
                        SubRnn.PAPER.withStateSize(4).withMessageSize(3),
                        Architecture.dense(),
                        Vsml.PAPER.dynamics());
        NamedArrays metaVariables = model.initialMetaVariables(Seeds.generator(1));
        Path file = folder.resolve("untrained.vsml");
        new LearningAlgorithm(
                        model, metaVariables, Provenance.of("untrained-1", metaVariables).build())
                .save(file);
        return "--meta-variables=" + file;
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    /** A width, a colour that goes with the class, and the class. */
    private static String[] fields(int row) {
        Random random = new Random(row);
        int label = random.nextInt(3);
        return new String[] {
            String.format(Locale.ROOT, "%.2f", 100 * label + 10 * random.nextGaussian()),
            List.of("red", "dark blue", "green").get(label),
            List.of("setosa", "virginica", "versicolor").get(label)
        };
    }

    private static String rows(String header, String end, IntFunction<String> row) {
        StringBuilder text = new StringBuilder(header);
        for (int i = 0; i < ROWS; i++) {
            text.append(row.apply(i)).append(end);
        }
        return text.toString();
    }

    private static String joined(String delimiter, int row) {
        return String.join(delimiter, fields(row));
    }

    private static Arguments dirt(String kind, String text, String... options) {
        return Arguments.of(kind, text, StandardCharsets.UTF_8, List.of(options));
    }

    static Stream<Arguments> kindsOfDirt() {
        String header = "width,colour,kind\n";
        return Stream.of(
                dirt("no header", rows("", "\n", i -> joined(",", i))),
                dirt("header, CRLF", rows("width,colour,kind\r\n", "\r\n", i -> joined(",", i))),
                dirt(
                        "old line ends, BOM",
                        rows("\ufeff" + header.replace('\n', '\r'), "\r", i -> joined(",", i))),
                dirt(
                        "semicolons, decimal commas",
                        rows("width;colour;kind\n", "\n", i -> joined(";", i).replace('.', ','))),
                dirt(
                        "tabs, blank lines, no line end",
                        rows("width\tcolour\tkind\n\n", "\n\n", i -> joined("\t", i)).strip()),
                dirt(
                        "quotes with delimiters and line breaks",
                        rows(
                                "\"width\",\"the \"\"colour\"\"\",\"kind\"\n",
                                "\n",
                                i ->
                                        "\""
                                                + fields(i)[0]
                                                + "\",\""
                                                + fields(i)[1]
                                                + ",\n or so\",\""
                                                + fields(i)[2]
                                                + "\"")),
                dirt(
                        "missing values",
                        rows(
                                header,
                                "\n",
                                i ->
                                        (i % 7 == 3
                                                        ? List.of("", "?", "NA", "none").get(i % 4)
                                                        : fields(i)[0])
                                                + ","
                                                + (i % 11 == 5 ? "" : fields(i)[1])
                                                + ","
                                                + fields(i)[2])),
                dirt(
                        "missing labels",
                        rows(
                                header,
                                "\n",
                                i -> i % 9 == 0 ? fields(i)[0] + ",red,?" : joined(",", i))),
                dirt(
                        "label first, by name",
                        rows(
                                "kind,width,colour\n",
                                "\n",
                                i -> fields(i)[2] + "," + fields(i)[0] + "," + fields(i)[1]),
                        "--label=kind"),
                dirt(
                        "ARFF",
                        rows(
                                """
                                % flowers
                                @relation f
                                @attribute 'width of it' numeric
                                @attribute colour string
                                @attribute kind {setosa,virginica,versicolor}
                                @data
                                % rows
                                """,
                                "\n", i -> joined(", ", i).replace("dark blue", "'dark blue'"))),
                dirt(
                        "blanks of any width",
                        rows("", "\n", i -> "  " + joined("   ", i).replace("dark blue", "blue"))),
                Arguments.of(
                        "UTF-16",
                        rows(header, "\n", i -> joined(",", i)),
                        StandardCharsets.UTF_16,
                        List.of()),
                Arguments.of(
                        "Latin-1",
                        rows(header, "\n", i -> joined(",", i).replace("green", "gr\u00fcn")),
                        StandardCharsets.ISO_8859_1,
                        List.of()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kindsOfDirt")
    void tablesOfEveryKindOfDirtAreLearned(
            String kind, String text, Charset charset, List<String> options) throws IOException {
        Path file = folder.resolve("t.csv.gz");
        try (OutputStream zipped = new GZIPOutputStream(Files.newOutputStream(file))) {
            zipped.write(text.getBytes(charset));
        }
        assertThat(
                        learn(
                                Stream.concat(
                                                Stream.of(file.toString(), algorithm()),
                                                options.stream())
                                        .toArray(String[]::new)))
                .as(err.toString())
                .isZero();
        assertThat(out.toString())
                .contains("of 2 columns, 1 of text", "with 3 classes", "setosa", "virginica")
                .contains("untrained-1", "sgd", "nearest_mean");
        String summary = Files.readString(folder.resolve("out/summary.json"));
        assertThat(summary)
                .contains("\"learner\" : \"nearest_mean\"", "\"examples\" : 100", "\"log_loss\"");
        // The colour alone says the class.
        String last = last(summary, "\"learner\" : \"nearest_mean\"");
        assertThat(Double.parseDouble(last.replaceAll("(?s).*?\"accuracy\" : ([0-9.E-]+).*", "$1")))
                .isGreaterThan(0.8);
        assertThat(Files.size(folder.resolve("out/curve.png"))).isGreaterThan(5_000);
    }

    private static Arguments oddity(String kind, String says, String text, String... options) {
        return Arguments.of(kind, says, text, List.of(options));
    }

    static Stream<Arguments> oddities() {
        String header = "width,colour,kind\n";
        String plain = "4 inputs of 2 columns, 1 of text; label kind with 3 classes";
        String special = "1 of text, 1 of numbers with separators or signs; label kind";
        return Stream.of(
                oddity(
                        "thousands in quotes",
                        special,
                        rows(header, "\n", i -> "\"1," + numbered(i) + ".5\"" + rest(",", i))),
                oddity(
                        "points between thousands, decimal commas",
                        special,
                        rows(
                                "width;colour;kind\n",
                                "\n",
                                i -> "1.0" + numbered(i).substring(1) + ",5" + rest(";", i))),
                oddity(
                        "thin blanks between thousands, a minus sign",
                        special,
                        rows(header, "\n", i -> "\u22121\u202f" + numbered(i) + rest(",", i))),
                oddity(
                        "a currency",
                        special,
                        rows(header, "\n", i -> "$" + fields(i)[0] + rest(",", i))),
                oddity(
                        "per cent",
                        special,
                        rows(header, "\n", i -> fields(i)[0] + " %" + rest(",", i))),
                oddity(
                        "exponents",
                        plain,
                        rows(header, "\n", i -> fields(i)[0] + "E-3" + rest(",", i))),
                oddity(
                        "numbers up to 1e38",
                        plain,
                        rows(header, "\n", i -> fields(i)[0] + "e35" + rest(",", i))),
                oddity(
                        "constant columns",
                        "3 inputs of 3 columns, 1 of text",
                        rows(
                                "width,unit,all,kind\n",
                                "\n",
                                i -> fields(i)[0] + ",cm,7," + fields(i)[2])),
                oddity(
                        "a column without any value",
                        "1 of numbers with missing values",
                        rows("void,colour,kind\n", "\n", i -> "?" + rest(",", i))),
                oddity(
                        "a name twice",
                        "2 inputs of 2 columns; label kind",
                        rows(
                                "width,width,kind\n",
                                "\n",
                                i -> fields(i)[0] + "," + fields(i)[0] + "," + fields(i)[2])),
                oddity(
                        "a column without a name that counts the rows",
                        "column 1 counts the rows; is it an index? --ignore \"column 1\"",
                        rows(",width,colour,kind\n", "\n", i -> i + "," + joined(",", i))),
                oddity(
                        "columns left out by name and number",
                        "4 inputs of 2 columns, 1 of text; label kind",
                        rows(
                                "id,width,day,colour,kind\n",
                                "\n",
                                i ->
                                        "id"
                                                + i
                                                + ","
                                                + fields(i)[0]
                                                + ",2020-01-0"
                                                + (1 + i % 9)
                                                + rest(",", i)),
                        "--ignore=id,3"),
                oddity(
                        "a delimiter at the end of lines",
                        plain,
                        rows(header, ",\n", i -> joined(",", i))),
                oddity(
                        "remarks before the header",
                        plain,
                        rows("# by hand, in May\n#\n" + header, "\n", i -> joined(",", i))),
                oddity(
                        "a header behind #",
                        plain,
                        rows("# made by hand\n#" + header, "\n", i -> joined(",", i))),
                oddity(
                        "Excel's line of the separator",
                        plain,
                        rows("sep=;\r\nwidth;colour;kind\r\n", "\r\n", i -> joined(";", i))),
                oddity(
                        "classes that differ in case",
                        "classes setosa and SETOSA differ in case only, and are two classes",
                        rows(header, "\n", i -> joined(",", i)) + "1,red,SETOSA\n"),
                oddity(
                        "rows without a label",
                        "2 rows have no label and are left out",
                        rows(header, "\n", i -> joined(",", i)) + "1,red,\n2,red,?\n"),
                oddity(
                        "a header of numbers",
                        "4 inputs of 2 columns, 1 of text; label 30 with 3 classes",
                        rows("10,20,30\n", "\n", i -> joined(",", i)),
                        "--header"),
                oddity(
                        "a first row that only looks like a header",
                        "label column 2 with 4 classes",
                        rows("pink,odd\n", "\n", i -> fields(i)[1] + "," + fields(i)[2]),
                        "--no-header"),
                oddity(
                        "sparse ARFF",
                        "3 inputs of 2 columns, 1 of text; label kind with 3 classes",
                        rows(
                                """
                                @relation r
                                @attribute width real
                                @attribute sort {no, 'yes sir'}
                                @attribute kind {setosa, virginica, versicolor}
                                @data
                                """,
                                "\n",
                                i ->
                                        "{0 "
                                                + fields(i)[0]
                                                + (i % 2 == 0 ? ", 1 'yes sir'" : "")
                                                + ", 2 "
                                                + fields(i)[2]
                                                + "}")),
                oddity(
                        "ARFF with numbers for nominal values, tabs, old line ends",
                        "5 inputs of 2 columns, 1 of text; label kind with 3 classes",
                        rows(
                                "@RELATION r\r@ATTRIBUTE width REAL\r@attribute code{1,2,3,4}\r@ATTRIBUTE kind string\r@DATA\r",
                                "\r",
                                i -> fields(i)[0] + "\t" + (1 + i % 4) + "\t" + fields(i)[2])));
    }

    private static String numbered(int row) {
        return String.format(Locale.ROOT, "%03d", row * 37 % 1000);
    }

    private static String rest(String delimiter, int row) {
        return delimiter + fields(row)[1] + delimiter + fields(row)[2];
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("oddities")
    void unusualTablesAreReadAndItSaysHow(
            String kind, String says, String text, List<String> options) throws IOException {
        Path file = file("t.csv", text);
        Stream<String> args =
                Stream.of(file.toString(), algorithm(), "--learners=none", "--threads=1");
        assertThat(learn(Stream.concat(args, options.stream()).toArray(String[]::new)))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains(says);
    }

    private static String last(String text, String from) {
        return text.substring(text.lastIndexOf(from));
    }

    @Test
    void whatWasSavedGoesOnAndPredictsByTheNamesOfColumnsAndClasses() throws IOException {
        Path whole = file("whole.csv", rows("width,colour,kind\n", "\n", i -> joined(",", i)));
        StringBuilder first = new StringBuilder("width,colour,kind\n");
        StringBuilder second = new StringBuilder("kind,extra,colour,width\n");
        for (int i = 0; i < ROWS; i++) {
            String[] f = fields(i);
            if (i < 60) {
                first.append(joined(",", i)).append('\n');
            } else {
                second.append(String.join(",", f[2], "x", f[1], f[0])).append('\n');
            }
        }
        String learner = folder.resolve("new/learner.vsml").toString();
        assertThat(
                        learn(
                                file("1.csv", first.toString()).toString(),
                                algorithm(),
                                "--save",
                                learner))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("has seen 60 rows");
        Path rest = file("2.csv", second.toString());
        String more = folder.resolve("more.vsml").toString();
        assertThat(learn(rest.toString(), "--load", learner, "--save", more, "--learners=none"))
                .as(err.toString())
                .isZero();
        String all = folder.resolve("all.vsml").toString();
        assertThat(learn(whole.toString(), algorithm(), "--save", all, "--learners=none")).isZero();
        assertThat(VsmlClassifier.load(Path.of(more).toFile()).learnedVariables().values())
                .as("learned in two pieces")
                .isEqualTo(VsmlClassifier.load(Path.of(all).toFile()).learnedVariables().values());

        assertThat(
                        run(
                                "learn",
                                "--load=" + all,
                                "--predict=" + file("3.csv", "colour,width\nred,\nmauve,210\n"),
                                "--out=" + folder.resolve("predicted")))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("1 texts were not in the table", "Predicted 2 rows");
        List<String> lines = Files.readAllLines(folder.resolve("predicted/predictions.csv"));
        assertThat(lines.get(0)).startsWith("line,label,predicted,p(").contains("p(versicolor)");
        assertThat(lines).hasSize(3);
        String[] row = lines.get(1).split(",", -1);
        double sum = 0;
        for (int b = 3; b < row.length; b++) {
            sum += Double.parseDouble(row[b]);
        }
        assertThat(sum).isCloseTo(1, org.assertj.core.api.Assertions.within(1e-6));
    }

    @Test
    void tablesThatComeAlongAreLearnedByName() throws IOException {
        assertThat(learn("soybean", algorithm(), "--shuffle=1", "--learners=none"))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("683 rows", "35 of text", "with 19 classes");
    }

    static Stream<Arguments> wrongUses() {
        String good = "1,a\n2,b\n3,a\n";
        return Stream.of(
                Arguments.of(good, "", List.of("give a FILE to learn", "./vsml learn table.csv")),
                Arguments.of(good, "FOLDER/none.csv", List.of("there is no file", "none.csv")),
                Arguments.of(good, "FOLDER", List.of("is a folder; give a file in it")),
                Arguments.of("", "FILE", List.of("t.csv: there are no rows")),
                Arguments.of(
                        "a,b\na,b\n",
                        "FILE",
                        List.of("all rows have the same label, b", "--label")),
                Arguments.of(
                        "5\n6\n",
                        "FILE",
                        List.of("at least two columns, got \"5\" alone", "delimiter")),
                Arguments.of(
                        good,
                        "FILE --label=kind",
                        List.of("no column kind; there are", "column 1")),
                Arguments.of(good, "FILE --label=7", List.of("no column 7")),
                Arguments.of(
                        good,
                        "FILE --delimiter=::",
                        List.of("--delimiter must be one character", "semicolon", "got ::")),
                Arguments.of(
                        good,
                        "FILE --learners=svm",
                        List.of("no classical learner svm; there are", "sgd")),
                Arguments.of(good, "FILE --meta-variables=general-77", List.of("general-77")),
                Arguments.of(good, "FILE --threads=0", List.of("--threads must be >= 1, got 0")),
                Arguments.of(good, "FILE --reserve=-1", List.of("--reserve must be >= 0, got -1")),
                Arguments.of(
                        good, "FILE --shuffle=yes", List.of("--shuffle", "'yes' is not a long")),
                Arguments.of(
                        good,
                        "FILE --save=FOLDER",
                        List.of("is a folder; give the name of a file in it")),
                Arguments.of(good, "FILE --load=FILE", List.of("t.csv")),
                Arguments.of(good, "FILE --load=FILE --label=2", List.of("knows its label column")),
                Arguments.of(good, "FILE --predict=FOLDER/none.csv", List.of("there is no file")),
                Arguments.of(
                        "1,a\n2\n",
                        "FILE",
                        List.of(
                                "t.csv, line 2: expected 2 fields, as many as in the first row, \"1 | a\"; got 1: \"2\"")),
                Arguments.of(
                        "1,a\n2,b,c\n",
                        "FILE",
                        List.of(
                                "got 3: \"2 | b | c\"",
                                "a text with the delimiter in it needs quotes")),
                Arguments.of(
                        "1,\"a\n2,b\n",
                        "FILE",
                        List.of("line 1, column 2: the quote before \"a 2,b\" is not closed")),
                Arguments.of("1.5,red,a\n", "FILE", List.of("there is one row only")),
                Arguments.of(
                        rows("w,kind\n", "\n", i -> (i % 3 == 0 ? "-inf" : i) + "," + i % 2),
                        "FILE",
                        List.of("line 2, column 1 (w): expected a finite number, got \"-inf\"")),
                Arguments.of(
                        rows("w,kind\n", "\n", i -> i + (i == 7 ? "e300" : "") + "," + i % 2),
                        "FILE",
                        List.of("line 9, column 1 (w): expected a number of at most", "got 7e300")),
                Arguments.of(
                        rows("w,kind\n", "\n", i -> (i % 3 == 0 ? "n. k." : i) + "," + i % 2),
                        "FILE",
                        List.of(
                                "line 2, column 1 (w): expected a number as in 86 other rows, got \"n. k.\"",
                                "write ? where there is none")),
                Arguments.of(
                        rows("w,kind\n", "\n", i -> "\"1," + numbered(i) + ".5\"," + i % 2)
                                + "\"1.234,5\",0\n",
                        "FILE",
                        List.of("line 132, column 1 (w): expected a number", "\"1.234,5\"")),
                Arguments.of(
                        rows("id,kind\n", "\n", i -> "0x" + Integer.toHexString(i) + "," + i % 2),
                        "FILE",
                        List.of("line 22, column 1 (id): \"0x14\"", "--ignore 1")),
                Arguments.of(
                        rows("d,kind\n", "\n", i -> "2024-05-" + (10 + i % 21) + "," + i % 2),
                        "FILE",
                        List.of("column 1 (d): \"2024-05-30\"", "is it a date", "--ignore 1")),
                Arguments.of(
                        "w,w2,kind\n1,2,a\n3,4,b\n",
                        "FILE --ignore=kind",
                        List.of("column kind has the labels")),
                Arguments.of(
                        "w,kind\n1,a\n3,b\n", "FILE --ignore=1", List.of("all but the labels")),
                Arguments.of(
                        "w,kind\n1,a\n3,b\n",
                        "FILE --ignore=x",
                        List.of("no column x; there are [w, kind]")),
                Arguments.of(good, "FILE --load=FILE --ignore=2", List.of("knows its columns")),
                Arguments.of(
                        "a::b\n1::2\n", "FILE", List.of("line 1", "\"a::b\" alone", "delimiter")),
                Arguments.of(
                        "<!DOCTYPE html>\n<html>404, not found</html>\n",
                        "FILE",
                        List.of("HTML, XML or JSON, not a table")),
                Arguments.of(
                        "[{\"a\": 1, \"b\": 2}]\n",
                        "FILE",
                        List.of("HTML, XML or JSON, not a table")),
                Arguments.of(
                        "@relation r\n@attribute a real\n@attribute b {x,y}\n1,x\n2,y\n",
                        "FILE",
                        List.of("there is no line @data")),
                Arguments.of(
                        "@relation r\n@attribute a relational\n@attribute b {x,y}\n@data\n1,x\n",
                        "FILE",
                        List.of("line 2: attribute a is relational", "numeric")),
                Arguments.of(
                        "@relation r\n@attribute a\n@attribute b {x,y}\n@data\n1,x\n",
                        "FILE",
                        List.of("line 2: expected @attribute NAME TYPE, got @attribute a")),
                Arguments.of(
                        "@relation r\n@attribute a real\n@attribute b {x,y}\n@data\n1,x\n2,z\n",
                        "FILE",
                        List.of(
                                "line 6, column 2 (b)",
                                "one of the declared values \"x, y\"",
                                "\"z\"")),
                Arguments.of(
                        "@relation r\n@attribute a real\n@attribute b {x,y}\n@data\n1,x\nred,y\n",
                        "FILE",
                        List.of(
                                "line 6, column 1 (a): expected a number, as declared, got \"red\"")),
                Arguments.of(
                        "@relation r\n@attribute a real\n@attribute b {x,y}\n@data\n1,x,{2}\n",
                        "FILE", List.of("line 5: {2} is the weight of a row")),
                Arguments.of(
                        "@relation r\n@attribute a real\n@attribute b {x,y}\n@data\n{0 1, 5 x}\n",
                        "FILE",
                        List.of("line 5: expected a number of an attribute in [0, 1]", "5 x")),
                Arguments.of(
                        "1,a\n2,b\n".repeat(30) + "3o,a\n",
                        "FILE",
                        List.of(
                                "line 61, column 1",
                                "expected a number as in 60 other rows, got \"3o\"")),
                Arguments.of(
                        "x,y\n1,\n2,\n", "FILE", List.of("no row has a label in column 2 (y)")),
                Arguments.of(
                        rows("", "\n", i -> i % 5 + "," + i + ".5"),
                        "FILE",
                        List.of("a regression, not classes")),
                Arguments.of(
                        rows("", "\n", i -> i % 5 + ",id" + i),
                        "FILE",
                        List.of("130 different values in 130 rows", "--label")),
                Arguments.of(
                        "PK\u0003\u0004\u0000\u0000",
                        "FILE",
                        List.of("this is no text; save the table as CSV")));
    }

    @ParameterizedTest(name = "{1} {2}")
    @MethodSource("wrongUses")
    void aWrongUseSaysWhatToDo(String text, String arguments, List<String> messages)
            throws IOException {
        Path file = file("t.csv", text);
        String[] args =
                Stream.of(arguments.split(" "))
                        .filter(a -> !a.isEmpty())
                        .map(a -> a.replace("FILE", file.toString()))
                        .map(a -> a.replace("FOLDER", folder.toString()))
                        .toArray(String[]::new);
        assertThat(learn(args)).isNotZero();
        assertThat(err.toString()).contains(messages).doesNotContain("\tat ");
    }

    @Test
    void classesThatCameLaterNeedRoom() throws IOException {
        Path first = file("1.csv", "1,a\n2,b\n3,a\n4,b\n");
        Path second = file("2.csv", "1,a\n2,c\n");
        String learner = folder.resolve("learner.vsml").toString();
        assertThat(learn(first.toString(), algorithm(), "--save=" + learner)).isZero();
        assertThat(learn(second.toString(), "--load=" + learner)).isNotZero();
        assertThat(err.toString())
                .contains("2.csv, line 2: class c is new", "room for the 2 classes", "--reserve");
        assertThat(learn(first.toString(), algorithm(), "--save=" + learner, "--reserve=1"))
                .isZero();
        assertThat(learn(second.toString(), "--load=" + learner)).as(err.toString()).isZero();
    }
}
