package org.vsml.core;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A fixed number of threads that are kept from one call to the next; {@link Parallel} for one call.
 * Results come in the order of the tasks, whoever finishes first.
 */
public final class Workers implements AutoCloseable {

    private final ExecutorService executor;
    private volatile boolean stopped;

    /**
     * Starts no thread before it has a task.
     *
     * @param name of the threads, in stack traces
     */
    public Workers(int threads, String name) {
        require(threads >= 1, "threads must be >= 1, got %d", threads);
        executor =
                Executors.newFixedThreadPool(
                        threads,
                        task -> {
                            Thread thread = new Thread(task, name);
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    /** Lets tasks that have not begun be dropped; {@link #run} then throws. */
    public void stop() {
        stopped = true;
    }

    /**
     * Runs all tasks and waits for them. When one fails, those that have not begun are dropped.
     *
     * @throws CancellationException after {@link #stop}, or when the calling thread is interrupted
     * @throws IllegalStateException if a task throws a checked exception, which is the cause; what
     *     else a task throws is thrown as it is
     */
    public <T> List<T> run(List<? extends Callable<T>> tasks) {
        if (Thread.currentThread().isInterrupted()) {
            // Waiting for what is done already would not notice.
            throw new CancellationException("interrupted");
        }
        List<Future<T>> futures = new ArrayList<>();
        for (Callable<T> task : tasks) {
            futures.add(executor.submit(() -> guarded(task)));
        }
        List<T> results = new ArrayList<>();
        try {
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        } finally {
            futures.forEach(future -> future.cancel(false));
        }
    }

    private <T> T guarded(Callable<T> task) throws Exception {
        if (stopped) {
            throw new CancellationException("stopped");
        }
        return task.call();
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
