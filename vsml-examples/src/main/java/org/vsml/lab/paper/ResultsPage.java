package org.vsml.lab.paper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.vsml.core.AtomicFiles;
import org.vsml.report.Table;

/**
 * The page {@code results.md}: a table of all claims, and a section for each figure between two
 * comments, which is replaced when the figure is made again; everything else on the page stays as
 * it is. Plots lie beside it in {@code images}, the rows of each figure in {@code paper}.
 */
public final class ResultsPage {

    private static final String PAGE = "results.md";
    private static final String IMAGES = "images";
    private static final String ROWS = "paper";
    private static final String CLAIMS = "<!-- claims -->";
    private static final String END_OF_CLAIMS = "<!-- end of claims -->";
    private static final String CLAIMS_HEADER = "| claim of the paper | reproduced | measured |";
    private static final String START =
            """
            # Results

            Measured by `./vsml paper`; each section says with which commit, seed and budget. Accuracy is
            cumulative (each prediction counts before its label is seen), the mean over the streams with its
            95 % interval. A claim is reproduced where the intervals do not overlap in any of its comparisons.

            <!-- claims -->
            <!-- end of claims -->
            """;

    private ResultsPage() {}

    /**
     * Writes or replaces the sections of these figures.
     *
     * @param docs folder of the page
     * @param figures folder that holds the folder of each figure
     * @param command that made them
     */
    public static void update(Path docs, Path figures, List<FigureResult> results, String command)
            throws IOException {
        Path page = docs.resolve(PAGE);
        String text = Files.exists(page) ? Files.readString(page) : START;
        Files.createDirectories(docs.resolve(IMAGES));
        for (FigureResult result : results) {
            Path plot = figures.resolve("figure-" + result.number()).resolve(result.image());
            String image = IMAGES + "/paper-" + result.number() + ".png";
            if (Files.exists(plot)) {
                byte[] png = SmallPng.of(Files.readAllBytes(plot));
                AtomicFiles.write(docs.resolve(image), out -> out.write(png));
            }
            Path rows = plot.resolveSibling("figure.csv");
            if (Files.exists(rows)) {
                Files.createDirectories(docs.resolve(ROWS));
                AtomicFiles.writeString(docs.resolve(csv(result.number())), Files.readString(rows));
            }
            text = replaced(text, result.number(), section(result, image, command));
        }
        AtomicFiles.writeString(page, withClaims(text));
    }

    private static String csv(String number) {
        return ROWS + "/figure-" + number + ".csv";
    }

    /** Collects the claims of all sections in the table at the top, if the page has one. */
    private static String withClaims(String page) {
        int from = page.indexOf(CLAIMS);
        int to = page.indexOf(END_OF_CLAIMS);
        if (from < 0 || to < from) {
            return page;
        }
        StringBuilder table = new StringBuilder(CLAIMS);
        table.append("\n| figure ").append(CLAIMS_HEADER).append("\n| --- | --- | --- | --- |\n");
        for (String number : Paper.figures()) {
            for (String row : claimRows(page, number)) {
                table.append("| [").append(number).append("](#").append(anchor(number));
                table.append(") ").append(row).append('\n');
            }
        }
        return page.substring(0, from) + table + page.substring(to);
    }

    private static String anchor(String number) {
        return "figure-" + number;
    }

    private static List<String> claimRows(String page, String number) {
        int from = page.indexOf(begin(number));
        int header = from < 0 ? -1 : page.indexOf(CLAIMS_HEADER, from);
        if (header < 0 || header > page.indexOf(end(number), from)) {
            return List.of();
        }
        return page.substring(header)
                .lines()
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .toList();
    }

    /** Sections stand in the order of their numbers. */
    private static String replaced(String page, String number, String section) {
        String begin = begin(number);
        String end = end(number);
        int from = page.indexOf(begin);
        int to = page.indexOf(end);
        if (from >= 0 && to > from) {
            return page.substring(0, from) + section + page.substring(to + end.length());
        }
        List<String> order = Paper.figures();
        for (String later : order.subList(order.indexOf(number) + 1, order.size())) {
            int place = page.indexOf(begin(later));
            if (place >= 0) {
                return page.substring(0, place) + section + "\n\n" + page.substring(place);
            }
        }
        return page.stripTrailing() + "\n\n" + section + "\n";
    }

    private static String begin(String number) {
        return "<!-- figure " + number + " -->";
    }

    private static String end(String number) {
        return "<!-- end of figure " + number + " -->";
    }

    private static String section(FigureResult result, String image, String command) {
        Table claims = new Table("claim of the paper", "reproduced", "measured");
        for (Claim claim : result.claims()) {
            claims.row(claim.text(), verdict(claim), claim.numbers());
        }
        Map<String, Object> summary = result.report().summary();
        Map<?, ?> versions = (Map<?, ?>) summary.get("versions");
        return String.format(
                Locale.ROOT,
                """
                %s
                <a id="%s"></a>

                ## Figure %s: %s

                ![Figure %s](%s)

                %s Every number with its interval: [%s](%s).

                %s
                %s
                How far meta-training got, and how many times fewer examples than the paper's that is:

                %s
                Commit %s, seed %s, engine %s: `%s`.
                %s""",
                begin(result.number()),
                anchor(result.number()),
                result.number(),
                result.title(),
                result.number(),
                image,
                result.protocol(),
                csv(result.number()),
                csv(result.number()),
                claims.markdown(),
                result.table().markdown(),
                result.trained().markdown(),
                versions.get("commit"),
                summary.get("seed"),
                versions.get("engine"),
                command,
                end(result.number()));
    }

    private static String verdict(Claim claim) {
        return switch (claim.verdict()) {
            case REPRODUCED -> "yes";
            case PARTLY -> "partly: " + claim.reason();
            case NOT -> "no";
        };
    }
}
