/**
 * Using a learning algorithm: online learners for applications, and the prequential comparison of
 * anything that learns from a stream. This package may depend on {@link org.vsml.core} and {@link
 * org.vsml.episode}; engines are found through core. Start reading at {@link
 * org.vsml.online.OnlineLearner} to use one, at {@link org.vsml.online.Comparison} to measure.
 */
package org.vsml.online;
