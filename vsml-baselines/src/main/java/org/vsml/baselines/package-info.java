/**
 * The paper's baselines behind the same contract as VSML: classical online learners, and learners
 * that are meta-trained as VSML is. May depend on {@code org.vsml.core}, {@code org.vsml.episode},
 * {@code org.vsml.online} and {@code org.vsml.samediff}. Start at {@link
 * org.vsml.baselines.ClassicalLearners} for learners without meta variables and at {@link
 * org.vsml.baselines.MetaRnn} for those with them.
 *
 * <p>To add a meta-trained learner, write one class: a record of its sizes, a {@code
 * FixedSizeLearner} that names its meta variables ({@code Parameters}) and learned variables, and
 * the {@code Steps} that say in SameDiff operations ({@code StepOps}) how it predicts and what it
 * learns; then name it in {@link org.vsml.baselines.BaselineTypes}. Gradients, batches,
 * meta-training, evaluation, checkpoints and reports come with the contract.
 */
package org.vsml.baselines;
