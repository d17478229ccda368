package org.vsml.core;

import java.util.ArrayList;
import java.util.List;

/** A rollout over standardised inputs, seen from the inputs as they came. */
final class ConditionedRollout implements Rollout {

    private final Conditioned config;
    private final Rollout rollout;
    private final List<ConditionedEpisode> conditioned;
    private final List<InputShape> inputs;

    ConditionedRollout(Conditioned config, Rollout rollout, List<ConditionedEpisode> conditioned) {
        this.config = config;
        this.rollout = rollout;
        this.conditioned = conditioned;
        inputs = conditioned.stream().map(c -> c.standardised().task().input()).toList();
    }

    @Override
    public int episodes() {
        return rollout.episodes();
    }

    @Override
    public double[] logits(int episode) {
        return rollout.logits(episode);
    }

    @Override
    public NamedArrays learnedVariables(int episode) {
        NamedArrays own = NamedArrays.zeros(config.conditioning().layout(inputs.get(episode)));
        conditioned.get(episode).end().write(own);
        return NamedArrays.concatenate(List.of(rollout.learnedVariables(episode), own));
    }

    @Override
    public Gradient backward(
            List<double[]> logitGradients, List<NamedArrays> learnedVariableGradients) {
        List<NamedArrays> inner = new ArrayList<>();
        for (NamedArrays gradient : learnedVariableGradients) {
            inner.add(gradient == null ? null : config.inner(gradient));
        }
        Gradient gradient = rollout.backward(logitGradients, inner);
        List<NamedArrays> starts = new ArrayList<>();
        for (int i = 0; i < conditioned.size(); i++) {
            NamedArrays own = NamedArrays.zeros(config.conditioning().layout(inputs.get(i)));
            conditioned
                    .get(i)
                    .backward(
                            gradient.inputs().isEmpty() ? null : gradient.inputs().get(i),
                            learnedVariableGradients.get(i),
                            own);
            starts.add(NamedArrays.concatenate(List.of(gradient.starts().get(i), own)));
        }
        return new Gradient(gradient.metaVariables(), starts, gradient.inputs());
    }

    @Override
    public void close() {
        rollout.close();
    }
}
