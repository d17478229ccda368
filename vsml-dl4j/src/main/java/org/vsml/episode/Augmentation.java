package org.vsml.episode;

import com.fasterxml.jackson.annotation.JsonSubTypes;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A random change of an episode after its examples have been drawn. A new one is a record that
 * implements this, a line here and a number in {@code Purpose}.
 */
@JsonSubTypes({
    @JsonSubTypes.Type(value = Affine.class, name = "affine"),
    @JsonSubTypes.Type(value = Background.class, name = "background")
})
public sealed interface Augmentation permits Affine, Background {

    /** Path of the generator of this kind of change. */
    long purpose();

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
