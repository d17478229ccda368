package org.vsml.episode;

import static org.vsml.core.Checks.require;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.vsml.core.Examples;

/**
 * What meta-training episodes are drawn from: a weighted mix, one component for each episode.
 * Written in JSON or YAML as
 *
 * <pre>
 *   components:
 *     - weight: 0.7
 *       task: {type: images, sets: [fashion_mnist, kmnist], view: {type: pixels, inputs: {min: 38, max: 115}}}
 *       length: 400
 *       augmentations:
 *         - {type: background, share: {min: 0, max: 0.7}}
 *         - {type: affine, scale: {min: 0.5, max: 2}, offset: {min: -0.5, max: 0.5}, sign: true}
 *     - weight: 0.3
 *       task: {type: prototypes, inputs: 96, classes: {min: 3, max: 12}}
 *       length: 400
 * </pre>
 *
 * @param components at least one
 */
public record EpisodeDistribution(List<Component> components) {

    /**
     * One kind of episode.
     *
     * @param weight how often, in proportion to the other weights; positive; optional, default 1
     * @param task where examples come from
     * @param length T, steps of an episode; not for few-shot tasks, whose length follows from ways
     *     and shots
     * @param parallel P, examples a step, for batched learning algorithms; optional, default 1
     * @param loss which examples count; optional, default MEAN, for few-shot tasks LAST
     * @param augmentations what is changed of an episode, in this order; optional, default none
     */
    public record Component(
            Double weight,
            TaskDistribution task,
            IntRange length,
            Integer parallel,
            Episode.Loss loss,
            @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
                    List<Augmentation> augmentations) {

        public Component {
            weight = weight == null ? 1 : weight;
            require(
                    weight > 0 && Double.isFinite(weight),
                    "weight must be positive and finite, got %s",
                    weight);
            require(task != null, "task of a component must be given");
            parallel = parallel == null ? 1 : parallel;
            require(
                    parallel >= 1 && parallel <= 4096,
                    "parallel must be in [1, 4096], got %d",
                    parallel);
            if (task instanceof TaskDistribution.FewShot) {
                require(
                        length == null,
                        "length of a few_shot component follows from ways and shots and must not be given, got %s",
                        length);
                require(
                        parallel == 1,
                        "parallel of a few_shot component must be 1, got %d",
                        parallel);
            } else {
                require(length != null, "length of a component must be given");
            }
            if (loss == null) {
                loss =
                        task instanceof TaskDistribution.FewShot
                                ? Episode.Loss.LAST
                                : Episode.Loss.MEAN;
            }
            augmentations = augmentations == null ? List.of() : List.copyOf(augmentations);
            long concepts = augmentations.stream().filter(Augmentation::changesConcept).count();
            require(
                    concepts == 0 || task instanceof TaskDistribution.Tables,
                    "drift of kind CONCEPT needs a task of type tables");
            require(concepts <= 1, "drift of kind CONCEPT must be given once, got %d", concepts);
        }

        /**
         * A component as it is written: {@code augmentations}, or in their stead the older keys
         * {@code background} and {@code affine}, which are applied in this order.
         */
        @JsonCreator
        static Component read(
                @JsonProperty("weight") Double weight,
                @JsonProperty("task") TaskDistribution task,
                @JsonProperty("length") IntRange length,
                @JsonProperty("parallel") Integer parallel,
                @JsonProperty("loss") Episode.Loss loss,
                @JsonProperty("augmentations")
                        @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
                        List<Augmentation> augmentations,
                @JsonProperty("background") Background background,
                @JsonProperty("affine") Affine affine) {
            List<Augmentation> older =
                    Stream.<Augmentation>of(background, affine).filter(Objects::nonNull).toList();
            require(
                    augmentations == null || older.isEmpty(),
                    "background and affine must be elements of augmentations where these are given");
            return new Component(
                    weight,
                    task,
                    length,
                    parallel,
                    loss,
                    augmentations == null ? older : augmentations);
        }

        /** Episodes of one kind and length with the defaults. */
        public static Component of(TaskDistribution task, int length) {
            return new Component(null, task, IntRange.of(length), null, null, null);
        }

        /** Few-shot episodes with the defaults. */
        public static Component fewShot(TaskDistribution.FewShot task) {
            return new Component(null, task, null, null, null, null);
        }

        /** The largest number of examples of an episode. */
        long maxExamples() {
            return task instanceof TaskDistribution.FewShot fewShot
                    ? fewShot.steps()
                    : (long) length.max() * parallel;
        }

        /** This component with another weight. */
        public Component withWeight(double value) {
            return new Component(value, task, length, parallel, loss, augmentations);
        }

        /** This component with another task, on the same terms. */
        public Component withTask(TaskDistribution other) {
            return new Component(weight, other, length, parallel, loss, augmentations);
        }

        /** This component with another length; few-shot components stay as they are. */
        public Component withLength(IntRange steps) {
            boolean fixed = task instanceof TaskDistribution.FewShot;
            return fixed ? this : new Component(weight, task, steps, parallel, loss, augmentations);
        }

        /** This component with another number of examples a step. */
        public Component withParallel(int examples) {
            return new Component(weight, task, length, examples, loss, augmentations);
        }

        /** This component with the loss of other examples. */
        public Component withLoss(Episode.Loss other) {
            return new Component(weight, task, length, parallel, other, augmentations);
        }

        /** This component with other augmentations. */
        public Component withAugmentations(List<Augmentation> changes) {
            return new Component(weight, task, length, parallel, loss, changes);
        }
    }

