package org.vsml.baselines;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import org.vsml.core.ArrayLayout;
import org.vsml.core.NamedArrays;

/** The meta variables of a baseline: names, shapes, and how each starts. */
final class Parameters {

    private final List<ArrayLayout.Entry> entries = new ArrayList<>();
    private final List<ToDoubleFunction<RandomGenerator>> starts = new ArrayList<>();

    /** Weights {@code name_w} [inputs, outputs] and biases {@code name_b} [outputs]. */
    Parameters linear(String name, int inputs, int outputs) {
        return weights(name + "_w", inputs, inputs, outputs).constant(name + "_b", 0, outputs);
    }

    /** Truncated normal with standard deviation 1/√{@code fanIn}, as everywhere in the paper. */
    Parameters weights(String name, int fanIn, Integer... shape) {
        double deviation = 1 / Math.sqrt(fanIn);
        return add(
                ArrayLayout.Entry.of(name, shape), random -> deviation * truncatedNormal(random));
    }

    /** The same value everywhere. */
    Parameters constant(String name, double value, Integer... shape) {
        return add(ArrayLayout.Entry.of(name, shape), random -> value);
    }

    private Parameters add(ArrayLayout.Entry entry, ToDoubleFunction<RandomGenerator> start) {
        entries.add(entry);
        starts.add(start);
        return this;
    }

    ArrayLayout layout() {
        return new ArrayLayout(entries);
    }

    NamedArrays draw(RandomGenerator random) {
        NamedArrays drawn = NamedArrays.zeros(layout());
        int next = 0;
        for (int i = 0; i < entries.size(); i++) {
            for (int end = next + entries.get(i).size(); next < end; next++) {
                drawn.values()[next] = starts.get(i).applyAsDouble(random);
            }
        }
        return drawn;
    }

    private static double truncatedNormal(RandomGenerator random) {
        double draw;
        do {
            draw = random.nextGaussian();
        } while (Math.abs(draw) > 2);
        return draw;
    }
}
