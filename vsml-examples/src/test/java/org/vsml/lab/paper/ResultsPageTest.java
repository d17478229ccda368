package org.vsml.lab.paper;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.report.Report;
import org.vsml.report.Table;

class ResultsPageTest {

    @TempDir private Path folder;

    private static FigureResult figure(String number, double accuracy) {
        return new FigureResult(
                number,
                "title " + number,
                "protocol",
                new Report("paper", 1, Map.of()),
                List.of(),
                new Table("accuracy").row(accuracy),
                "figure.png",
                List.of(new Claim("claim of " + number, Claim.Verdict.PARTLY, "some", "numbers")),
                new Table("algorithm").row("vsml"));
    }

    private String page() throws IOException {
        return Files.readString(folder.resolve("results.md"));
    }

    private void update(FigureResult... results) throws IOException {
        ResultsPage.update(folder, folder.resolve("out"), List.of(results), "./vsml paper");
    }

    @Test
    void sectionsStandInTheOrderOfTheirNumbers() throws IOException {
        update(figure("9", 0.1));
        update(figure("loss", 0.4), figure("16", 0.2), figure("6", 0.3));
        assertThat(page())
                .containsSubsequence(
                        "# Results", "Figure 6:", "Figure 9:", "Figure 16:", "Figure loss:")
                .contains("| claim of 9 | partly: some | numbers |", "`./vsml paper`");
    }

    @Test
    void theClaimsOfAllFiguresStandAtTheTop() throws IOException {
        update(figure("9", 0.1));
        update(figure("6", 0.3));
        update(figure("9", 0.2));
        assertThat(page())
                .containsOnlyOnce("| [6](#figure-6) | claim of 6 | partly: some | numbers |")
                .containsOnlyOnce("| [9](#figure-9) | claim of 9 | partly: some | numbers |")
                .containsSubsequence("[6](#figure-6)", "[9](#figure-9)", "## Figure 6:");
    }

    @Test
    void aFigureMadeAgainReplacesItsSectionAndNothingElse() throws IOException {
        update(figure("6", 0.25), figure("9", 0.5));
        Files.writeString(folder.resolve("results.md"), page() + "\nBy hand.\n");
        update(figure("6", 0.75));
        assertThat(page())
                .contains("0.7500", "0.5000", "By hand.")
                .doesNotContain("0.2500")
                .containsOnlyOnce("title 6");
    }

    @Test
    void thePlotIsCopiedBesideThePage() throws IOException {
        Path plot = folder.resolve("out/figure-6/figure.png");
        Files.createDirectories(plot.getParent());
        BufferedImage image = new BufferedImage(20, 10, BufferedImage.TYPE_INT_RGB);
        ImageIO.write(image, "png", plot.toFile());
        update(figure("6", 0.25));
        assertThat(ImageIO.read(folder.resolve("images/paper-6.png").toFile()).getWidth())
                .isEqualTo(20);
        assertThat(page()).contains("![Figure 6](images/paper-6.png)");
    }

    @Test
    void theRowsAreCopiedBesideThePage() throws IOException {
        Path rows = folder.resolve("out/figure-6/figure.csv");
        Files.createDirectories(rows.getParent());
        Files.writeString(rows, "figure,accuracy\n6,0.25\n");
        update(figure("6", 0.25));
        assertThat(folder.resolve("paper/figure-6.csv")).hasSameTextualContentAs(rows);
        assertThat(page()).contains("[paper/figure-6.csv](paper/figure-6.csv)");
    }
}
