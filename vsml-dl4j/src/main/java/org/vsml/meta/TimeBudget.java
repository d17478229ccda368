package org.vsml.meta;

import static org.vsml.core.Checks.require;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/**
 * A bound on the time of meta-training, which begins when it is made: elapsed time, or processor
 * time of all threads together, which does not depend on what else the machine does. Thread-safe.
 */
public final class TimeBudget {

    private static final double NANOS_OF_SECOND = 1e9;
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final LongSupplier clock;
    private final long start;
    private final double seconds;

    private TimeBudget(LongSupplier clock, double seconds) {
        require(seconds >= 0, "a time budget must be >= 0 seconds, got %s", seconds);
        this.clock = clock;
        this.seconds = seconds;
        start = clock.getAsLong();
    }

    /**
     * Elapsed time.
     *
     * @param seconds from now on; infinity for no bound
     */
    public static TimeBudget elapsed(double seconds) {
        return new TimeBudget(System::nanoTime, seconds);
    }

    /**
     * Processor time of this process.
     *
     * @param seconds from now on; infinity for no bound
     */
    public static TimeBudget processor(double seconds) {
        return new TimeBudget(PROCESS::getProcessCpuTime, seconds);
    }

    /** Seconds since it was made. */
    public double spent() {
        return (clock.getAsLong() - start) / NANOS_OF_SECOND;
    }

    /** Whether the time is up. */
    public boolean isOver() {
        return spent() >= seconds;
    }

    /** A budget by the same clock, from now on, of an equal share of what is left. */
    public TimeBudget share(int parts) {
        require(parts >= 1, "parts must be >= 1, got %d", parts);
        return new TimeBudget(clock, Math.max(0, seconds - spent()) / parts);
    }

    /** A listener that stops the trainer after a step, other than the last, when time is up. */
    public MetaTrainingListener stopping(MetaTrainer trainer) {
        return new MetaTrainingListener() {
            private long last = Long.MAX_VALUE;

            @Override
            public void started(long step, long steps) {
                last = steps;
            }

            @Override
            public void stepped(StepMetrics metrics) {
                if (metrics.step() < last && isOver()) {
                    trainer.requestStop();
                }
            }
        };
    }
}
