package org.vsml.lab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vsml.baselines.ClassicalLearners;
import org.vsml.core.Engine;
import org.vsml.core.LearningAlgorithm;
import org.vsml.episode.DataSets;
import org.vsml.episode.EpisodeDistribution;
import org.vsml.episode.TaskDistribution;
import org.vsml.episode.View;
import org.vsml.meta.Deepening;
import org.vsml.meta.MetaTrainingConfig;
import org.vsml.online.Contender;
import org.vsml.online.LearnerAlgorithm;

/**
 * Meta-trains a VSML with hidden layers on streams of images and tests it on others, beside
 * gradient descent and {@code general-1}.
 *
 * @param name of the experiment
 * @param config what is meta-trained
 * @param data image sets
 * @param engine that runs VSML
 * @param seed of all that is random
 * @param threads episodes or streams at the same time
 */
public record StreamExperiment(
        String name,
        MetaTrainingConfig config,
        DataSets data,
        Engine engine,
        long seed,
        int threads) {

    /** A learning algorithm of a single layer, which deeper ones begin with and are held beside. */
    public static final String SHALLOW = "general-1";

    /** Gradient descent beside convolutions. */
    public static final List<String> WITH_CONVOLUTION =
            List.of("sgd", "adam", "sgd_convolution", "adam_convolution");

    /** Gradient descent beside fully connected hidden layers. */
    public static final List<String> WITH_HIDDEN =
            List.of("sgd", "adam", "sgd_hidden", "adam_hidden");

    /**
     * Meta-trains, and saves what came of it under the name of the configuration.
     *
     * @param shallow the rule that the output layer starts with; null for random meta variables
     * @param steps at most those of the configuration
     * @param minutes processor minutes; infinity for no bound
     * @param folder of checkpoints and of the algorithm
     */
    public LearningAlgorithm metaTrain(
            LearningAlgorithm shallow,
            long steps,
            double minutes,
            Path folder,
            Progress.Display display)
            throws IOException {
        LearningAlgorithm algorithm =
                new PiecewiseMetaTraining(
                                config,
                                shallow == null
                                        ? null
                                        : Deepening.start(shallow, config, data, seed),
                                engine,
                                data,
                                folder.resolve("meta-training"),
                                seed,
                                threads,
                                steps,
                                minutes,
                                Long.MAX_VALUE,
                                "./vsml " + name + " --seed " + seed + " --data DIR")
                        .run((now, step, spent) -> {}, display);
        algorithm.save(folder.resolve(config.name() + LearningAlgorithm.EXTENSION));
        return algorithm;
    }

    /**
     * The test of an algorithm beside others, on images as meta-training shows them.
     *
     * @param learners names of {@link ClassicalLearners}
     * @param sets names of image sets
     * @param examples of a stream
     * @param streams of each set
     */
    public StreamTest test(
            LearningAlgorithm algorithm,
            List<String> learners,
            List<String> sets,
            int examples,
            int streams) {
        List<Contender> contenders = new ArrayList<>();
        contenders.add(contender(algorithm, engine));
        LearningAlgorithm general = LearningAlgorithm.fromResource(SHALLOW);
        if (!general.provenance().name().equals(algorithm.provenance().name())) {
            contenders.add(contender(general, engine));
        }
        // Beyond the end of the streams stands for the end.
        List<Integer> horizons = List.of(100, 500, 2000, examples);
        learners.forEach(learner -> contenders.add(ClassicalLearners.named(learner)));
        return new StreamTest(
                contenders, sets, view(), examples, false, horizons, streams, seed, threads, 0);
    }

    /** An algorithm under its own name. */
    static Contender contender(LearningAlgorithm algorithm, Engine engine) {
        return Contender.of(
                new LearnerAlgorithm(
                        algorithm.provenance().name(),
                        algorithm.learner(engine),
                        algorithm.metaVariables()));
    }

    private View view() {
        List<EpisodeDistribution.Component> last =
                config.phases().get(config.phases().size() - 1).episodes().components();
        return last.stream()
                .map(EpisodeDistribution.Component::task)
                .filter(TaskDistribution.Images.class::isInstance)
                .map(task -> ((TaskDistribution.Images) task).view())
                .findFirst()
                .orElseGet(View.Full::new);
    }
}
