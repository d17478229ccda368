package org.vsml.arbiter;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.vsml.core.LearnerConfig;
import org.vsml.core.SubRnn;
import org.vsml.core.Vsml;
import org.vsml.episode.Affine;
import org.vsml.episode.Augmentation;
import org.vsml.episode.DoubleRange;
import org.vsml.episode.EpisodeDistribution;
import org.vsml.episode.IntRange;
import org.vsml.episode.TaskDistribution;
import org.vsml.episode.View;
import org.vsml.meta.GradientEstimator;
import org.vsml.meta.MetaTrainingConfig;
import org.vsml.meta.Optimizer;
import org.vsml.meta.Phase;
import org.vsml.meta.Schedule;

/** Changes of a {@link MetaTrainingConfig}, one for each {@link Setting}. */
final class Edits {

    private static final Affine AFFINE =
            new Affine(DoubleRange.of(0.5, 2), DoubleRange.of(-0.5, 0.5), true);

    private Edits() {}

    static List<LearnerConfig> learners(MetaTrainingConfig config) {
        return Stream.concat(
                        Stream.of(config.learner()), config.phases().stream().map(Phase::learner))
                .filter(Objects::nonNull)
                .toList();
    }

    static Stream<TaskDistribution> tasks(MetaTrainingConfig config) {
        return config.phases().stream()
                .flatMap(phase -> phase.episodes().components().stream())
                .map(EpisodeDistribution.Component::task);
    }

    static MetaTrainingConfig subRnn(MetaTrainingConfig config, UnaryOperator<SubRnn> change) {
        return models(
                config,
                model ->
                        new Vsml(
                                change.apply(model.subRnn()),
                                model.architecture(),
                                model.dynamics()));
    }

    static MetaTrainingConfig inputGateShift(MetaTrainingConfig config, double shift) {
        return subRnn(config, s -> s.withInputGateShift(shift));
    }

    static MetaTrainingConfig forgetGateShift(MetaTrainingConfig config, double shift) {
        return subRnn(config, s -> s.withForgetGateShift(shift));
    }

    static MetaTrainingConfig microTicks(MetaTrainingConfig config, int ticks) {
        return models(config, model -> model.withDynamics(model.dynamics().withMicroTicks(ticks)));
    }

    static MetaTrainingConfig optimizer(MetaTrainingConfig config, String name) {
        return phases(
                config,
                phase -> {
                    Schedule rate = phase.optimizer().learningRate();
                    return phase.withOptimizer(
                            switch (name) {
                                case "adam" -> Optimizer.Adam.of(rate);
                                case "sgd" -> Optimizer.Sgd.of(rate);
                                default ->
                                        throw new IllegalArgumentException(
                                                "optimizer must be adam or sgd, got " + name);
                            });
                });
    }

    static MetaTrainingConfig learningRate(MetaTrainingConfig config, double rate) {
        double factor = rate / config.phases().get(0).optimizer().learningRate().value();
        return phases(
                config,
                phase -> {
                    Schedule scaled = scaled(phase.optimizer().learningRate(), factor);
                    return phase.withOptimizer(
                            phase.optimizer() instanceof Optimizer.Adam adam
                                    ? new Optimizer.Adam(
                                            scaled, adam.beta1(), adam.beta2(), adam.epsilon())
                                    : new Optimizer.Sgd(
                                            scaled,
                                            ((Optimizer.Sgd) phase.optimizer()).momentum()));
                });
    }

    static MetaTrainingConfig sigma(MetaTrainingConfig config, double sigma) {
        double first = evolution(config.phases().get(0)).sigma().value();
        return phases(
                config,
                phase ->
                        phase.withEstimator(
                                new GradientEstimator.EvolutionStrategies(
                                        scaled(evolution(phase).sigma(), sigma / first),
                                        evolution(phase).shaping())));
    }

    private static GradientEstimator.EvolutionStrategies evolution(Phase phase) {
        if (phase.estimator() instanceof GradientEstimator.EvolutionStrategies strategies) {
            return strategies;
        }
        throw new IllegalArgumentException(
                "sigma is a setting of evolution strategies, got " + phase.estimator());
    }

