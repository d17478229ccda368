/**
 * The CPU engine's kernels on {@code jdk.incubator.vector}, the only package that may import it. It
 * may depend on {@code org.vsml.cpu}, which finds it at run time and works without it. Start at the
 * class that implements the kernel interface of {@code org.vsml.cpu}.
 */
package org.vsml.cpu.vector;
