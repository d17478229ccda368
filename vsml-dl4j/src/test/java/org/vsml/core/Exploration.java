package org.vsml.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongConsumer;
import org.assertj.core.api.Assertions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Properties on seeds that were not tried before, for the slow tests: {@code mvn verify
 * -Dtest.excluded=none -Dexplore.seconds=3600 -Dexplore.from=1}. What the default run tries is the
 * same every time; a seed that fails here is mended and kept there as an example.
 */
public final class Exploration {

    private static final Logger LOG = LoggerFactory.getLogger(Exploration.class);
    private static final long SECONDS = Long.getLong("explore.seconds", 20);
    private static final int MOST_FAILURES = 20;

    private Exploration() {}

    /**
     * Runs all checks, in turns, on one fresh seed after the other until time is up.
     *
     * @param checks by name; a check throws where its property does not hold
     * @throws AssertionError that names checks and seeds that failed
     */
    public static void run(Map<String, LongConsumer> checks) {
        long from = Long.getLong("explore.from", System.nanoTime());
        LOG.info("exploring {} for {} s from {}", checks.keySet(), SECONDS, from);
        Random random = new Random(from);
        List<String> failures = new ArrayList<>();
        long end = System.nanoTime() + SECONDS * 1_000_000_000;
        long seeds = 0;
        while (System.nanoTime() < end && failures.size() < MOST_FAILURES) {
            long seed = random.nextLong(1L << 40);
            seeds++;
            checks.forEach(
                    (name, check) -> {
                        try {
                            check.accept(seed);
                        } catch (AssertionError | RuntimeException e) {
                            LOG.error("{} fails for seed {}", name, seed, e);
                            failures.add(name + " of " + seed + ": " + e.getMessage());
                        }
                    });
        }
        LOG.info("explored {} seeds, {} failures", seeds, failures.size());
        Assertions.assertThat(failures).as("of %d seeds, from %d", seeds, from).isEmpty();
    }
}
