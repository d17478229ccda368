package org.vsml.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vsml.cli.instruments.BenchCommand;
import org.vsml.cli.instruments.ClassPathSize;
import org.vsml.cli.instruments.ScalingCommand;
import org.vsml.cli.instruments.SoakCommand;
import org.vsml.cli.instruments.VectorsCommand;
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
            DropIntoPipelineCommand.class,
            EvaluateCommand.class,
            LearnCommand.class,
            MetaTrainCommand.class,
            MetaTrainWithFitCommand.class,
            OmniglotCommand.class,
            OnlineHeadOnCnnCommand.class,
            PaperCommand.class,
            QuickstartCommand.class,
            ScalingCommand.class,
            SoakCommand.class,
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
                .setCaseInsensitiveEnumValuesAllowed(true);
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
        err.println(colours.errorText("vsml " + command.getCommandName() + ": " + message(e)));
        if (!expected || root.stackTrace) {
            err.println(colours.richStackTraceString(e));
        }
        LOG.debug("{} failed", command.getCommandName(), e);
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** The JDK's own file exceptions carry only a name. */
    private static String message(Exception e) {
        if (e instanceof FileSystemException failure && failure.getReason() == null) {
            return e.getClass().getSimpleName().replace("Exception", "") + ": " + e.getMessage();
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
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
