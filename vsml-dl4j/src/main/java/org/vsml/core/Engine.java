package org.vsml.core;

import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Something that can run a VSML model: SameDiff (the definition, float and double, CPU and CUDA) or
 * the fused CPU engine. Engines are found through {@link ServiceLoader} by their {@link Provider};
 * what is built on top does not know which one it has.
 */
public interface Engine {

    /** Short name: {@code samediff}, {@code cpu}. */
    String name();

    /** Arithmetic it computes in. */
    Precision precision();

    /**
     * A learner that runs this model.
     *
     * @throws IllegalArgumentException if this engine does not {@link #supports support} the model;
     *     the message says what it lacks
     */
    Learner learner(Vsml model);

    /** Whether this engine can run the model. */
    default boolean supports(Vsml model) {
        return true;
    }

    /**
     * A learner that runs a model with a memory.
     *
     * @throws IllegalArgumentException if this engine does not {@link #supports(VsmlWithMemory)
     *     support} it
     */
    default Learner learner(VsmlWithMemory model) {
        throw new IllegalArgumentException(
                "the " + name() + " engine in " + precision() + " runs no model with a memory");
    }

    /** Whether this engine can run a model with a memory. */
    default boolean supports(VsmlWithMemory model) {
        return false;
    }

    /**
     * The best engine here: fused on the CPU in float; SameDiff for double or when ND4J's backend
     * is CUDA. A model that the best one does not support runs on the next best.
     */
    static Engine auto(Precision precision) {
        List<Engine> engines =
                providers().stream()
                        .filter(p -> p.supports(precision))
                        .sorted(
                                Comparator.comparingInt((Provider p) -> p.priority(precision))
                                        .reversed())
                        .map(p -> p.create(precision))
                        .toList();
        if (engines.isEmpty()) {
            throw new IllegalStateException("no engine on the class path supports " + precision);
        }
        return engines.size() == 1 ? engines.get(0) : new PreferredEngine(engines);
    }

    /** The best engine here in float. */
    static Engine auto() {
        return auto(Precision.FLOAT);
    }

    /**
     * The engine of this name.
     *
     * @throws IllegalArgumentException if there is none, or it does not support the precision
     */
    static Engine of(String name, Precision precision) {
        List<Provider> all = providers();
        return all.stream()
                .filter(p -> p.name().equals(name) && p.supports(precision))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        String.format(
                                                "no engine %s with precision %s; there are %s",
                                                name,
                                                precision,
                                                all.stream().map(Provider::name).toList())))
                .create(precision);
    }

    /** The names of the engines that support this precision, best first. */
    static List<String> names(Precision precision) {
        return providers().stream()
                .filter(p -> p.supports(precision))
                .sorted(Comparator.comparingInt((Provider p) -> p.priority(precision)).reversed())
                .map(Provider::name)
                .toList();
    }

    private static List<Provider> providers() {
        return ServiceLoader.load(Provider.class, Engine.class.getClassLoader()).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    /** Announces an engine. */
    interface Provider {

        /** The engine's name. */
        String name();

        /** Whether the engine can compute in this precision. */
        boolean supports(Precision precision);

        /** Preference on this machine: the highest wins. */
        int priority(Precision precision);

        /** The engine. */
        Engine create(Precision precision);
    }
}