    static MetaTrainingConfig batch(MetaTrainingConfig config, int batch) {
        return phases(config, phase -> phase.withBatch(batch));
    }

    static MetaTrainingConfig clip(MetaTrainingConfig config, double clip) {
        return phases(
                config,
                phase -> {
                    if (phase.estimator() instanceof GradientEstimator.Backpropagation b) {
                        return phase.withEstimator(
                                new GradientEstimator.Backpropagation(
                                        clip, b.truncation(), b.together()));
                    }
                    throw new IllegalArgumentException(
                            "clip is a setting of back-propagation, got " + phase.estimator());
                });
    }

    static MetaTrainingConfig episodes(
            MetaTrainingConfig config, UnaryOperator<EpisodeDistribution> change) {
        return phases(config, phase -> phase.withEpisodes(change.apply(phase.episodes())));
    }

    /** Whether all schedules stay at one value, so that a phase can be cut in two. */
    static boolean isConstant(MetaTrainingConfig config) {
        return config.phases().stream()
                .allMatch(
                        phase ->
                                phase.optimizer().learningRate().decay() == Schedule.Decay.CONSTANT
                                        && phase.optimizer().learningRate().warmup() == 0
                                        && (!(phase.estimator()
                                                        instanceof
                                                        GradientEstimator.EvolutionStrategies es)
                                                || es.sigma().decay() == Schedule.Decay.CONSTANT));
    }

    static MetaTrainingConfig curriculum(MetaTrainingConfig config, double share) {
        require(share > 0 && share <= 1, "curriculum must be in (0, 1], got %s", share);
        if (share == 1) {
            return config;
        }
        require(
                isConstant(config),
                "curriculum cuts phases in two and needs constant learning rates and sigmas");
        List<Phase> phases = new ArrayList<>();
        for (Phase phase : config.phases()) {
            long first = phase.steps() / 2;
            if (first > 0) {
                phases.add(phase.withSteps(first).withEpisodes(shortened(phase.episodes(), share)));
            }
            phases.add(phase.withSteps(phase.steps() - first));
        }
        return with(config, config.learner(), phases);
    }

    private static EpisodeDistribution shortened(EpisodeDistribution episodes, double share) {
        return new EpisodeDistribution(
                episodes.components().stream()
                        .map(
                                c ->
                                        c.length() == null
                                                ? c
                                                : c.withLength(
                                                        IntRange.of(
                                                                shortened(c.length().min(), share),
                                                                shortened(
                                                                        c.length().max(), share))))
                        .toList());
    }

    private static int shortened(int length, double share) {
        return Math.max(1, (int) Math.round(length * share));
    }

    static boolean hasSubsets(EpisodeDistribution episodes) {
        return episodes.components().stream().anyMatch(Edits::isSubset);
    }

    private static boolean isSubset(EpisodeDistribution.Component component) {
        return component.task() instanceof TaskDistribution.Images images
                && subsetSize(images.view()) != null;
    }

    private static IntRange subsetSize(View view) {
        return view instanceof View.Pixels pixels
                ? pixels.inputs()
                : view instanceof View.Projection projection ? projection.inputs() : null;
    }

    static MetaTrainingConfig projectedShare(MetaTrainingConfig config, double share) {
        require(share >= 0 && share <= 1, "projected_share must be in [0, 1], got %s", share);
        return episodes(
                config,
                episodes -> {
                    require(
                            hasSubsets(episodes),
                            "projected_share needs images with a view of pixels or a projection of so many inputs");
                    List<EpisodeDistribution.Component> components = new ArrayList<>();
                    for (EpisodeDistribution.Component component : episodes.components()) {
                        if (!isSubset(component)) {
                            components.add(component);
                            continue;
                        }
                        TaskDistribution.Images images = (TaskDistribution.Images) component.task();
                        IntRange inputs = subsetSize(images.view());
                        if (share > 0) {
                            components.add(
                                    seen(component, images, new View.Projection(inputs), share));
                        }
                        if (share < 1) {
                            components.add(
                                    seen(component, images, new View.Pixels(inputs), 1 - share));
                        }
                    }
                    return new EpisodeDistribution(components);
                });
    }

