package org.vsml.arbiter;

import static org.vsml.core.Checks.require;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.deeplearning4j.arbiter.optimize.api.AbstractParameterSpace;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.distribution.LogUniformDistribution;
import org.deeplearning4j.arbiter.optimize.parameter.BooleanSpace;
import org.deeplearning4j.arbiter.optimize.parameter.continuous.ContinuousParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.integer.IntegerParameterSpace;
import org.deeplearning4j.arbiter.optimize.serde.jackson.JsonMapper;
import org.nd4j.shade.jackson.annotation.JsonAutoDetect;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.vsml.core.LearnerConfig;
import org.vsml.core.Vsml;
import org.vsml.episode.TaskDistribution;
import org.vsml.meta.GradientEstimator;
import org.vsml.meta.MetaTrainingConfig;

/**
 * Meta-training runs that differ in some {@link Setting}s, as a parameter space for Arbiter.
 *
 * <pre>{@code
 * MetaTrainingSpace space =
 *         MetaTrainingSpace.around(MetaTrainingConfig.named("tiny"))
 *                 .with(Setting.STATE_SIZE, new DiscreteParameterSpace<>(4, 8, 16))
 *                 .with(
 *                         Setting.LEARNING_RATE,
 *                         new ContinuousParameterSpace(new LogUniformDistribution(1e-3, 1e-1)));
 * }</pre>
 *
 * <p>Arbiter numbers the parameters of a space when a candidate generator is made of it: a space
 * belongs to one generator.
 */
@JsonAutoDetect(
        fieldVisibility = JsonAutoDetect.Visibility.ANY,
        getterVisibility = JsonAutoDetect.Visibility.NONE,
        isGetterVisibility = JsonAutoDetect.Visibility.NONE,
        setterVisibility = JsonAutoDetect.Visibility.NONE)
public final class MetaTrainingSpace extends AbstractParameterSpace<Proposal> {

    /** As text: Arbiter's JSON knows nothing of this library's. */
    private String base;

    private TreeMap<Setting, ParameterSpace<?>> parameters = new TreeMap<>();

    /** For JSON. */
    private MetaTrainingSpace() {}

    /** A space of this one configuration. */
    public static MetaTrainingSpace around(MetaTrainingConfig base) {
        MetaTrainingSpace space = new MetaTrainingSpace();
        space.base = Proposal.write(base);
        return space;
    }

    /**
     * A space that varies every setting that this configuration has, within limits that a small
     * machine can pay for: sizes up to N = 16, populations of half to twice that of the first
     * phase.
     */
    public static MetaTrainingSpace standard(MetaTrainingConfig base) {
        MetaTrainingSpace space = around(base);
        standardSpaces(base).forEach(space::with);
        return space;
    }

    /** The {@link #standard} space reduced to these settings. */
    public static MetaTrainingSpace standard(MetaTrainingConfig base, Set<Setting> settings) {
        Map<Setting, ParameterSpace<?>> all = standardSpaces(base);
        MetaTrainingSpace space = around(base);
        for (Setting setting : settings) {
            require(
                    all.containsKey(setting),
                    "%s has no %s to vary; it has %s",
                    base.name(),
                    setting.label(),
                    all.keySet().stream().map(Setting::label).toList());
            space.with(setting, all.get(setting));
        }
        return space;
    }

