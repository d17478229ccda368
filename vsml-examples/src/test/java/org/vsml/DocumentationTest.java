package org.vsml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.cli.VsmlCliAccess;
import org.vsml.core.LearningAlgorithm;

/**
 * README and the files in docs say what is true: their Java blocks compile as written and run,
 * their commands exist with these options, their links lead somewhere.
 *
 * <p>What a block takes for granted stands before it in a comment that starts with {@code java:};
 * such comments add up within a document. A comment {@code java: compile only} before a block keeps
 * it from being run.
 */
class DocumentationTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern PIECE =
            Pattern.compile("(?ms)^```java\\n(.*?)^```|^<!-- java:(.*?)-->");
    private static final Pattern SHELL = Pattern.compile("(?ms)^```sh\\n(.*?)^```");
    private static final Pattern IMPORT = Pattern.compile("(?m)^\\s*import .*;\\s*$");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");
    private static final Pattern SHIPPED =
            Pattern.compile("general-?1|pretrained\\(\\)", Pattern.CASE_INSENSITIVE);
    private static final String COMPILE_ONLY = "compile only";

    @TempDir private Path classes;

    private static List<Path> documents() throws IOException {
        try (Stream<Path> root = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(root, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    /** A block with all that it takes for granted. */
    record Block(Path document, int number, String imports, String body, boolean run) {

        String name() {
            return ROOT.relativize(document) + " block " + number;
        }

        String className() {
            return "Block" + number;
        }

        String source() {
            return imports
                    + "@SuppressWarnings(\"unused\")\npublic class "
                    + className()
                    + " {\n    public static void run() throws Exception {\n"
                    + body
                    + "\n    }\n}\n";
        }

        /** Whether it uses the algorithm that is shipped, which a build may lack. */
        boolean needsShippedAlgorithm() {
            return SHIPPED.matcher(body).find();
        }
    }

    static List<Block> blocks(Path document) throws IOException {
        List<Block> blocks = new ArrayList<>();
        StringBuilder imports = new StringBuilder();
        StringBuilder before = new StringBuilder();
        boolean run = true;
        Matcher piece = PIECE.matcher(Files.readString(document));
        while (piece.find()) {
            boolean visible = piece.group(1) != null;
            String code = visible ? piece.group(1) : piece.group(2);
            if (!visible && code.strip().equals(COMPILE_ONLY)) {
                run = false;
                continue;
            }
            StringBuilder own = new StringBuilder();
            Matcher line = IMPORT.matcher(code);
            while (line.find()) {
                own.append(line.group().strip()).append('\n');
            }
            String statements = IMPORT.matcher(code).replaceAll("");
            if (visible) {
                blocks.add(
                        new Block(
                                document,
                                blocks.size() + 1,
                                imports.toString() + own,
                                before + statements,
                                run));
                run = true;
            } else {
                imports.append(own);
                before.append(statements).append('\n');
            }
        }
        return blocks;
    }

    @TestFactory
    Stream<DynamicTest> javaBlocksCompileAndRunAsWritten() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path document : documents()) {
            for (Block block : blocks(document)) {
                tests.add(dynamicTest(block.name(), () -> compileAndRun(block)));
            }
        }
        assertThat(tests).isNotEmpty();
        return tests.stream();
    }

    private void compileAndRun(Block block) throws Exception {
        Path output = Files.createTempDirectory(classes, "block");
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        JavaFileObject source =
                new SimpleJavaFileObject(
                        URI.create("string:///" + block.className() + ".java"),
                        JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreErrors) {
                        return block.source();
                    }
                };
        boolean compiled =
                compiler.getTask(
                                messages,
                                null,
                                null,
                                List.of(
                                        "-proc:none",
                                        "-d",
                                        output.toString(),
                                        "-classpath",
                                        System.getProperty("java.class.path")),
                                null,
                                List.of(source))
                        .call();
        assertThat(compiled).as("%s%n%s%n%s", block.name(), block.source(), messages).isTrue();
        if (!block.run()) {
            return;
        }
        assumeThat(!block.needsShippedAlgorithm() || LearningAlgorithm.isOnClassPath("general-1"))
                .as("general-1 is in this build")
                .isTrue();
        try (URLClassLoader loader =
                new URLClassLoader(
                        new URL[] {output.toUri().toURL()}, getClass().getClassLoader())) {
            loader.loadClass(block.className()).getMethod("run").invoke(null);
        } catch (InvocationTargetException e) {
            throw new AssertionError(block.name() + " failed: " + e.getCause(), e.getCause());
        }
    }

    @Test
    void commandsExistWithTheseOptions() throws IOException {
        int commands = 0;
        for (Path document : documents()) {
            Matcher block = SHELL.matcher(Files.readString(document));
            while (block.find()) {
                String text = block.group(1).replace("\\\n", " ");
                for (String line : text.lines().toList()) {
                    String command = line.replaceAll("\\s+#.*", "").strip();
                    if (command.startsWith("./vsml ")) {
                        VsmlCliAccess.parse(command.substring("./vsml ".length()).split("\\s+"));
                        commands++;
                    }
                }
            }
        }
        assertThat(commands).isPositive();
    }

    @Test
    void linksLeadSomewhere() throws IOException {
        for (Path document : documents()) {
            Matcher link = LINK.matcher(Files.readString(document));
            while (link.find()) {
                String target = link.group(1);
                if (!target.contains("://") && !target.startsWith("mailto:")) {
                    assertThat(document.resolveSibling(target))
                            .as("%s in %s", target, document)
                            .exists();
                }
            }
        }
    }
}
