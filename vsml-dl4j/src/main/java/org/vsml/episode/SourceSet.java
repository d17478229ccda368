package org.vsml.episode;

import static org.vsml.core.Checks.require;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One part of an image set and how its pixels become inputs: the statistics are those of the
 * training part, whichever part is used.
 */
record SourceSet(ImageSet images, double subtract, double multiply) {

    static SourceSet load(
            DataSets sets, String name, Split split, Standardisation standardisation) {
        ImageSet images = sets.load(name, split);
        if (standardisation != Standardisation.SET && standardisation != Standardisation.ANY) {
            return new SourceSet(images, 0, standardisation == Standardisation.BYTES ? 255 : 1);
        }
        ImageSet train = sets.load(name, Split.TRAIN);
        require(
                train.deviation() > 0,
                "training images of %s (%s) cannot be standardised: all values are %s",
                name,
                train.origin(),
                train.mean());
        return new SourceSet(images, train.mean(), 1 / train.deviation());
    }

    static List<SourceSet> load(
            DataSets sets, List<String> names, Split split, Standardisation standardisation) {
        return names.stream().map(name -> load(sets, name, split, standardisation)).toList();
    }

    /** These images standardised by set, in 0…1 or in 0…255, all alike probable. */
    SourceSet inAnyUnit(RandomGenerator random) {
        return switch (random.nextInt(3)) {
            case 0 -> this;
            case 1 -> new SourceSet(images, 0, 1);
            default -> new SourceSet(images, 0, 255);
        };
    }

    void read(int image, float[] into) {
        images.read(image, subtract, multiply, into);
    }
}
