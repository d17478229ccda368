/**
 * Arithmetic that several packages share: inner products, softmax and the choice of a class,
 * approximations, Adam, hashes. Depends on the JDK alone, and every package may depend on it. Start
 * reading at {@link org.vsml.math.Softmax}.
 */
package org.vsml.math;
