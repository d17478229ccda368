/**
 * Arithmetic that several rooms share: inner products, softmax and the choice of a class,
 * approximations, Adam, hashes. Depends on the JDK alone, and every room may depend on it. Start
 * reading at {@link org.vsml.math.Softmax}.
 */
package org.vsml.math;
