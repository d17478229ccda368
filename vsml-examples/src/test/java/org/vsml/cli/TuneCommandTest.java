package org.vsml.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.report.Report;

class TuneCommandTest {

    @TempDir private Path folder;

    private Report tune(String... more) throws Exception {
        String[] options = {
            "--config=tiny",
            "--examples=5",
            "--seeds=1",
            "--threads=1",
            "--out=" + folder.resolve("out")
        };
        String[] all = java.util.Arrays.copyOf(options, options.length + more.length);
        System.arraycopy(more, 0, all, options.length, more.length);
        return TuneCommand.runExample(all);
    }

    @Test
    void aRowForEachCandidateAColumnForEachSettingAndAVerdict() throws Exception {
        Report report = tune("--vary=state_size,learning_rate", "--candidates=1");

        assertThat(report.table().columns())
                .containsExactly(
                        "candidate",
                        "score",
                        "outcome",
                        "steps",
                        "seconds",
                        "state_size",
                        "learning_rate");
        assertThat(report.table().rows()).hasSize(2);
        assertThat(report.table().rows().get(0))
                .containsEntry("candidate", "baseline")
                .containsEntry("state_size", null);
        assertThat(report.table().rows().get(1)).containsEntry("candidate", "0");
        assertThat(report.text()).containsPattern("(Candidate 0 reaches|No candidate is better)");

        Report resumed = tune("--vary=state_size,learning_rate", "--candidates=1", "--resume");
        assertThat(resumed.table().rows()).isEqualTo(report.table().rows());
    }

    @Test
    void anUnknownSettingIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tune("--vary=colour"))
                .withMessageContaining("no setting colour; there are [state_size");
    }

    @Test
    void theCommandSaysWhatItCanDo() {
        StringWriter out = new StringWriter();
        VsmlCli.commandLine().setOut(new PrintWriter(out)).execute("tune", "--help");

        assertThat(out.toString()).contains("--search", "--resume", "--minutes");
    }
}
