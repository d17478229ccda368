package org.vsml.cli;

/** Lets tests of other packages parse command lines. */
public final class VsmlCliAccess {

    private VsmlCliAccess() {}

    /**
     * Parses without running.
     *
     * @throws picocli.CommandLine.ParameterException if there is no such command or option
     */
    public static void parse(String... args) {
        VsmlCli.commandLine().parseArgs(args);
    }
}
