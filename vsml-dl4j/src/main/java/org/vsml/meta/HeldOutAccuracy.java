package org.vsml.meta;

/**
 * Prequential accuracy on a held-out set.
 *
 * @param step updates of V_M so far
 * @param set image set
 * @param examples accuracy is cumulative over so many
 * @param accuracy mean over the streams
 * @param seeds number of streams
 */
public record HeldOutAccuracy(long step, String set, int examples, double accuracy, int seeds) {}
