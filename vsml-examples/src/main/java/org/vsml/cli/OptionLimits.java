package org.vsml.cli;

import java.lang.reflect.Field;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.vsml.cli.internal.AtLeast;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * What numbers options take, one rule for all commands: whole numbers are counts and at least 1,
 * fractions are at least 0, unless an option says otherwise ({@link AtLeast}); never NaN. A seed
 * may be any number.
 */
final class OptionLimits {

    private static final String SEED = "--seed";

    private OptionLimits() {}

    /**
     * Throws unless every number that was given is within its limit.
     *
     * @throws ParameterException that names the option
     */
    static void check(ParseResult parsed) {
        for (ParseResult one = parsed; one != null; one = one.subcommand()) {
            for (OptionSpec option : one.matchedOptions()) {
                if (!option.longestName().equals(SEED)) {
                    check(option, one.commandSpec().commandLine());
                }
            }
        }
    }

    private static void check(OptionSpec option, CommandLine command) {
        Object value = option.getValue();
        Collection<?> values = value instanceof Collection<?> many ? many : List.of();
        for (Object one : value instanceof Number ? List.of(value) : values) {
            if (one instanceof Number number && !(number.doubleValue() >= least(option, number))) {
                throw new ParameterException(
                        command,
                        String.format(
                                Locale.ROOT,
                                "%s must be >= %s, got %s",
                                option.longestName(),
                                limit(least(option, number)),
                                number));
            }
        }
    }

    private static String limit(double least) {
        return least == Math.rint(least) ? Long.toString((long) least) : Double.toString(least);
    }

    private static double least(OptionSpec option, Number number) {
        if (option.userObject() instanceof Field field
                && field.isAnnotationPresent(AtLeast.class)) {
            return field.getAnnotation(AtLeast.class).value();
        }
        return number instanceof Double || number instanceof Float ? 0 : 1;
    }
}
