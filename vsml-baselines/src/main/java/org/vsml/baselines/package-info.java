/**
 * The paper's baselines behind the same contract as VSML. May depend on {@code org.vsml.core},
 * {@code org.vsml.episode} and {@code org.vsml.online}. Start at {@link
 * org.vsml.baselines.ClassicalLearners} for learners without meta variables.
 */
package org.vsml.baselines;
