/**
 * The model fused into a few loops for the CPU, in float: the same contract and results as the
 * SameDiff engine, an order of magnitude faster. It depends on {@code core} only; the kernels exist
 * twice, portable here and on the Vector API in {@code org.vsml.cpu.vector}. Start reading at
 * {@link org.vsml.cpu.CpuEngine}, then {@code DenseLayer} (the equations and their adjoint) and
 * {@code EpisodeRun} (the order of layers, checkpoints, the way back).
 */
package org.vsml.cpu;
