package org.vsml.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** No command takes a number that it cannot use. */
class OptionLimitsTest {

    private static final Set<Class<?>> NUMBERS =
            Set.of(int.class, Integer.class, long.class, Long.class, double.class, Double.class);

    private static List<String> arguments(String name, CommandLine command, OptionSpec tried) {
        List<String> arguments = new ArrayList<>(List.of(name));
        for (OptionSpec option : command.getCommandSpec().options()) {
            if (option.required() && !option.equals(tried)) {
                arguments.add(option.longestName());
                arguments.add("none");
            }
        }
        return arguments;
    }

    private static Class<?> type(OptionSpec option) {
        return option.isMultiValue() ? option.auxiliaryTypes()[0] : option.type();
    }

    @Test
    void everyNumberOfEveryCommandIsRefusedByNameBelowItsLimit() {
        int tried = 0;
        for (Map.Entry<String, CommandLine> one :
                VsmlCli.commandLine().getSubcommands().entrySet()) {
            for (OptionSpec option : one.getValue().getCommandSpec().options()) {
                if (!NUMBERS.contains(type(option)) || option.longestName().equals("--seed")) {
                    continue;
                }
                boolean fraction = type(option) == double.class || type(option) == Double.class;
                for (String value :
                        fraction
                                ? List.of("-1", "NaN", "-Infinity")
                                : List.of("-1", "-2147483648")) {
                    tried++;
                    StringWriter err = new StringWriter();
                    List<String> arguments = arguments(one.getKey(), one.getValue(), option);
                    arguments.add(option.longestName() + "=" + value);
                    CommandLine line = VsmlCli.commandLine();
                    line.setErr(new PrintWriter(err)).setOut(new PrintWriter(new StringWriter()));

                    assertThat(line.execute(arguments.toArray(new String[0])))
                            .as("%s", arguments)
                            .isEqualTo(2);
                    assertThat(err.toString()).contains(option.longestName() + " must be >=");
                }
            }
        }
        // So many options there are, at least.
        assertThat(tried).isGreaterThan(80);
    }

    @Test
    void countsOfZeroAreRefused() {
        for (String[] arguments :
                new String[][] {
                    {"drop-into-pipeline", "--epochs", "0"},
                    {"drop-into-pipeline", "--streams", "0"},
                    {"meta-train-with-fit", "--epochs", "0"},
                    {"meta-train", "--config", "tiny", "--steps", "0"},
                    {"evaluate", "--horizons", "0"},
                    {"soak", "--threads", "0"}
                }) {
            StringWriter err = new StringWriter();
            CommandLine line = VsmlCli.commandLine().setErr(new PrintWriter(err));
            assertThat(line.execute(arguments)).as(arguments[0]).isEqualTo(2);
            assertThat(err.toString()).contains(arguments[arguments.length - 2] + " must be >= 1");
        }
    }
}
