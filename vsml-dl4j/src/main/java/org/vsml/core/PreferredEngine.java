package org.vsml.core;

import static org.vsml.core.Checks.require;

import java.util.List;
import java.util.function.Predicate;

/**
 * Several engines in order of preference: a model runs on the first that supports it.
 *
 * @param engines at least one, the preferred one first, all of one precision
 */
record PreferredEngine(List<Engine> engines) implements Engine {

    PreferredEngine {
        engines = List.copyOf(engines);
        require(!engines.isEmpty(), "there must be at least one engine");
    }

    /** The name of the preferred engine. */
    @Override
    public String name() {
        return engines.get(0).name();
    }

    @Override
    public Precision precision() {
        return engines.get(0).precision();
    }

    @Override
    public boolean supports(Vsml model) {
        return engines.stream().anyMatch(engine -> engine.supports(model));
    }

    @Override
    public Learner learner(Vsml model) {
        return first(engine -> engine.supports(model), model).learner(model);
    }

    @Override
    public boolean supports(VsmlWithMemory model) {
        return engines.stream().anyMatch(engine -> engine.supports(model));
    }

    @Override
    public Learner learner(VsmlWithMemory model) {
        return first(engine -> engine.supports(model), model).learner(model);
    }

    private Engine first(Predicate<Engine> supporting, Object model) {
        return engines.stream()
                .filter(supporting)
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "none of the engines "
                                                + engines.stream().map(Engine::name).toList()
                                                + " can run "
                                                + model));
    }
}
