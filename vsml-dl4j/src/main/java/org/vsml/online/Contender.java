package org.vsml.online;

import static org.vsml.core.Checks.require;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * One entry of a comparison: an algorithm, or a grid of settings of which the best counts. The best
 * is chosen in hindsight on the very streams that are reported, separately at every number of
 * examples: a choice in favour of what has a grid, which no user could make.
 *
 * @param name what tables call it
 * @param settings at least one
 */
public record Contender(String name, List<OnlineAlgorithm> settings) {

    public Contender {
        settings = List.copyOf(settings);
        require(!settings.isEmpty(), "%s needs at least one setting, got none", name);
    }

    /** A single algorithm under its own name. */
    public static Contender of(OnlineAlgorithm algorithm) {
        return new Contender(algorithm.name(), List.of(algorithm));
    }

    /** This contender with every setting changed, such as to {@link StandardisedInputs}. */
    public Contender withEach(UnaryOperator<OnlineAlgorithm> change) {
        return new Contender(name, settings.stream().map(change).toList());
    }
}
