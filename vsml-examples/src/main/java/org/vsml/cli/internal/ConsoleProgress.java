package org.vsml.cli.internal;

import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.vsml.lab.Progress;

/**
 * A progress bar on standard error; where that is no terminal, a line now and then. Thread-safe.
 */
public final class ConsoleProgress implements Progress {

    /** Set by the launcher: the JVM itself sees only a pipe. */
    private static final String TERMINAL = "vsml.terminal";

    private static final int TERMINAL_MILLIS = 250;
    private static final int LINE_MILLIS = 15_000;
    private static final int WIDTH = 110;

    private final ProgressBar bar;

    /** {@code max} steps of {@code unit}, such as examples. */
    public ConsoleProgress(String task, String unit, long max) {
        boolean terminal = Boolean.getBoolean(TERMINAL);
        bar =
                new ProgressBarBuilder()
                        .setTaskName(task)
                        .setInitialMax(max)
                        .setUnit(" " + unit, 1)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(terminal ? TERMINAL_MILLIS : LINE_MILLIS)
                        .setConsumer(
                                terminal
                                        ? new ConsoleProgressBarConsumer(System.err, WIDTH)
                                        : new DelegatingProgressBarConsumer(
                                                System.err::println, WIDTH))
                        .build();
    }

    @Override
    public void step(long count) {
        bar.stepBy(count);
    }

    @Override
    public void at(long count) {
        bar.stepTo(count);
    }

    @Override
    public void of(long max) {
        bar.maxHint(max);
    }

    @Override
    public void say(String message, Object... arguments) {
        bar.setExtraMessage(" " + String.format(Locale.ROOT, message, arguments));
    }

    @Override
    public void close() {
        bar.close();
    }
}
