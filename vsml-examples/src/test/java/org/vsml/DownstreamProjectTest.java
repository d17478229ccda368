package org.vsml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.dl4j.VsmlClassifier;

/**
 * A project outside of this build, which takes the library as anyone does: as a dependency, with
 * the versions of the parent pom. It is in {@code src/test/resources/downstream}.
 *
 * <p>Maven's local repository is one of its own: links to what the user's has, and in {@code
 * org/vsml} what {@code mvn install} would put there. So nothing is installed, and nothing but
 * plugins that another build has not needed yet is downloaded.
 */
@Tag("slow")
class DownstreamProjectTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern VERSION = Pattern.compile("<version>(.*?)</version>");
    private static final long MINUTES = 15;

    @TempDir private Path folder;

    private Path project;
    private Path repository;
    private String version;
    private int blocks;

    @BeforeEach
    void layOut() throws Exception {
        Matcher found = VERSION.matcher(Files.readString(ROOT.resolve("pom.xml")));
        assertThat(found.find()).isTrue();
        version = found.group(1);
        repository = folder.resolve("repository");
        link(localRepository(), repository, List.of("org", "vsml"));
        install("vsml-parent", ROOT.resolve("pom.xml"));
        install("vsml-dl4j", ROOT.resolve("vsml-dl4j/pom.xml"));
        jar(
                Path.of(
                        VsmlClassifier.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI()),
                installed("vsml-dl4j", ".jar"));

        project = folder.resolve("project");
        URI resource = getClass().getResource("/downstream/pom.xml").toURI();
        copy(Path.of(resource).getParent(), project);
        for (DocumentationTest.Block block : DocumentationTest.blocks(ROOT.resolve("README.md"))) {
            blocks++;
            assertThat(block.run()).as("block %d of README runs", blocks).isTrue();
            Files.writeString(
                    project.resolve("src/test/java").resolve(block.className() + ".java"),
                    block.source());
        }
    }

    @Test
    void pipelinesAndReadmeRunInAProjectThatDependsOnTheLibrary() throws Exception {
        String output = maven("test");
        assertThat(output).contains("BUILD SUCCESS").containsPattern("Tests run: " + (3 + blocks));
        assertThat(output).doesNotContain("Tests run: 0");
    }

    @Test
    void withAllOfDeeplearning4jTheVersionsAreOurs() throws Exception {
        String tree =
                maven("org.apache.maven.plugins:maven-dependency-plugin:3.9.0:tree", "-Pcore");
        assertThat(tree)
                .contains("org.deeplearning4j:deeplearning4j-core:jar")
                .contains("org.apache.commons:commons-compress:jar:" + pinned("commons-compress"))
                .contains("com.google.code.gson:gson:jar:" + pinned("gson"))
                .contains("commons-net:commons-net:jar:" + pinned("commons-net"))
                .contains("it.unimi.dsi:fastutil-core:jar:" + pinned("fastutil"))
                .doesNotContain("it.unimi.dsi:fastutil:jar");
    }

    private static String pinned(String name) throws IOException {
        Matcher found =
                Pattern.compile("<" + name + "\\.version>(.*?)<")
                        .matcher(Files.readString(ROOT.resolve("pom.xml")));
        assertThat(found.find()).as(name).isTrue();
        return found.group(1);
    }

    /** Runs Maven offline; with the network if that does not do. */
    private String maven(String... arguments) throws Exception {
        String offline = run(true, arguments);
        return offline.contains("BUILD SUCCESS") || !offline.contains("offline mode")
                ? offline
                : run(false, arguments);
    }

    private String run(boolean offline, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        Collections.addAll(command, "mvn", "-B", "-ntp", "-Dmaven.repo.local=" + repository);
        Collections.addAll(command, "-Dvsml.version=" + version, "-Dreadme.blocks=" + blocks);
        if (offline) {
            command.add("-o");
        }
        Collections.addAll(command, arguments);
        Path log = folder.resolve("maven.log");
        Process maven =
                new ProcessBuilder(command)
                        .directory(project.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            assertThat(maven.waitFor(MINUTES, TimeUnit.MINUTES)).as("Maven ended").isTrue();
        } finally {
            maven.destroyForcibly();
        }
        return Files.readString(log);
    }

    private static Path localRepository() {
        String given = System.getProperty("localRepository");
        return given != null
                ? Path.of(given)
                : Path.of(System.getProperty("user.home"), ".m2", "repository");
    }

    /**
     * Makes {@code own} a folder of links into {@code shared}, without the folder at {@code but}.
     */
    private static void link(Path shared, Path own, List<String> but) throws IOException {
        Files.createDirectories(own);
        try (Stream<Path> children = Files.list(shared)) {
            for (Path child : children.toList()) {
                String name = child.getFileName().toString();
                if (!but.isEmpty() && name.equals(but.get(0))) {
                    if (but.size() > 1) {
                        link(child, own.resolve(name), but.subList(1, but.size()));
                    }
                } else {
                    Files.createSymbolicLink(own.resolve(name), child);
                }
            }
        }
    }

    private Path installed(String artifact, String ending) {
        return repository
                .resolve("org/vsml")
                .resolve(artifact)
                .resolve(version)
                .resolve(artifact + "-" + version + ending);
    }

    private void install(String artifact, Path pom) throws IOException {
        Path place = installed(artifact, ".pom");
        Files.createDirectories(place.getParent());
        Files.copy(pom, place);
    }

    private static void jar(Path classes, Path jar) throws IOException {
        if (Files.isRegularFile(classes)) {
            Files.copy(classes, jar);
            return;
        }
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out);
                Stream<Path> all = Files.walk(classes)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                String name = classes.relativize(file).toString();
                zip.putNextEntry(new ZipEntry(name.replace('\\', '/')));
                Files.copy(file, zip);
                zip.closeEntry();
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }
}
