package org.vsml.core;

import java.util.ArrayList;
import java.util.List;

/** Runs a learner over standardised inputs. */
final class ConditionedLearner implements Learner {

    private final Conditioned config;
    private final Learner learner;

    ConditionedLearner(Conditioned config, Learner learner) {
        this.config = config;
        this.learner = learner;
    }

    @Override
    public LearnerConfig config() {
        return config;
    }

    @Override
    public Rollout run(
            NamedArrays metaVariables,
            List<NamedArrays> starts,
            List<Examples> episodes,
            RolloutOptions options) {
        requireEpisodes(starts, episodes);
        List<ConditionedEpisode> conditioned = new ArrayList<>();
        for (int i = 0; i < episodes.size(); i++) {
            Examples e = episodes.get(i);
            conditioned.add(
                    ConditionedEpisode.of(config.conditioning(), starts.get(i), e, options));
        }
        Rollout rollout =
                learner.run(
                        metaVariables,
                        starts.stream().map(config::inner).toList(),
                        conditioned.stream().map(ConditionedEpisode::standardised).toList(),
                        options);
        return new ConditionedRollout(config, rollout, conditioned);
    }

    @Override
    public LearnerStream open(NamedArrays metaVariables, TaskShape task, NamedArrays start) {
        config.requireLearnedVariables(start, task, 1, "the learner's stream");
        RunningStatistics statistics =
                RunningStatistics.of(config.conditioning(), task.input(), start);
        LearnerStream stream = learner.open(metaVariables, task, config.inner(start));
        RunningStatistics trial = statistics.copy();
        double[] standardised = new double[task.inputs()];
        return new LearnerStream() {
            @Override
            public double[] predict(double[] input) {
                trial.set(statistics);
                return stream.predict(standardised(trial, input));
            }

            @Override
            public void predict(double[] input, double[] logits) {
                trial.set(statistics);
                stream.predict(standardised(trial, input), logits);
            }

            @Override
            public void learn(double[] input, int label, double[] logits) {
                Examples.requireLabel(label, task);
                stream.learn(standardised(statistics, input), label, logits);
            }

            @Override
            public double[] learn(double[] input, int label) {
                Examples.requireLabel(label, task);
                return stream.learn(standardised(statistics, input), label);
            }

            @Override
            public NamedArrays learnedVariables() {
                NamedArrays inner = stream.learnedVariables();
                NamedArrays own = NamedArrays.zeros(config.conditioning().layout(task.input()));
                statistics.write(own);
                return NamedArrays.concatenate(List.of(inner, own));
            }

            private double[] standardised(RunningStatistics to, double[] input) {
                // Before anything is changed, so that a refused example leaves no trace.
                Examples.requireInput(input, task);
                to.observe(input, 0);
                to.transform(input, 0, standardised, 0);
                return standardised;
            }
        };
    }
}
