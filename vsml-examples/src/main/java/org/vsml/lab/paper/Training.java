package org.vsml.lab.paper;

import java.util.List;
import java.util.Optional;

/**
 * One meta-training: a method on a set. Figures name those they need; the laboratory makes each
 * once.
 *
 * @param projected whether half of the episodes are randomly projected (paper, section 4.3)
 * @param variant what is special about it
 */
record Training(Method method, TrainingSet set, boolean projected, Variant variant) {

    /** How a meta-training differs from the usual one. */
    enum Variant {
        /** Not at all. */
        USUAL(""),
        /** Several examples a step, over which learned states are averaged (appendix C.2). */
        BATCHED("-batched"),
        /** Goes on, by as much as {@link #POOL}, as before. */
        LONGER("-longer"),
        /** Goes on from earlier learned states (appendix B, short horizon bias). */
        POOL("-pool"),
        /** Goes on, by as much as {@link #LAST_LOSS}, with the loss of all examples. */
        MEAN_LOSS("-mean_loss"),
        /** Goes on with the loss of the last examples alone (appendix C.2). */
        LAST_LOSS("-last_loss");

        private final String suffix;

        Variant(String suffix) {
            this.suffix = suffix;
        }
    }

    Training {
        // Random points stay random points.
        projected = projected && !set.sets().equals(List.of(TrainingSet.RANDOM));
    }

    Training(Method method, TrainingSet set, boolean projected) {
        this(method, set, projected, Variant.USUAL);
    }

    /** Name of the learning algorithm and, with its extension, of its file. */
    String name() {
        return method.label() + "-" + set.name() + (projected ? "-projected" : "") + variant.suffix;
    }

    /** The configuration of the library that it is, if it is one. */
    Optional<String> configuration() {
        boolean projectedMnist =
                method == Method.VSML
                        && variant == Variant.USUAL
                        && projected
                        && set.sets().equals(List.of("mnist"))
                        && set.classes().isEmpty();
        return projectedMnist ? Optional.of("mnist-gradient") : Optional.empty();
    }

    /** What it goes on from, so that few trainings have to find out how to learn at all. */
    Optional<Training> start() {
        return switch (variant) {
            case BATCHED -> Optional.empty();
            case LONGER, POOL, MEAN_LOSS, LAST_LOSS ->
                    Optional.of(new Training(method, set, projected));
            case USUAL ->
                    method == Method.VSML
                            ? set.start().map(part -> new Training(method, part, projected))
                            : Optional.empty();
        };
    }

    /** Parts of a curriculum, first to last, after that of {@link #start()}. */
    List<Stage> stages() {
        return switch (variant) {
            case BATCHED -> Stage.BATCHED;
            case LONGER -> List.of(Stage.LONGER);
            case POOL -> List.of(Stage.POOL);
            case MEAN_LOSS -> List.of(Stage.MEAN_LOSS);
            case LAST_LOSS -> List.of(Stage.LAST_LOSS);
            case USUAL -> {
                if (set.contains(TrainingSet.OMNIGLOT)) {
                    yield Stage.OMNIGLOT;
                }
                if (method != Method.VSML) {
                    yield Stage.BASELINE;
                }
                yield start().isPresent() ? Stage.VSML.subList(1, Stage.VSML.size()) : Stage.VSML;
            }
        };
    }

    /** Share of the budget that it should get. */
    double weight() {
        return switch (variant) {
            case BATCHED -> 3;
            case LONGER, POOL -> 1.5;
            case MEAN_LOSS, LAST_LOSS -> 0.7;
            case USUAL -> {
                if (set.contains(TrainingSet.OMNIGLOT)) {
                    yield 1.5;
                }
                if (method != Method.VSML) {
                    yield 0.4;
                }
                // Finding out how to learn at all takes longest.
                yield start().isPresent() ? 1.2 : 3;
            }
        };
    }
}