    private static Map<Setting, ParameterSpace<?>> standardSpaces(MetaTrainingConfig base) {
        Map<Setting, ParameterSpace<?>> spaces = new EnumMap<>(Setting.class);
        List<LearnerConfig> learners = Edits.learners(base);
        if (learners.stream().allMatch(Vsml.class::isInstance)) {
            spaces.put(Setting.STATE_SIZE, new DiscreteParameterSpace<>(4, 8, 16));
            spaces.put(Setting.MESSAGE_SIZE, new DiscreteParameterSpace<>(2, 4, 8));
            spaces.put(Setting.LAYER_NORM, new BooleanSpace());
            spaces.put(Setting.INPUT_GATE_SHIFT, new ContinuousParameterSpace(-6, 0));
            spaces.put(Setting.FORGET_GATE_SHIFT, new ContinuousParameterSpace(0, 6));
            spaces.put(Setting.MICRO_TICKS, new IntegerParameterSpace(1, 3));
        }
        spaces.put(Setting.OPTIMIZER, new DiscreteParameterSpace<>("adam", "sgd"));
        spaces.put(
                Setting.LEARNING_RATE,
                new ContinuousParameterSpace(new LogUniformDistribution(1e-3, 1e-1)));
        if (has(base, GradientEstimator.EvolutionStrategies.class)) {
            spaces.put(
                    Setting.SIGMA,
                    new ContinuousParameterSpace(new LogUniformDistribution(1e-2, 2e-1)));
        }
        int batch = base.phases().get(0).batch();
        spaces.put(
                Setting.POPULATION,
                new DiscreteParameterSpace<>(
                        List.of(Math.max(1, batch / 2), batch, Math.multiplyExact(2, batch))
                                .stream()
                                .distinct()
                                .toList()));
        if (has(base, GradientEstimator.Backpropagation.class)) {
            spaces.put(
                    Setting.CLIP,
                    new ContinuousParameterSpace(new LogUniformDistribution(0.1, 100)));
        }
        if (Edits.isConstant(base)) {
            spaces.put(Setting.CURRICULUM, new DiscreteParameterSpace<>(0.25, 0.5, 1.0));
        }
        if (Edits.tasks(base).anyMatch(TaskDistribution.Images.class::isInstance)) {
            spaces.put(Setting.AFFINE, new BooleanSpace());
        }
        if (base.phases().stream().allMatch(p -> Edits.hasSubsets(p.episodes()))) {
            spaces.put(Setting.PROJECTED_SHARE, new ContinuousParameterSpace(0, 1));
        }
        if (base.phases().stream().allMatch(p -> Edits.isMixed(p.episodes()))) {
            spaces.put(Setting.SYNTHETIC_SHARE, new ContinuousParameterSpace(0.1, 0.9));
        }
        return spaces;
    }

    private static boolean has(
            MetaTrainingConfig base, Class<? extends GradientEstimator> estimator) {
        return base.phases().stream().allMatch(phase -> estimator.isInstance(phase.estimator()));
    }

    /**
     * Lets a setting vary.
     *
     * @return this space
     */
    public MetaTrainingSpace with(Setting setting, ParameterSpace<?> space) {
        require(setting != null && space != null, "setting and space must not be null");
        require(
                parameters.putIfAbsent(setting, space) == null,
                "%s varies already",
                setting.label());
        return this;
    }

    /** What varies, in order. */
    public Set<Setting> settings() {
        return Set.copyOf(parameters.keySet());
    }

    /** The configuration that is varied. */
    public MetaTrainingConfig base() {
        return Proposal.read(base);
    }

    /** The values of what varies at a point of [0, 1]^{@link #numParameters}. */
    @Override
    public Proposal getValue(double[] point) {
        Map<Setting, Object> values = new EnumMap<>(Setting.class);
        parameters.forEach((setting, space) -> values.put(setting, space.getValue(point)));
        return new Proposal(base, values);
    }

    @Override
    public int numParameters() {
        return parameters.values().stream()
                .flatMap(space -> space.collectLeaves().stream())
                .mapToInt(leaf -> leaf.numParameters())
                .sum();
    }

    // Arbiter's interface has the raw type.
    @SuppressWarnings("rawtypes")
    @Override
    public List<ParameterSpace> collectLeaves() {
        List<ParameterSpace> leaves = new ArrayList<>();
        parameters.values().forEach(space -> leaves.addAll(space.collectLeaves()));
        return leaves;
    }

    @SuppressWarnings("rawtypes")
    @Override
    public Map<String, ParameterSpace> getNestedSpaces() {
        Map<String, ParameterSpace> nested = new LinkedHashMap<>();
        parameters.forEach((setting, space) -> nested.put(setting.label(), space));
        return nested;
    }

    @Override
    public boolean isLeaf() {
        return false;
    }

    @Override
    public void setIndices(int... indices) {
        throw new UnsupportedOperationException("a space of several parameters has no indices");
    }

    /** The space as JSON, for {@link #fromJson}. */
    public String toJson() {
        try {
            return JsonMapper.getMapper().writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the space cannot be written as JSON", e);
        }
    }

    /**
     * Reads a space. Arbiter's JSON names Java classes: read only what you wrote.
     *
     * @throws IOException if it is not the JSON of a space
     */
    public static MetaTrainingSpace fromJson(String json) throws IOException {
        return JsonMapper.getMapper().readValue(json, MetaTrainingSpace.class);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MetaTrainingSpace space
                && base.equals(space.base)
                && parameters.equals(space.parameters);
    }

    @Override
    public int hashCode() {
        return Objects.hash(base, parameters);
    }

    @Override
    public String toString() {
        return "MetaTrainingSpace" + parameters;
    }
}
