package org.vsml.episode;

import static org.vsml.core.Checks.require;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.random.RandomGenerator;

/**
 * A change of some episodes only.
 *
 * @param probability that an episode is changed
 * @param change what is done then
 */
public record Sometimes(
        double probability,
        @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type") Augmentation change)
        implements Augmentation {

    public Sometimes {
        require(
                probability >= 0 && probability <= 1,
                "probability must be in [0, 1], got %s",
                probability);
        require(change != null, "change must be given");
    }

    @Override
    public long purpose() {
        return change.purpose();
    }

    @Override
    public boolean changesConcept() {
        return change.changesConcept();
    }

    @Override
    public int[] concepts(int count, RandomGenerator random) {
        return random.nextDouble() < probability ? change.concepts(count, random) : null;
    }

    @Override
    public void apply(Sampler.Draw draw, RandomGenerator random) {
        if (random.nextDouble() < probability) {
            change.apply(draw, random);
        }
    }
}
