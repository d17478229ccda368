package org.vsml.episode;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A random change of an episode. A new one is a record that implements this, a line here and a
 * number in {@code Purpose}.
 */
@JsonSubTypes({
    @JsonSubTypes.Type(value = Affine.class, name = "affine"),
    @JsonSubTypes.Type(value = Background.class, name = "background"),
    @JsonSubTypes.Type(value = ColumnScales.class, name = "column_scales"),
    @JsonSubTypes.Type(value = Missing.class, name = "missing"),
    @JsonSubTypes.Type(value = Drift.class, name = "drift"),
    @JsonSubTypes.Type(value = LabelOrder.class, name = "label_order"),
    @JsonSubTypes.Type(value = Sometimes.class, name = "sometimes")
})
public sealed interface Augmentation
        permits Affine, Background, ColumnScales, Missing, Drift, LabelOrder, Sometimes {

    /** Path of the generator of this kind of change. */
    long purpose();

    /** Whether the rule that gives labels may change, so that the task must be able to do so. */
    default boolean changesConcept() {
        return false;
    }

    /**
     * Which rule gives the label of each example, from 0; null for the same throughout. Asked
     * before the examples are drawn, with a generator in the state that {@link #apply} gets it in.
     *
     * @param count number of examples
     */
    default int[] concepts(int count, RandomGenerator random) {
        return null;
    }

    /** Changes the inputs or labels in place. */
    void apply(Sampler.Draw draw, RandomGenerator random);

    /**
     * The generator of one of several changes of an episode: of its kind for the first of a kind,
     * so that what else is in the list does not matter to it.
     */
    static RandomGenerator generator(List<Augmentation> all, int index, long seed) {
        long purpose = all.get(index).purpose();
        long before = all.subList(0, index).stream().filter(a -> a.purpose() == purpose).count();
        return before == 0
                ? Seeds.generator(seed, purpose)
                : Seeds.generator(seed, purpose, before);
    }
}
