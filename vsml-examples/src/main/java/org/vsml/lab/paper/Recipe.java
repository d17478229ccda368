package org.vsml.lab.paper;

import java.util.ArrayList;
import java.util.List;
import org.vsml.core.LearnerConfig;
import org.vsml.episode.Affine;
import org.vsml.episode.Augmentation;
import org.vsml.episode.Episode;
import org.vsml.episode.EpisodeDistribution;
import org.vsml.episode.EpisodeDistribution.Component;
import org.vsml.episode.IntRange;
import org.vsml.episode.TaskDistribution;
import org.vsml.episode.View;
import org.vsml.meta.MetaTrainingConfig;
import org.vsml.meta.Optimizer;
import org.vsml.meta.Phase;
import org.vsml.meta.Schedule;

/**
 * The configurations that VSML is meta-trained by for every figure: {@code paper-part-1}, from
 * random V_M on short episodes, {@code paper-part-2}, which goes on from it on long ones, {@code
 * paper-pairs}, which goes on from it where labels come in runs, and {@code paper-es}, from random
 * V_M by evolution strategies. They are written for MNIST; other sets take its place.
 */
final class Recipe {

    private static final String FIRST = "paper-part-1";
    private static final String SECOND = "paper-part-2";
    private static final String PAIRS = "paper-pairs";
    private static final String EVOLUTION = "paper-es";

    /** Of the first part, that with episodes of 100 examples. */
    private static final int HUNDRED_EXAMPLES = 1;

    /** Steps that the loss of all and the loss of the last example are compared after. */
    private static final long LOSS_STEPS = 400;

    private static final double LOSS_RATE = 5e-4;
    private static final int RANDOM_CLASSES = 10;

    private Recipe() {}

    /** What is meta-trained by all of them. */
    static LearnerConfig learner() {
        return MetaTrainingConfig.named(FIRST).learner();
    }

    /** The configuration of one meta-training. */
    static MetaTrainingConfig of(Training training) {
        MetaTrainingConfig written =
                MetaTrainingConfig.named(
                        switch (training.variant()) {
                            case USUAL -> SECOND;
                            case SHORT, BATCHED, MEAN_LOSS, LAST_LOSS -> FIRST;
                            case PAIRS -> PAIRS;
                            case EVOLUTION -> EVOLUTION;
                        });
        List<Phase> phases =
                switch (training.variant()) {
                    case MEAN_LOSS -> List.of(hundredExamples(written, Episode.Loss.MEAN));
                    case LAST_LOSS -> List.of(hundredExamples(written, Episode.Loss.LAST));
                    case BATCHED -> written.phases().stream().map(Recipe::batched).toList();
                    case USUAL, SHORT, PAIRS, EVOLUTION -> written.phases();
                };
        boolean firstLongEpisodes =
                training.variant() == Training.Variant.USUAL
                        && training.start().orElseThrow().variant() == Training.Variant.SHORT;
        return new MetaTrainingConfig(
                training.name(),
                written.learner(),
                phases.stream()
                        .map(phase -> phase.withEpisodes(episodes(phase.episodes(), training)))
                        .map(phase -> phase.withSteps(steps(phase, training.share())))
                        .toList(),
                null,
                written.checkpoints(),
                written.divergence(),
                firstLongEpisodes ? written.timeScales() : null);
    }

    private static long steps(Phase phase, double share) {
        return Math.max(1, Math.round(phase.steps() * share));
    }

    private static Phase hundredExamples(MetaTrainingConfig written, Episode.Loss loss) {
        Phase phase = written.phases().get(HUNDRED_EXAMPLES);
        return phase.withSteps(LOSS_STEPS)
                .withOptimizer(Optimizer.Adam.of(Schedule.constant(LOSS_RATE)))
                .withEpisodes(
                        new EpisodeDistribution(
                                phase.episodes().components().stream()
                                        .map(c -> c.withLoss(loss))
                                        .toList()));
    }

    /** Half as many episodes of several examples a step. */
    private static Phase batched(Phase phase) {
        return phase.withBatch(phase.batch() / 2)
                .withEpisodes(
                        new EpisodeDistribution(
                                phase.episodes().components().stream()
                                        .map(c -> c.withParallel(Stage.PARALLEL))
                                        .toList()));
    }

    /** These episodes on the sets of a training, and without projections where it has none. */
    private static EpisodeDistribution episodes(EpisodeDistribution written, Training training) {
        TrainingSet set = training.set();
        List<String> images =
                set.sets().stream().filter(name -> !name.equals(TrainingSet.RANDOM)).toList();
        double random = 1 - (double) images.size() / set.sets().size();
        List<Component> components = new ArrayList<>();
        for (Component component : written.components()) {
            TaskDistribution.Images task = (TaskDistribution.Images) component.task();
            if (random > 0) {
                components.add(
                        randomLabels(component, task).withWeight(random * component.weight()));
            }
            boolean unwanted = task.view() instanceof View.Projection && !training.projected();
            if (images.isEmpty() || unwanted) {
                continue;
            }
            TaskDistribution.Images own = task.withSets(images);
            List<TaskDistribution.Images> tasks =
                    set.classes().isEmpty()
                            ? List.of(own)
                            : set.classes().stream()
                                    .map(count -> own.withClasses(IntRange.of(count)))
                                    .toList();
            for (TaskDistribution.Images each : tasks) {
                components.add(
                        component.withTask(each).withWeight((1 - random) * component.weight()));
            }
        }
        return new EpisodeDistribution(components);
    }

    /** Random points in the place of images; what is made for images is not done to them. */
    private static Component randomLabels(Component component, TaskDistribution.Images task) {
        List<Augmentation> kept =
                component.augmentations().stream().filter(a -> a instanceof Affine).toList();
        IntRange classes = task.classes() == null ? IntRange.of(RANDOM_CLASSES) : task.classes();
        return component
                .withTask(new TaskDistribution.RandomLabels(inputs(task.view()), classes, null))
                .withAugmentations(kept);
    }

    private static IntRange inputs(View view) {
        if (view instanceof View.Pixels pixels) {
            return pixels.inputs();
        }
        if (view instanceof View.Projection projection) {
            return projection.inputs();
        }
        throw new IllegalArgumentException(
                "a view of pixels or a projection was expected, got " + view);
    }
}
