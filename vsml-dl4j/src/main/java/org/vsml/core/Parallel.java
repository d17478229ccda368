package org.vsml.core;

import static org.vsml.core.Checks.require;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;

/** Runs independent tasks on several threads. */
public final class Parallel {

    private Parallel() {}

    /**
     * Runs all tasks and waits for them. When one fails, those that have not begun are dropped.
     *
     * @param threads tasks at the same time, at least 1
     * @param doing what interruption interrupts, for the message
     * @return results in the order of the tasks, in whatever order they finish
     * @throws IllegalStateException if a task throws a checked exception, which is the cause, or on
     *     interruption; what else a task throws is thrown as it is
     */
    public static <T> List<T> run(int threads, String doing, List<? extends Callable<T>> tasks) {
        require(threads >= 1, "threads must be >= 1, got %d", threads);
        try (Workers workers =
                new Workers(Math.max(1, Math.min(threads, tasks.size())), "vsml-parallel")) {
            return workers.run(tasks);
        } catch (CancellationException e) {
            throw new IllegalStateException("interrupted while " + doing, e);
        }
    }
}
