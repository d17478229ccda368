/**
 * The figures of the paper (Kirsch and Schmidhuber 2021) regenerated: for each its protocol, the
 * learners that are meta-trained for it within a budget, its measurements, and what they say of the
 * paper's claims. May depend on the library, the baselines and {@code lab}. Start reading at {@link
 * org.vsml.lab.paper.Paper}, then {@code Figure} and {@code Figures} (what there is) and {@code
 * Laboratory} (meta-training within a budget).
 */
package org.vsml.lab.paper;
