package org.vsml.core;

import static org.vsml.core.Checks.require;

/**
 * What a learner must know of a task before it sees any example.
 *
 * @param input the shape of one example
 * @param classes number of classes, the size of the logits; at least 2
 */
public record TaskShape(InputShape input, int classes) {

    private static final int MAX_CLASSES = 1 << 20;

    public TaskShape {
        require(input != null, "input shape must not be null");
        require(
                classes >= 2 && classes <= MAX_CLASSES,
                "a task needs at least two classes to tell apart and at most %d, got %d",
                MAX_CLASSES,
                classes);
    }

    /** A task whose examples are plain vectors. */
    public static TaskShape of(int inputs, int classes) {
        return new TaskShape(InputShape.vector(inputs), classes);
    }

    /** Number of values of one example. */
    public int inputs() {
        return input.size();
    }
}
