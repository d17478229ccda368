/**
 * The paper's baselines behind the same contract as VSML. May depend on {@code org.vsml.core} and
 * {@code org.vsml.episode}. Start at the class that lists them.
 */
package org.vsml.baselines;
