/**
 * The model as a differentiable SameDiff graph: the definition that every other engine is tested
 * against, in float and double, on whatever ND4J backend there is. It may depend on {@code core}
 * and ND4J only; the baselines stand on its {@link org.vsml.samediff.StepFunction}. Start reading
 * at {@link org.vsml.samediff.SameDiffEngine}, then {@code VsmlStep} (the equations) and {@link
 * org.vsml.samediff.SameDiffLearner} (windows and exact gradients).
 */
package org.vsml.samediff;
