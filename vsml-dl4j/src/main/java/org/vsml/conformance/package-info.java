/**
 * Golden vectors: runs of the model recorded by an independent implementation, and their replay
 * through any engine. It may depend on {@code core} only; engines come in through {@link
 * org.vsml.core.Engine}. Start reading at {@link org.vsml.conformance.Conformance}.
 */
package org.vsml.conformance;