    private static EpisodeDistribution.Component seen(
            EpisodeDistribution.Component component,
            TaskDistribution.Images images,
            View view,
            double share) {
        return component.withTask(images.withView(view)).withWeight(component.weight() * share);
    }

    /** Whether there are episodes of images and episodes without. */
    static boolean isMixed(EpisodeDistribution episodes) {
        return episodes.components().stream().map(Edits::isSynthetic).distinct().count() == 2;
    }

    private static boolean isSynthetic(EpisodeDistribution.Component component) {
        return !(component.task() instanceof TaskDistribution.Images)
                && !(component.task() instanceof TaskDistribution.FewShot);
    }

    static MetaTrainingConfig syntheticShare(MetaTrainingConfig config, double share) {
        require(share >= 0 && share <= 1, "synthetic_share must be in [0, 1], got %s", share);
        return episodes(
                config,
                episodes -> {
                    require(
                            isMixed(episodes),
                            "synthetic_share needs episodes of images and episodes without");
                    double synthetic = weight(episodes, true);
                    double images = weight(episodes, false);
                    List<EpisodeDistribution.Component> components = new ArrayList<>();
                    for (EpisodeDistribution.Component c : episodes.components()) {
                        double weight =
                                isSynthetic(c)
                                        ? c.weight() / synthetic * share
                                        : c.weight() / images * (1 - share);
                        if (weight > 0) {
                            components.add(c.withWeight(weight));
                        }
                    }
                    return new EpisodeDistribution(components);
                });
    }

    private static double weight(EpisodeDistribution episodes, boolean synthetic) {
        return episodes.components().stream()
                .filter(c -> isSynthetic(c) == synthetic)
                .mapToDouble(EpisodeDistribution.Component::weight)
                .sum();
    }

    static MetaTrainingConfig affine(MetaTrainingConfig config, boolean random) {
        return episodes(
                config,
                episodes ->
                        new EpisodeDistribution(
                                episodes.components().stream()
                                        .map(c -> isSynthetic(c) ? c : affine(c, random))
                                        .toList()));
    }

    private static EpisodeDistribution.Component affine(
            EpisodeDistribution.Component component, boolean random) {
        Stream<Augmentation> others =
                component.augmentations().stream().filter(a -> !(a instanceof Affine));
        return component.withAugmentations(
                Stream.concat(others, random ? Stream.of(AFFINE) : Stream.empty()).toList());
    }

    private static MetaTrainingConfig models(
            MetaTrainingConfig config, UnaryOperator<Vsml> change) {
        List<Phase> phases = new ArrayList<>();
        for (Phase p : config.phases()) {
            phases.add(p.learner() == null ? p : p.withLearner(change.apply(model(p.learner()))));
        }
        return with(config, change.apply(model(config.learner())), phases);
    }

    private static Vsml model(LearnerConfig learner) {
        if (learner instanceof Vsml model) {
            return model;
        }
        throw new IllegalArgumentException(
                "sub-RNNs are settings of a learner of type vsml, got "
                        + learner.getClass().getSimpleName());
    }

    private static MetaTrainingConfig phases(
            MetaTrainingConfig config, UnaryOperator<Phase> change) {
        return with(config, config.learner(), config.phases().stream().map(change).toList());
    }

    private static MetaTrainingConfig with(
            MetaTrainingConfig config, LearnerConfig learner, List<Phase> phases) {
        return new MetaTrainingConfig(
                config.name(),
                learner,
                phases,
                config.evaluation(),
                config.checkpoints(),
                config.divergence(),
                config.timeScales());
    }

    private static Schedule scaled(Schedule schedule, double factor) {
        boolean constant = schedule.decay() == Schedule.Decay.CONSTANT;
        return new Schedule(
                schedule.value() * factor,
                constant ? null : schedule.end() * factor,
                schedule.decay(),
                schedule.warmup());
    }
}
