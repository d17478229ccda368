package org.vsml.meta;

import java.nio.file.Path;
import java.util.List;

/** A run in a JVM of its own, slow enough to be killed in the middle. */
final class KilledRun {

    private static final long STEP_MILLIS = 40;

    private KilledRun() {}

    /** The folder of the run. */
    public static void main(String... args) throws Exception {
        Toys.trainer(config(), Path.of(args[0]))
                .resume(true)
                .threads(2)
                .listener(
                        new MetaTrainingListener() {
                            @Override
                            public void stepped(StepMetrics metrics) {
                                try {
                                    Thread.sleep(STEP_MILLIS);
                                } catch (InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                            }
                        })
                .run();
    }

    static MetaTrainingConfig config() {
        Phase phase = Toys.gradientPhase(120, 0.05).withPool(new StatePool(4, 0.7, 2));
        return new MetaTrainingConfig(
                "killed",
                Toys.LEARNER,
                List.of(phase),
                null,
                new MetaTrainingConfig.Checkpoints(2, 2),
                null);
    }
}
