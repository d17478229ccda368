package org.vsml.lab;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Conditioned;
import org.vsml.core.Engine;
import org.vsml.core.LearnerConfig;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.NamedArrays;
import org.vsml.core.SubRnnArrays;
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

    /** Of messages to readings, ln(1 + t)/7. */
    private static final int TIME_CHANNEL = 2;

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
        NamedArrays meta = algorithm.metaVariables();
        if (model.discriminant() != null) {
            VsmlWithMemory without = model.withDiscriminant(null);
            result.add(
                    contender(
                            name + " without discriminant", without, part(meta, without), engine));
        }
        if (model.discriminant() != null && model.discriminant().features() != null) {
            VsmlWithMemory without =
                    model.withDiscriminant(model.discriminant().withFeatures(null));
            result.add(contender(name + " without features", without, meta, engine));
        }
        if (model.pools()) {
            VsmlWithMemory without =
                    model.withDiscriminant(model.discriminant().withRegression(false));
            result.add(contender(name + " without pool", without, meta, engine));
        }
        if (model.adaptiveWeights()) {
            VsmlWithMemory without = model.withAdaptiveWeights(false);
            result.add(
                    contender(
                            name + " without adaptive weights",
                            without,
                            part(meta, without),
                            engine));
        }
        Conditioned layer = new Conditioned(model.layer(), model.conditioning());
        result.add(contender(name + ", its layer alone", layer, part(meta, layer), engine));
        result.add(
                contender(
                        name + ", its layer alone, not conditioned",
                        model.layer(),
                        part(meta, model.layer()),
                        engine));
        String output = model.layer().metaVariablePrefix(0, false);
        result.add(
                zeroed(algorithm, model, output + SubRnnArrays.FORWARD_WEIGHTS, "layer", engine));
        result.add(zeroed(algorithm, model, "memory.evidence", "learning units", engine));
        result.add(zeroed(algorithm, model, "reading.trust", "learned trust", engine));
        NamedArrays flat = algorithm.metaVariables().copy();
        // e = sigmoid(40) = 1: every input counts the same.
        flat.set("memory.metric_share", 40);
        result.add(contender(name + " without metric", model, flat, engine));
        result.add(contender(name + " without time", model, withoutTime(meta), engine));
        result.add(unlearnedMix(model, engine));
        return result;
    }

    /** Readings are not told how many examples have been seen. */
    private static NamedArrays withoutTime(NamedArrays meta) {
        NamedArrays without = meta.copy();
        for (String array : List.of("reading.predict.", "reading.learn.")) {
            String name = array + SubRnnArrays.FORWARD_INPUT;
            int gates = meta.layout().entry(name).shape().get(1);
            int offset = meta.layout().offset(name) + TIME_CHANNEL * gates;
            Arrays.fill(without.values(), offset, offset + gates, 0);
        }
        return without;
    }

    private static Contender zeroed(
            LearningAlgorithm algorithm,
            VsmlWithMemory model,
            String array,
            String part,
            Engine engine) {
        NamedArrays without = algorithm.metaVariables().copy();
        without.set(array, new double[without.layout().entry(array).size()]);
        return contender(
                algorithm.provenance().name() + " without " + part, model, without, engine);
    }

    private static Contender unlearnedMix(VsmlWithMemory model, Engine engine) {
        LearningAlgorithm layer = LearningAlgorithm.fromResource(LAYER);
        VsmlWithMemory plain = model.withDiscriminant(null).withAdaptiveWeights(false);
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
            String name, LearnerConfig config, NamedArrays meta, Engine engine) {
        return Contender.of(new LearnerAlgorithm(name, config.learner(engine), meta));
    }

    /** What a smaller configuration has of V_M: of each of its arrays, so many values. */
    private static NamedArrays part(NamedArrays meta, LearnerConfig config) {
        NamedArrays result = NamedArrays.zeros(config.metaVariableLayout());
        for (ArrayLayout.Entry entry : result.layout().entries()) {
            result.set(entry.name(), Arrays.copyOf(meta.array(entry.name()), entry.size()));
        }
        return result;
    }
}
