/**
 * The model without an engine: sub-RNN, architecture, dynamics, meta variables V_M, learned
 * variables V_L, and the one contract ({@link org.vsml.core.Learner}) behind which VSML and every
 * baseline stand. This package depends on nothing but {@code math} and Jackson; every other package
 * may depend on it. Start reading at {@link org.vsml.core.Vsml}, then {@link
 * org.vsml.core.Learner}.
 */
package org.vsml.core;
