/**
 * Runs a network of cloned sub-RNNs: LSTM ticks forward, messages up and messages down, and nothing
 * else; there is no gradient in it, and nothing it depends on could compute one. May depend on
 * {@link org.vsml.core} and {@code math} alone. Start reading at {@link
 * org.vsml.cloning.run.ClonedBackpropagation}, then {@code DenseTicks}.
 */
package org.vsml.cloning.run;
