/**
 * Trains sub-RNNs to be backpropagation, by regression on tuples of what backpropagation computes,
 * random ones and those of a {@code ShadowNetwork}. May depend on {@code core}, {@code episode} and
 * {@link org.vsml.cloning.run}, which runs what was trained, and on the BLAS of ND4J's CPU backend.
 * Start reading at {@link org.vsml.cloning.CloneTrainer}, then {@code TupleLoss}.
 */
package org.vsml.cloning;
