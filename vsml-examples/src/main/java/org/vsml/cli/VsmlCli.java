package org.vsml.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vsml.cli.instruments.BenchCommand;
import org.vsml.cli.instruments.ClassPathSize;
import org.vsml.cli.instruments.LatencyCommand;
import org.vsml.cli.instruments.ScalingCommand;
import org.vsml.cli.instruments.SoakCommand;
import org.vsml.cli.instruments.VectorsCommand;
import org.vsml.core.FileErrors;
import org.vsml.meta.DivergenceException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command line behind {@code ./vsml}. Its annotation is the one list of what there is; each
 * command is a class of its own. Exit codes: 0 done; 1 could not be done, or a check failed; 2
 * wrong usage.
 */
@Command(
        name = "vsml",
        description = "Variable Shared Meta Learning for Deeplearning4j.",
        synopsisSubcommandLabel = "NAME",
        commandListHeading = "%nCommands (./vsml NAME --help says more):%n",
        mixinStandardHelpOptions = true,
        versionProvider = VsmlCli.Version.class,
        subcommands = {
            BenchCommand.class,
            Cifar10Command.class,
            ClassPathSize.class,
            CloneCommand.class,
            ConvCommand.class,
            DeepCommand.class,
            DriftCommand.class,
            DropIntoPipelineCommand.class,
            EvaluateCommand.class,
            LatencyCommand.class,
            LearnCommand.class,
            MetaTrainCommand.class,
            MetaTrainWithFitCommand.class,
            OmniglotCommand.class,
            OnlineHeadOnCnnCommand.class,
            PaperCommand.class,
            QuickstartCommand.class,
            ScalingCommand.class,
            SoakCommand.class,
            TasksCommand.class,
            TuneCommand.class,
            VectorsCommand.class
        })
public final class VsmlCli implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(VsmlCli.class);

    @Option(
            names = "--stacktrace",
            scope = ScopeType.INHERIT,
            description = "Show where an error came from.")
    private boolean stackTrace;

    @Spec private CommandSpec spec;

    VsmlCli() {}

    /** Runs a command and ends the JVM with its exit code. */
    public static void main(String... args) {
        System.exit(commandLine().execute(args));
    }

    /** The parser, with nothing parsed yet. */
    public static CommandLine commandLine() {
        return new CommandLine(new VsmlCli())
                .setExecutionExceptionHandler(VsmlCli::explain)
                .setExecutionStrategy(VsmlCli::execute)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    private static int execute(ParseResult parsed) {
        OptionLimits.check(parsed);
        try {
            return new CommandLine.RunLast().execute(parsed);
        } catch (OutOfMemoryError e) {
            return tooLarge(e, parsed);
        }
    }

    /** Whatever a command held is garbage by now, so that there is room for words. */
    private static int tooLarge(OutOfMemoryError e, ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        CommandLine command = last.commandSpec().commandLine();
        command.getErr()
                .println(
                        String.format(
                                Locale.ROOT,
                                "vsml %s: out of memory (%s; the heap has at most %d MB). Lower"
                                        + " --threads, or the batch, window, length or number of episodes,"
                                        + " or a memory's capacity, in the configuration; or give it more:"
                                        + " VSML_JVM=-Xmx8g ./vsml ... What was written stays: meta-train"
                                        + " --resume goes on from the last checkpoint.",
                                command.getCommandName(),
                                e.getMessage(),
                                Runtime.getRuntime().maxMemory() >> 20));
        command.getErr().flush();
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** Without a command: the list of commands. */
    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** What a user can mend is one line; everything else is a bug, which is shown whole. */
    private static int explain(Exception e, CommandLine command, ParseResult parsed) {
        VsmlCli root = (VsmlCli) command.getCommandSpec().root().userObject();
        boolean expected =
                e instanceof IllegalArgumentException
                        || e instanceof IOException
                        || e instanceof UncheckedIOException
                        || e instanceof DivergenceException;
        PrintWriter err = command.getErr();
        Help.ColorScheme colours = command.getColorScheme();
        err.println(
                colours.errorText(
                        "vsml " + command.getCommandName() + ": " + FileErrors.describe(e)));
        if (!expected || root.stackTrace) {
            err.println(colours.richStackTraceString(e));
        }
        LOG.debug("{} failed", command.getCommandName(), e);
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** Reads the version that Maven wrote into the jar or the class folder. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            Package room = VsmlCli.class.getPackage();
            String version = room.getImplementationVersion();
            return new String[] {"vsml " + (version == null ? "(from source)" : version)};
        }
    }
}
