package org.vsml.meta;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A fixed number of threads. Results come in the order of the tasks, whoever finishes first. */
final class Workers implements AutoCloseable {

    private final ExecutorService executor;
    private volatile boolean stopped;

    Workers(int threads) {
        executor =
                Executors.newFixedThreadPool(
                        threads,
                        task -> {
                            Thread thread = new Thread(task, "vsml-meta-training");
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    /** Lets tasks that have not begun be dropped; {@link #run} then throws. */
    void stop() {
        stopped = true;
    }

    /**
     * Runs all tasks and waits for them.
     *
     * @throws CancellationException after {@link #stop}
     */
    <T> List<T> run(List<? extends Callable<T>> tasks) {
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
