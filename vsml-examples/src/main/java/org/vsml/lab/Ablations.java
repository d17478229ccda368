package org.vsml.lab;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Conditioned;
import org.vsml.core.Engine;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.VsmlWithMemory;
import org.vsml.online.Contender;
import org.vsml.online.LearnerAlgorithm;
import org.vsml.online.OnlineAlgorithm;

/**
 * A learning algorithm with a memory with one of its parts taken away, as it stands: nothing is
 * meta-trained again. And the unlearned mix: the layer of {@code general-1} beside a vote of
 * nearest neighbours that no meta-training has touched, for a grid of weights of the vote.
 */
public final class Ablations {

    private static final double[] VOTE_WEIGHTS = {0.3, 0.5, 1, 2};
    private static final String LAYER = "general-1";

    private Ablations() {}

    /**
     * The algorithm's ablations.
     *
     * @throws IllegalArgumentException if the algorithm has no memory
     */
    public static List<Contender> of(LearningAlgorithm algorithm, Engine engine) {
        require(
                algorithm.config() instanceof VsmlWithMemory,
                "only an algorithm with a memory has parts to take away, got %s",
                algorithm.provenance().name());
        VsmlWithMemory model = (VsmlWithMemory) algorithm.config();
        String name = algorithm.provenance().name();
        List<Contender> result = new ArrayList<>();
        if (model.discriminant() != null) {
            VsmlWithMemory without = withoutDiscriminant(model);
            NamedArrays meta = NamedArrays.zeros(without.metaVariableLayout());
            for (ArrayLayout.Entry entry : meta.layout().entries()) {
                // Its weight, the last of the readings', is left out.
                double[] values = algorithm.metaVariables().array(entry.name());
                meta.set(entry.name(), Arrays.copyOf(values, entry.size()));
            }
            result.add(contender(name + " without discriminant", without, meta, engine));
        }
        if (model.adaptiveWeights()) {
            VsmlWithMemory without = model.withAdaptiveWeights(false);
            NamedArrays meta = NamedArrays.zeros(without.metaVariableLayout());
            // Their rates, the last of all, are left out.
            System.arraycopy(
                    algorithm.metaVariables().values(), 0, meta.values(), 0, meta.values().length);
            result.add(contender(name + " without adaptive weights", without, meta, engine));
        }
        Conditioned layer = new Conditioned(model.layer(), model.conditioning());
        NamedArrays ofLayer =
                algorithm
                        .metaVariables()
                        .range(0, model.layer().metaVariableLayout().entries().size());
        result.add(
                Contender.of(
                        new LearnerAlgorithm(
                                name + ", its layer alone", layer.learner(engine), ofLayer)));
        result.add(zeroed(algorithm, model, "memory.evidence", "learning units", engine));
        result.add(zeroed(algorithm, model, "reading.trust", "learned trust", engine));
        NamedArrays flat = copy(algorithm.metaVariables());
        // e = sigmoid(40) = 1: every input counts the same.
        flat.set("memory.metric_share", 40);
        result.add(contender(name + " without metric", model, flat, engine));
        result.add(unlearnedMix(model, engine));
        return result;
    }

    private static Contender zeroed(
            LearningAlgorithm algorithm,
            VsmlWithMemory model,
            String array,
            String part,
            Engine engine) {
        NamedArrays without = copy(algorithm.metaVariables());
        without.set(array, new double[without.layout().entry(array).size()]);
        return contender(
                algorithm.provenance().name() + " without " + part, model, without, engine);
    }

    private static VsmlWithMemory withoutDiscriminant(VsmlWithMemory model) {
        return new VsmlWithMemory(
                model.layer(), model.conditioning(), model.memory(), null, model.adaptiveWeights());
    }

    private static Contender unlearnedMix(VsmlWithMemory model, Engine engine) {
        LearningAlgorithm layer = LearningAlgorithm.fromResource(LAYER);
        VsmlWithMemory plain = withoutDiscriminant(model).withAdaptiveWeights(false);
        List<OnlineAlgorithm> settings = new ArrayList<>();
        for (double weight : VOTE_WEIGHTS) {
            NamedArrays meta = plain.adopt(layer);
            meta.set("reading.weight", 1, weight);
            settings.add(
                    new LearnerAlgorithm(
                            String.format(Locale.ROOT, "unlearned mix, vote %s", weight),
                            plain.learner(engine),
                            meta));
        }
        return new Contender("unlearned mix", settings);
    }

    private static Contender contender(
            String name, VsmlWithMemory model, NamedArrays meta, Engine engine) {
        return Contender.of(new LearnerAlgorithm(name, model.learner(engine), meta));
    }

    private static NamedArrays copy(NamedArrays arrays) {
        return new NamedArrays(arrays.layout(), arrays.values().clone());
    }
}
