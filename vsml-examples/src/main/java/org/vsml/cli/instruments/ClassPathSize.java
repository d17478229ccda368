package org.vsml.cli.instruments;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.vsml.cli.internal.ReportingCommand;
import org.vsml.report.Report;
import org.vsml.report.Table;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How much an application takes on by depending on vsml-dl4j: its runtime class path as the build
 * wrote it down, jar by jar.
 */
@Command(
        name = "classpath-size",
        description = "Prints the jars vsml-dl4j needs at run time and their sizes.",
        mixinStandardHelpOptions = true)
public final class ClassPathSize extends ReportingCommand {

    private static final double MEGABYTE = 1e6;

    @Option(
            names = "--limit",
            paramLabel = "MB",
            defaultValue = "160",
            description = "Exit with 1 above this many megabytes (default: ${DEFAULT-VALUE}).")
    private double limit;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description =
                    "A class path to measure instead, as Maven's dependency:build-classpath writes it.")
    private Path file;

    @Override
    protected Report report() throws IOException {
        Path measured = file == null ? builtClassPath() : file;
        List<Path> jars = jars(measured);
        Table table = new Table("jar", "megabytes");
        long total = 0;
        for (Path jar : jars) {
            total += Files.size(jar);
            table.row(jar.getFileName().toString(), megabytes(Files.size(jar)));
        }
        table.row("total of " + jars.size() + " jars", megabytes(total));
        return new Report("classpath-size", 0, Map.of("limit_megabytes", limit)).table(table);
    }

    @Override
    protected int exitCode(Report report) {
        List<Map<String, Object>> rows = report.table().rows();
        double total = ((Number) rows.get(rows.size() - 1).get("megabytes")).doubleValue();
        return total <= limit ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    /**
     * The launcher says where the checkout is; from an IDE it is the working folder. The newest:
     * one for each CPU variant.
     */
    private static Path builtClassPath() throws IOException {
        Path target = Path.of(System.getProperty("vsml.home", ""), "vsml-dl4j", "target");
        Path newest = null;
        if (Files.isDirectory(target)) {
            try (var files = Files.newDirectoryStream(target, "classpath*.txt")) {
                for (Path candidate : files) {
                    if (newest == null || modified(candidate) > modified(newest)) {
                        newest = candidate;
                    }
                }
            }
        }
        if (newest == null) {
            throw new FileNotFoundException(
                    target.resolve("classpath.txt")
                            + " is missing: run mvn compile first, or give --file");
        }
        return newest;
    }

    private static long modified(Path path) throws IOException {
        return Files.getLastModifiedTime(path).toMillis();
    }

    private static List<Path> jars(Path classPathFile) throws IOException {
        List<Path> jars = new ArrayList<>();
        for (String entry : Files.readString(classPathFile).strip().split(File.pathSeparator, -1)) {
            Path jar = Path.of(entry);
            if (!Files.isRegularFile(jar)) {
                throw new FileNotFoundException(
                        classPathFile + " names a jar that is not there: " + entry);
            }
            jars.add(jar);
        }
        jars.sort(Comparator.comparing((Path jar) -> jar.toFile().length()).reversed());
        return jars;
    }

    private static double megabytes(long bytes) {
        return Math.round(bytes / MEGABYTE * 1000) / 1000.0;
    }
}
