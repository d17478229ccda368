/**
 * Meta-training: from a configuration, episodes and a learner to a learning algorithm, with
 * checkpoints that can be resumed bit for bit. This package may depend on {@link org.vsml.core},
 * {@link org.vsml.episode} and, for version names, {@link org.vsml.report}; it knows no engine and,
 * but for {@code Deepening}, no kind of learner. Start reading at {@link
 * org.vsml.meta.MetaTrainer}, then {@link org.vsml.meta.MetaTrainingConfig}.
 */
package org.vsml.meta;
