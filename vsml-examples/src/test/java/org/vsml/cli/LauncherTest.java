package org.vsml.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code vsml} itself, with a java that prints what it is given. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {

    @TempDir private Path folder;

    private Path home;

    @BeforeEach
    void makeCheckout() throws IOException {
        home = Files.createDirectories(folder.toRealPath().resolve("check out"));
        script(home.resolve("vsml"), Files.readString(Path.of("..", "vsml")));
        for (String module : List.of("vsml-dl4j", "vsml-baselines", "vsml-examples")) {
            Files.createDirectories(home.resolve(module + "/target/classes"));
            Files.createDirectories(home.resolve(module + "/src/main"));
            Files.writeString(home.resolve(module + "/pom.xml"), "");
        }
        Files.writeString(home.resolve("pom.xml"), "");
        // Newer than everything that it was made from, so that nothing is built.
        Files.writeString(home.resolve("vsml-examples/target/classpath.txt"), "a.jar");
        script(
                folder.resolve("jdk/bin/java"),
                """
                #!/usr/bin/env bash
                if [[ $1 == -version ]]; then echo 'openjdk version "17.0.1"' >&2; exit; fi
                echo "LC_ALL=${LC_ALL:-}"
                printf '%s\\n' "$@"
                """);
    }

    private static void script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String run(Path script, Path from, Map<String, String> more, String... arguments)
            throws Exception {
        ProcessBuilder builder = new ProcessBuilder(script.toString());
        builder.command().addAll(List.of(arguments));
        builder.environment().remove("LC_ALL");
        builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
        builder.environment().put("VSML_CPU", "generic");
        builder.environment().putAll(more);
        Process process = builder.directory(from.toFile()).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        return out;
    }

    private void assertRuns(String out) {
        assertThat(out.lines())
                .contains(
                        "-Dvsml.home=" + home,
                        home + "/vsml-examples/target/classes:a.jar",
                        "bench");
    }

    @Test
    void itRunsThroughLinksFromAnyFolder() throws Exception {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path absolute = Files.createSymbolicLink(bin.resolve("absolute"), home.resolve("vsml"));
        Path relative =
                Files.createSymbolicLink(bin.resolve("relative"), Path.of("../check out/vsml"));
        Path twice = Files.createSymbolicLink(bin.resolve("twice"), Path.of("relative"));
        Path linked = Files.createSymbolicLink(folder.resolve("linked"), home).resolve("vsml");
        for (Path script : List.of(home.resolve("vsml"), absolute, relative, twice, linked)) {
            for (Path from : List.of(home, bin, Path.of("/"))) {
                assertRuns(run(script, from, Map.of(), "bench"));
            }
        }
    }

    @Test
    void itRunsWithCdpathExported() throws Exception {
        Files.createDirectories(folder.resolve("elsewhere/check out"));
        assertRuns(
                run(
                        Path.of("./vsml"),
                        home,
                        Map.of("CDPATH", folder.resolve("elsewhere") + ":" + folder),
                        "bench"));
        assertRuns(
                run(
                        Path.of("check out/vsml"),
                        folder,
                        Map.of("CDPATH", folder.resolve("elsewhere").toString()),
                        "bench"));
    }

    @Test
    void underTheLocaleCTheJvmCanNameAnyFile() throws Exception {
        String out = run(home.resolve("vsml"), home, Map.of("LC_ALL", "C"), "bench");
        assertRuns(out);
        assertThat(out).contains("LC_ALL=C.UTF-8");
    }

    /** A build of twelve seconds, by a Maven that only writes the class path. */
    @Test
    void theFirstBuildShowsThatItMoves() throws Exception {
        Path classpath = home.resolve("vsml-examples/target/classpath.txt");
        Files.delete(classpath);
        Path tools = Files.createDirectories(folder.resolve("tools"));
        script(
                tools.resolve("mvn"),
                "#!/usr/bin/env bash\nsleep 12\necho a.jar > '" + classpath + "'\n");
        String out =
                run(
                        home.resolve("vsml"),
                        home,
                        Map.of("PATH", tools + ":" + System.getenv("PATH")),
                        "bench");
        assertRuns(out);
        assertThat(out).contains("vsml: building", "vsml: ... 10 s, ");
        assertThat(run(home.resolve("vsml"), home, Map.of(), "bench")).doesNotContain("building");
    }
}
