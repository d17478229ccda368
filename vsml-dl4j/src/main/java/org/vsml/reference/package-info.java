/**
 * The equations of the model written down as plainly as possible, one sub-RNN at a time, in double:
 * what every engine is checked against. Slow on purpose, forward only; it may depend on {@code
 * core} only. Start reading at {@link org.vsml.reference.ReferenceVsml}, then {@code
 * ReferenceSubRnn} (one micro tick) and {@code ReferenceLayer} (which sub-RNN reads whose
 * messages).
 */
package org.vsml.reference;
