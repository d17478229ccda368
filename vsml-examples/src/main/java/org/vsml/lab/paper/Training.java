package org.vsml.lab.paper;

import java.util.List;
import java.util.Optional;

/**
 * One meta-training: a method on a set. Figures name those they need; the laboratory makes each
 * once.
 *
 * @param projected whether some of the episodes are randomly projected (paper, section 4.3)
 * @param variant what is special about it
 */
record Training(Method method, TrainingSet set, boolean projected, Variant variant) {

    private static final double SHARE_OF_SHORT_EPISODES = 0.4;
    private static final double SHARE_OF_LONG_EPISODES = 0.2;

    /** How many times the share of a baseline a recipe in full gets. */
    private static final double RECIPE_WEIGHT = 8;

    /** How a meta-training differs from the usual one. */
    enum Variant {
        /** Not at all. */
        USUAL(""),
        /** The first part of it, on episodes of at most 200 examples. */
        SHORT("-short"),
        /** The first part with several examples a step (appendix C.2). */
        BATCHED("-batched"),
        /** The first part, then the loss of all of 100 examples. */
        MEAN_LOSS("-mean_loss"),
        /** The first part, then the loss of the last of 100 examples (appendix C.2). */
        LAST_LOSS("-last_loss"),
        /** The first part, then short streams in which classes come in runs of two. */
        PAIRS("-pairs"),
        /** Evolution strategies from random V_M (appendix C.2). */
        EVOLUTION("-es");

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

    /** Whether it follows a configuration ({@link Recipe}), and not {@link #stages()}. */
    boolean hasRecipe() {
        return method == Method.VSML && !set.contains(TrainingSet.OMNIGLOT);
    }

    /** What it goes on from, so that few trainings have to find out how to learn at all. */
    Optional<Training> start() {
        if (!hasRecipe()) {
            return Optional.empty();
        }
        return switch (variant) {
            case SHORT, BATCHED, EVOLUTION -> Optional.empty();
            case MEAN_LOSS, LAST_LOSS, PAIRS -> Optional.of(with(set, Variant.SHORT));
            case USUAL ->
                    Optional.of(
                            set.start()
                                    .map(part -> with(part, Variant.USUAL))
                                    .orElseGet(() -> with(set, Variant.SHORT)));
        };
    }

    private Training with(TrainingSet other, Variant kind) {
        return new Training(method, other, projected, kind);
    }

    /** Parts of a curriculum, first to last, where there is no recipe. */
    List<Stage> stages() {
        return set.contains(TrainingSet.OMNIGLOT) ? Stage.OMNIGLOT : Stage.BASELINE;
    }

    /**
     * Share of the steps of its configuration: all of them where MNIST is learned, whose algorithms
     * most figures test; fewer on other sets, for their number, and of the long episodes where
     * nothing is projected.
     */
    double share() {
        boolean mnist = set.sets().equals(List.of("mnist")) && set.classes().isEmpty();
        boolean isLong = variant == Variant.USUAL;
        if (mnist && (projected || !isLong)) {
            return 1;
        }
        return isLong ? SHARE_OF_LONG_EPISODES : SHARE_OF_SHORT_EPISODES;
    }

    /** Share of the budget that it should get. */
    double weight() {
        return hasRecipe() ? RECIPE_WEIGHT * share() : 1;
    }
}
