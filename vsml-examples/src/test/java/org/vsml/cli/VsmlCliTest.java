package org.vsml.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class VsmlCliTest {

    @TempDir private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... args) {
        CommandLine commandLine = VsmlCli.commandLine();
        commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return commandLine.execute(args);
    }

    @Test
    void withoutANameItListsEveryCommandWithADescription() {
        assertThat(run()).isZero();
        VsmlCli.commandLine()
                .getSubcommands()
                .forEach(
                        (name, command) -> {
                            assertThat(out.toString()).contains(name);
                            assertThat(command.getCommandSpec().usageMessage().description())
                                    .as("description of %s", name)
                                    .isNotEmpty();
                        });
    }

    @Test
    void everyCommandExplainsItself() {
        for (String name : VsmlCli.commandLine().getSubcommands().keySet()) {
            assertThat(run(name, "--help")).as(name).isZero();
            assertThat(out.toString()).as(name).contains("--out");
        }
    }

    @Test
    void anUnknownCommandIsAUsageError() {
        assertThat(run("quickstrat")).isEqualTo(2);
        assertThat(err.toString()).contains("quickstrat");
    }

    @Test
    void classPathSizeAddsUpTheJarsAndWritesItsSummary() throws Exception {
        Path big = Files.write(folder.resolve("big.jar"), new byte[2_000_000]);
        Path small = Files.write(folder.resolve("small.jar"), new byte[500_000]);
        Path list = classPath(small + java.io.File.pathSeparator + big);

        assertThat(run("classpath-size", "--file", list.toString(), "--out", folder + "/out"))
                .isZero();

        assertThat(out.toString())
                .containsSubsequence("big.jar", "small.jar", "total of 2 jars", "2.5");
        assertThat(folder.resolve("out/summary.json"))
                .content()
                .contains("\"classpath-size\"", "big.jar");
    }

    @Test
    void classPathSizeFailsAboveTheLimit() throws Exception {
        Path jar = Files.write(folder.resolve("a.jar"), new byte[2_000_000]);
        Path list = classPath(jar.toString());

        assertThat(
                        run(
                                "classpath-size",
                                "--file",
                                list.toString(),
                                "--limit",
                                "1.9",
                                "--out",
                                folder + "/out"))
                .isEqualTo(1);
    }

    @Test
    void aMissingJarIsOneLineThatNamesIt() throws Exception {
        Path list = classPath(folder.resolve("gone.jar").toString());

        assertThat(run("classpath-size", "--file", list.toString())).isEqualTo(1);

        assertThat(err.toString().strip()).contains("gone.jar").doesNotContain("\n");
    }

    private Path classPath(String text) throws Exception {
        return Files.writeString(folder.resolve("classpath.txt"), text);
    }
}
