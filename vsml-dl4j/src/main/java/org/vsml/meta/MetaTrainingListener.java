package org.vsml.meta;

import java.nio.file.Path;
import java.util.List;

/** Is told how meta-training gets on, on the thread that runs it. */
public interface MetaTrainingListener {

    /** Meta-training begins, or goes on, after {@code step} of {@code steps} updates. */
    default void started(long step, long steps) {}

    /** A step is done. */
    default void stepped(StepMetrics metrics) {}

    /** An evaluation on held-out sets is done. */
    default void evaluated(List<HeldOutAccuracy> accuracies) {}

    /** A checkpoint is on the disk. */
    default void saved(long step, Path file) {}
}