    public EpisodeDistribution {
        require(
                components != null && !components.isEmpty(),
                "components must have at least one, got %s",
                components);
        components = List.copyOf(components);
    }

    /** A mix of these components. */
    public static EpisodeDistribution of(Component... components) {
        return new EpisodeDistribution(List.of(components));
    }

    /**
     * This mix with another episode length in every component but few-shot ones: a step of a
     * curriculum.
     */
    public EpisodeDistribution withLength(IntRange steps) {
        return new EpisodeDistribution(components.stream().map(c -> c.withLength(steps)).toList());
    }

    /**
     * The episodes of this mix.
     *
     * @param folder where image sets are, see {@link DataSets#in}; may be null
     */
    public EpisodeSource source(Path folder) {
        return source(DataSets.in(folder));
    }

    /**
     * The episodes of this mix. All image sets are read now.
     *
     * @throws IllegalArgumentException if a set is missing, or cannot give what is asked of it
     */
    public EpisodeSource source(DataSets sets) {
        List<Sampler> samplers = new ArrayList<>();
        double[] cumulative = new double[components.size()];
        double sum = 0;
        for (int i = 0; i < components.size(); i++) {
            Component component = components.get(i);
            samplers.add(Sampler.of(component.task(), sets, component.maxExamples()));
            sum += component.weight();
            cumulative[i] = sum;
        }
        double total = sum;
        return seed -> {
            double draw = Seeds.generator(seed, Purpose.COMPONENT).nextDouble() * total;
            int chosen = 0;
            while (chosen < cumulative.length - 1 && draw >= cumulative[chosen]) {
                chosen++;
            }
            return sample(components.get(chosen), samplers.get(chosen), seed);
        };
    }

    private static Episode sample(Component component, Sampler sampler, long seed) {
        RandomGenerator random = Seeds.generator(seed, Purpose.LENGTH);
        int steps =
                component.task() instanceof TaskDistribution.FewShot fewShot
                        ? fewShot.steps()
                        : component.length().draw(random);
        int count = Math.multiplyExact(steps, component.parallel());
        List<Augmentation> augmentations = component.augmentations();
        int[] concepts = null;
        for (int i = 0; i < augmentations.size(); i++) {
            if (augmentations.get(i).changesConcept()) {
                RandomGenerator course = Augmentation.generator(augmentations, i, seed);
                concepts = augmentations.get(i).concepts(count, course);
            }
        }
        Sampler.Draw draw = sampler.draw(count, seed, concepts);
        for (int i = 0; i < augmentations.size(); i++) {
            augmentations.get(i).apply(draw, Augmentation.generator(augmentations, i, seed));
        }
        Examples examples =
                new Examples(draw.task(), component.parallel(), draw.inputs(), draw.labels());
        return new Episode(
                examples,
                component.loss().weights(examples),
                Seeds.derive(seed, Purpose.STATE),
                draw.source());
    }
}
