/**
 * Search for good meta-training runs with Arbiter, Deeplearning4j's hyperparameter optimizer, which
 * is an optional dependency. This package may depend on {@link org.vsml.core}, {@link
 * org.vsml.episode}, {@link org.vsml.meta}, {@link org.vsml.online} and {@link org.vsml.dl4j}.
 * Start reading at {@link org.vsml.arbiter.MetaTrainingSearch}, then {@link
 * org.vsml.arbiter.MetaTrainingSpace}.
 */
package org.vsml.arbiter;
