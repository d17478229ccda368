/**
 * VSML inside Deeplearning4j: a classifier that learns online where a pipeline has a network, a
 * stateful layer whose parameters are V_M, so that {@code fit} is meta-training and {@code
 * rnnTimeStep} is online learning, and the iterators that turn data sets into episodes. Depends on
 * core (engines through {@link org.vsml.core.Engine} only), episode, online, samediff and
 * Deeplearning4j; nothing but arbiter and examples may depend on it. Start reading at {@link
 * org.vsml.dl4j.VsmlClassifier}, or {@link org.vsml.dl4j.VsmlLayer}, then {@link
 * org.vsml.dl4j.EpisodeDataSetIterator}.
 */
package org.vsml.dl4j;
