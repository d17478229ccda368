/**
 * Experiments that run and are tested without a command: learners on streams and few-shot episodes,
 * clones of backpropagation, live meta-training, and in {@code lab.paper} the figures of the paper.
 * May depend on the library, the baselines and the examples, never on {@code cli} or what reads
 * command lines. Start at {@link org.vsml.lab.StreamTest}, which most of them end in.
 */
package org.vsml.lab;
