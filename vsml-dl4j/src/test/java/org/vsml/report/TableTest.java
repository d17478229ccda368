package org.vsml.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableTest {

    /** A row as commands declare them. */
    public record Row(String learner, int examples, double metaLoss, Boolean unseen) {}

    enum Method {
        ONLINE_ADAM
    }

    @Test
    void textAlignsWordsLeftAndNumbersRight() {
        Table table =
                new Table("learner", "examples", "accuracy")
                        .row("vsml", 100, 0.58312)
                        .row("online adam", 2000, 0.7);

        assertThat(table.text())
                .isEqualTo(
                        """
                        learner      examples  accuracy
                        vsml              100    0.5831
                        online adam      2000    0.7000
                        """);
    }

    @Test
    void numbersArePrintedToFourSignificantDigits() {
        Table table =
                new Table("x").row(1234.5678).row(0.000012345).row(-3.0).row(98765432.1).row(0.0);

        assertThat(table.text().lines().skip(1).map(String::strip))
                .containsExactly("1235", "1.235e-05", "-3.000", "9.877e+07", "0");
    }

    @Test
    void recordComponentsBecomeSnakeCaseColumns() {
        Table table = Table.of(Row.class, List.of(new Row("vsml", 5, 2.25, true)));

        assertThat(table.rows())
                .containsExactly(
                        Map.of(
                                "learner",
                                "vsml",
                                "examples",
                                5,
                                "meta_loss",
                                2.25,
                                "unseen",
                                true));
        assertThat(table.columns()).containsExactly("learner", "examples", "meta_loss", "unseen");
    }

    @Test
    void numbersThatJsonDoesNotHaveBecomeNull() {
        Table table = new Table("a", "b").row(Double.NaN, Double.POSITIVE_INFINITY);

        assertThat(table.rows().get(0)).containsEntry("a", null).containsEntry("b", null);
        assertThat(table.text()).isEqualTo("a  b\n-  -\n");
        assertThat(table.csv()).isEqualTo("a,b\n,\n");
    }

    @Test
    void csvQuotesWhatNeedsIt() {
        assertThat(new Table("a,b", "c").row("say \"x\"", "two\nlines").csv())
                .isEqualTo("\"a,b\",c\n\"say \"\"x\"\"\",\"two\nlines\"\n");
    }

    @Test
    void constantsAreWrittenInLowerCase() {
        assertThat(new Table("a").row(Method.ONLINE_ADAM).rows().get(0))
                .containsEntry("a", "online_adam");
    }

    @Test
    void nestedCellsAndWrongCountsAreRejectedByName() {
        Table table = new Table("learner", "accuracy");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> table.row("x", List.of()))
                .withMessageContaining("column accuracy");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> table.row("x"))
                .withMessageContaining("2 cells [learner, accuracy], got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Table("a", "a"))
                .withMessageContaining("must differ");
    }
}
