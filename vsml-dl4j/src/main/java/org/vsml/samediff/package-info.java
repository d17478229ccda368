/**
 * The model as a differentiable SameDiff graph, in float and double, on whatever ND4J backend there
 * is. It may depend on {@code core} and ND4J only; the baselines stand on its {@link
 * org.vsml.samediff.StepFunction}. The equations in plain text are in {@code org.vsml.reference};
 * start reading here at {@link org.vsml.samediff.SameDiffEngine}, then {@code VsmlStep} (the same
 * equations as a graph) and {@link org.vsml.samediff.SameDiffLearner} (windows and exact
 * gradients).
 */
package org.vsml.samediff;
