/**
 * The figures of the paper (Kirsch and Schmidhuber 2021) regenerated: for each its protocol, the
 * learners that are meta-trained for it within a budget, its measurements, and what they say of the
 * paper's claims. May depend on every room but the commands, which stand on it. Start reading at
 * {@link org.vsml.examples.paper.Paper}, then {@code Figure} and {@code Figures} (what there is)
 * and {@code Laboratory} (meta-training within a budget).
 */
package org.vsml.examples.paper;
