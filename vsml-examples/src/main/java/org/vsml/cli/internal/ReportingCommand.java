package org.vsml.cli.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.vsml.report.Report;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command whose result is a report: prints its table and writes its folder. */
public abstract class ReportingCommand implements Callable<Integer> {

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where summary.json, curves and plots go (default: out/NAME).")
    private Path out;

    @Spec private CommandSpec spec;

    /** For subclasses, one for each command. */
    protected ReportingCommand() {}

    /** Does the work. */
    protected abstract Report report() throws Exception;

    /** The folder that everything is written to. */
    protected final Path folder() {
        return out == null ? Path.of("out", spec.name()) : out;
    }

    /** The exit code for a report; a command that checks something overrides it. */
    protected int exitCode(Report report) {
        return CommandLine.ExitCode.OK;
    }

    /** Prints something before the work is done. */
    protected final void say(String text) {
        spec.commandLine().getOut().println(text);
        spec.commandLine().getOut().flush();
    }

    @Override
    public final Integer call() throws Exception {
        Report report = report();
        Path folder = folder();
        spec.commandLine().getOut().println(report.text());
        report.writeTo(folder);
        say("Wrote " + folder.resolve("summary.json"));
        for (String picture : report.pictures()) {
            if (Files.exists(folder.resolve(picture))) {
                say("Look at " + folder.resolve(picture));
            }
        }
        return exitCode(report);
    }
}
