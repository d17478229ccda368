/**
 * Experiments that can be run and tested without a command: meta-training in pieces, streams and
 * few-shot episodes as tests, clones of backpropagation, and in {@code lab.paper} the figures of
 * the paper. May depend on the library and the baselines, not on the commands or on picocli. Start
 * at {@code StreamExperiment}.
 */
package org.vsml.lab;
