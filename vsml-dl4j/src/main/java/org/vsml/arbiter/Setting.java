package org.vsml.arbiter;

import static org.vsml.core.Checks.require;

import java.util.Locale;
import java.util.function.BiFunction;
import org.vsml.episode.IntRange;
import org.vsml.meta.MetaTrainingConfig;

/**
 * What of a meta-training run a search may vary. Each has the type of its values and what they
 * change; a value that does not fit the configuration is an {@link IllegalArgumentException} that
 * says why.
 */
public enum Setting {
    /** N, {@link Integer}. */
    STATE_SIZE(
            Integer.class, (c, v) -> Edits.subRnn(c, subRnn -> subRnn.withStateSize((Integer) v))),
    /** N' = N'', {@link Integer}. */
    MESSAGE_SIZE(
            Integer.class,
            (c, v) -> Edits.subRnn(c, subRnn -> subRnn.withMessageSize((Integer) v))),
    /** Normalisation of messages, {@link Boolean}. */
    LAYER_NORM(
            Boolean.class, (c, v) -> Edits.subRnn(c, subRnn -> subRnn.withLayerNorm((Boolean) v))),
    /** Shift of the input gate, {@link Double}. */
    INPUT_GATE_SHIFT(Double.class, (c, v) -> Edits.inputGateShift(c, (Double) v)),
    /** Shift of the forget gate, {@link Double}. */
    FORGET_GATE_SHIFT(Double.class, (c, v) -> Edits.forgetGateShift(c, (Double) v)),
    /** Micro ticks, {@link Integer}. */
    MICRO_TICKS(Integer.class, (c, v) -> Edits.microTicks(c, (Integer) v)),
    /** {@code adam} or {@code sgd}, {@link String}; the learning rate stays. */
    OPTIMIZER(String.class, (c, v) -> Edits.optimizer(c, (String) v)),
    /**
     * Learning rate of the first phase, {@link Double}; those of later phases, and the ends of
     * schedules, keep their ratio to it.
     */
    LEARNING_RATE(Double.class, (c, v) -> Edits.learningRate(c, (Double) v)),
    /**
     * σ of the first phase with evolution strategies, {@link Double}; those of later phases keep
     * their ratio to it.
     */
    SIGMA(Double.class, (c, v) -> Edits.sigma(c, (Double) v)),
    /** Episodes a step (for evolution strategies pairs) in all phases, {@link Integer}. */
    POPULATION(Integer.class, (c, v) -> Edits.batch(c, (Integer) v)),
    /** Bound on the norm of an episode's gradient in all phases, {@link Double}. */
    CLIP(Double.class, (c, v) -> Edits.clip(c, (Double) v)),
    /** T in all phases, {@link Integer}. */
    EPISODE_LENGTH(
            Integer.class,
            (c, v) -> Edits.episodes(c, episodes -> episodes.withLength(IntRange.of((Integer) v)))),
    /**
     * Episode curriculum: in the first half of each phase's steps episodes have this share of their
     * length, {@link Double} in (0, 1]; 1 for none. Needs constant learning rates and sigmas.
     */
    CURRICULUM(Double.class, (c, v) -> Edits.curriculum(c, (Double) v)),
    /**
     * Augmentation: share of the episodes of image subsets that are seen through a random
     * projection instead of as raw pixels, {@link Double} in [0, 1].
     */
    PROJECTED_SHARE(Double.class, (c, v) -> Edits.projectedShare(c, (Double) v)),
    /** Augmentation: share of the episodes that show no images, {@link Double} in [0, 1]. */
    SYNTHETIC_SHARE(Double.class, (c, v) -> Edits.syntheticShare(c, (Double) v)),
    /** Augmentation: random scale, offset and sign of images, {@link Boolean}. */
    AFFINE(Boolean.class, (c, v) -> Edits.affine(c, (Boolean) v));

    private final Class<?> type;

    @SuppressWarnings("ImmutableEnumChecker") // the lambdas above capture nothing
    private final BiFunction<MetaTrainingConfig, Object, MetaTrainingConfig> change;

    Setting(Class<?> type, BiFunction<MetaTrainingConfig, Object, MetaTrainingConfig> change) {
        this.type = type;
        this.change = change;
    }

    /** Name in tables and on the command line, such as {@code learning_rate}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The configuration with another value of this setting. */
    MetaTrainingConfig apply(MetaTrainingConfig config, Object value) {
        require(
                type.isInstance(value),
                "%s takes values of type %s, got %s",
                label(),
                type.getSimpleName(),
                value);
        return change.apply(config, value);
    }
}
