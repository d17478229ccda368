/**
 * The model fused into a few loops for the CPU, in float: the same contract and results as the
 * SameDiff engine, an order of magnitude faster. It depends on {@code core} and {@code math} only;
 * the kernels exist twice, portable here and on the Vector API in {@code org.vsml.cpu.vector}.
 * Start reading at {@link org.vsml.cpu.CpuEngine}, then {@code SubRnnTiles} (the equations), {@code
 * TiledDense} and {@code TiledConvolution} (messages between the sub-RNNs of a layer), each with
 * its adjoint beside it, and {@code EpisodeRun} (the order of layers, checkpoints, the adjoint of
 * an episode).
 */
package org.vsml.cpu;
