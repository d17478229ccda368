package org.vsml.cli.instruments;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A program that does the work of {@code ./vsml bench} in another framework and prints its times,
 * one a line: {@code forward_ms_per_example 1.5} and {@code meta_gradient_ms_per_example 4}.
 *
 * @param python what runs the script
 * @param script takes --inputs, --outputs, --batch, --examples, --threads and --repeats
 */
record PeerScript(String python, Path script) {

    private static final int SHOWN = 500;

    PeerScript {
        require(Files.isRegularFile(script), "--peer must name a script, there is no %s", script);
    }

    /** Milliseconds per example of one run of the script. */
    record Times(double forward, double metaGradient) {}

    /**
     * Runs the script once.
     *
     * @throws IOException if it fails or prints something else; the message shows what
     */
    Times run(Workload.Size size, int threads, int repeats)
            throws IOException, InterruptedException {
        List<String> command =
                List.of(
                        python,
                        script.toString(),
                        "--inputs=" + size.inputs(),
                        "--outputs=" + size.outputs(),
                        "--batch=" + size.episodes(),
                        "--examples=" + size.examples(),
                        "--threads=" + threads,
                        "--repeats=" + repeats);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // The launcher ties OpenMP to one thread for ND4J's sake; the peer shall have all it wants.
        builder.environment().remove("OMP_NUM_THREADS");
        Process process = builder.start();
        String output;
        try {
            process.getOutputStream().close();
            output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } finally {
            process.destroy();
        }
        int status = process.waitFor();
        if (status != 0) {
            throw new IOException(
                    script + " ended with exit code " + status + ": " + shortened(output));
        }
        return new Times(
                value(output, "forward_ms_per_example"),
                value(output, "meta_gradient_ms_per_example"));
    }

    private double value(String output, String name) throws IOException {
        Matcher matcher =
                Pattern.compile("(?m)^" + name + "\\s+([0-9.]+(?:[eE][-+]?[0-9]+)?)\\s*$")
                        .matcher(output);
        if (!matcher.find()) {
            throw new IOException(
                    script + " must print a line '" + name + " MS', got: " + shortened(output));
        }
        return Double.parseDouble(matcher.group(1));
    }

    private static String shortened(String output) {
        String text = output.strip();
        return text.length() <= SHOWN ? text : "..." + text.substring(text.length() - SHOWN);
    }
}
