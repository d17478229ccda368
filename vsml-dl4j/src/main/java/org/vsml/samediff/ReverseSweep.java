package org.vsml.samediff;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;

/**
 * Adds the gradient of Σ ⟨seed, variable⟩ to a SameDiff graph, in reverse order of creation, with
 * SameDiff's own rule for each operation. Unlike {@link SameDiff#createGradFunction} it starts from
 * given adjoints instead of a scalar loss, works within one graph (no copy of it), adds up the
 * contributions of repeated arguments correctly and prints nothing.
 */
final class ReverseSweep {

    private final SameDiff graph;
    private final Set<String> dependent = new HashSet<>();
    private final Map<String, SDVariable> gradients = new HashMap<>();

    private ReverseSweep(SameDiff graph) {
        this.graph = graph;
    }

    /**
     * Gradients with respect to {@code wanted}, by name; a variable that nothing seeded depends on
     * has none.
     *
     * @param seeds variable to its adjoint, of the same shape
     */
    static Map<String, SDVariable> gradients(
            SameDiff graph, Map<SDVariable, SDVariable> seeds, Collection<String> wanted) {
        ReverseSweep sweep = new ReverseSweep(graph);
        sweep.run(seeds, wanted);
        Map<String, SDVariable> result = new HashMap<>();
        for (String name : wanted) {
            SDVariable gradient = sweep.gradients.get(name);
            if (gradient != null) {
                result.put(name, gradient);
            }
        }
        return result;
    }

    private void run(Map<SDVariable, SDVariable> seeds, Collection<String> wanted) {
        // Creation order is a topological order, and the rules append to the map: take a copy.
        List<SameDiffOp> ops = new ArrayList<>(graph.getOps().values());
        dependent.addAll(wanted);
        for (SameDiffOp op : ops) {
            if (op.getInputsToOp() != null
                    && op.getInputsToOp().stream().anyMatch(dependent::contains)) {
                dependent.addAll(op.getOutputsOfOp());
            }
        }
        seeds.forEach((variable, seed) -> add(variable.name(), seed));
        for (int i = ops.size() - 1; i >= 0; i--) {
            SameDiffOp op = ops.get(i);
            if (op.getOutputsOfOp().stream().anyMatch(gradients::containsKey)) {
                differentiate(op);
            }
        }
    }

    private void differentiate(SameDiffOp op) {
        List<SDVariable> outputGradients = new ArrayList<>();
        for (String output : op.getOutputsOfOp()) {
            SDVariable gradient = gradients.get(output);
            outputGradients.add(
                    gradient != null ? gradient : graph.zerosLike(graph.getVariable(output)));
        }
        List<SDVariable> inputGradients = op.getOp().doDiff(outputGradients);
        List<String> inputs = op.getInputsToOp();
        for (int i = 0; i < Math.min(inputs.size(), inputGradients.size()); i++) {
            add(inputs.get(i), inputGradients.get(i));
        }
    }

    private void add(String name, SDVariable gradient) {
        if (dependent.contains(name)) {
            gradients.merge(name, gradient, SDVariable::add);
        }
    }
}
