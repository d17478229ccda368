package org.vsml.samediff;

import static org.vsml.core.Checks.require;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseOp;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.ReduceOp;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;
import org.vsml.samediff.Program.Instruction;
import org.vsml.samediff.Program.Value;

/** Turns a graph into the instructions of a {@link Program}. */
final class ProgramCompiler {
    private final SameDiff graph;
    private final Program program = new Program();
    private final Map<String, Value> values = new HashMap<>();
    private final Map<Value, Value> sigmoids = new HashMap<>();
    private final List<Instruction> instructions = new ArrayList<>();
    private final ProgramGradients gradients = new ProgramGradients(this);
    private final Map<DataType, INDArray> scratch = new HashMap<>();

    ProgramCompiler(SameDiff graph) {
        this.graph = graph;
    }

    Program compile(Collection<String> forwardOutputs, Collection<String> backwardOutputs) {
        Set<String> wanted = new HashSet<>(forwardOutputs);
        wanted.addAll(backwardOutputs);
        for (SameDiffOp op : neededOps(wanted)) {
            lower(op);
        }
        wanted.forEach(name -> program.outputs.put(name, value(name)));
        Set<Value> forwardRoots = needed(forwardOutputs);
        Set<Value> allRoots = needed(wanted);
        for (Instruction instruction : instructions) {
            if (writes(instruction, forwardRoots)) {
                program.forward.add(instruction);
            } else if (writes(instruction, allRoots)) {
                program.backward.add(instruction);
            }
        }
        ProgramBuffers.place(program);
        return program;
    }

    private List<SameDiffOp> neededOps(Set<String> wanted) {
        List<SameDiffOp> ops = new ArrayList<>(graph.getOps().values());
        Set<String> variables = new HashSet<>(wanted);
        Deque<SameDiffOp> result = new ArrayDeque<>();
        for (int i = ops.size() - 1; i >= 0; i--) {
            SameDiffOp op = ops.get(i);
            if (op.getOutputsOfOp().stream().anyMatch(variables::contains)) {
                variables.addAll(op.getInputsToOp());
                result.addFirst(op);
            }
        }
        return new ArrayList<>(result);
    }

    private Value value(String name) {
        return values.computeIfAbsent(
                name,
                n -> {
                    SDVariable variable = graph.getVariable(n);
                    if (variable.getVariableType() == VariableType.PLACEHOLDER) {
                        long[] shape = variable.getShape();
                        require(
                                shape != null && Arrays.stream(shape).allMatch(axis -> axis >= 0),
                                "placeholder %s must have a full shape, got %s",
                                n,
                                Arrays.toString(shape));
                        Value value = new Value(variable.dataType(), shape);
                        value.input = true;
                        program.inputs.put(n, value);
                        return value;
                    }
                    return constant(variable.getArr());
                });
    }

    private static Value constant(INDArray array) {
        INDArray contiguous = array.isView() || array.ordering() != 'c' ? array.dup('c') : array;
        Value value = new Value(contiguous.dataType(), contiguous.shape());
        value.constant = contiguous;
        return value;
    }

    private void lower(SameDiffOp sameDiffOp) {
        DifferentialFunction op = sameDiffOp.getOp();
        Value[] in = sameDiffOp.getInputsToOp().stream().map(this::value).toArray(Value[]::new);
        List<String> outNames = sameDiffOp.getOutputsOfOp();
        Value[] out = lower(op, in, outNames);
        for (int i = 0; i < out.length; i++) {
            values.put(outNames.get(i), out[i]);
        }
    }

    private Value[] lower(DifferentialFunction op, Value[] in, List<String> outNames) {
        return switch (op.opName()) {
            case "identity" -> new Value[] {alias(in[0], 0, in[0].shape)};
            case "reshape" -> new Value[] {alias(in[0], 0, shapes(op, in).get(0).getShape())};
            case "shape_of" ->
                    new Value[] {
                        constant(Nd4j.createFromArray(in[0].shape).castTo(type(outNames.get(0))))
                    };
            case "zeroslike" -> new Value[] {constant(Nd4j.zeros(in[0].type, in[0].shape))};
            case "split" ->
                    in.length == 1 && ((CustomOp) op).iArgs()[1] == 0
                            ? split(in[0], (int) ((CustomOp) op).iArgs()[0])
                            : generic(op, in, outNames);
            case "sigmoid" -> {
                Value[] out = generic(op, in, outNames);
                sigmoids.put(in[0], out[0]);
                yield out;
            }
            case "sigmoid_bp" ->
                    sigmoids.containsKey(in[0])
                            ? new Value[] {gradients.sigmoidGradient(sigmoids.get(in[0]), in[1])}
                            : generic(op, in, outNames);
            // Of two broadcast arguments ND4J gets the gradient wrong where one is a scalar,
            // and is slow elsewhere.
            case "add_bp" ->
                    new Value[] {
                        gradients.sumTo(in[2], in[0].shape), gradients.sumTo(in[2], in[1].shape)
                    };
            case "subtract_bp" ->
                    new Value[] {
                        gradients.sumTo(in[2], in[0].shape),
                        gradients.negate(gradients.sumTo(in[2], in[1].shape))
                    };
            case "multiply_bp" ->
                    new Value[] {
                        gradients.sumTo(gradients.multiply(in[2], in[1]), in[0].shape),
                        gradients.sumTo(gradients.multiply(in[2], in[0]), in[1].shape)
                    };
            case "divide_bp" -> gradients.divideGradient(in[0], in[1], in[2]);
            case "matmul_bp" ->
                    in[0].shape.length == 2 && in[1].shape.length == 2
                            ? gradients.matmulGradient(((CustomOp) op).iArgs(), in)
                            : generic(op, in, outNames);
            default -> generic(op, in, outNames);
        };
    }

    private Value[] generic(DifferentialFunction op, Value[] in, List<String> outNames) {
        require(
                op instanceof CustomOp || op instanceof Op,
                "operation %s (%s) cannot run in a window: control flow and tensor arrays are not supported",
                op.opName(),
                op.getClass().getSimpleName());
        List<LongShapeDescriptor> shapes = shapes(op, in);
        if (op instanceof ReduceOp && in[0].length() == Program.length(shapes.get(0).getShape())) {
            // Nothing to add up; ND4J would return its argument and leave the output array as
            // it was.
            require(
                    Set.of("reduce_sum", "reduce_mean", "reduce_max", "reduce_min", "reduce_prod")
                            .contains(op.opName()),
                    "operation %s over axes of size 1 cannot run in a window",
                    op.opName());
            return new Value[] {alias(in[0], 0, shapes.get(0).getShape())};
        }
        Value[] out = new Value[shapes.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = new Value(type(outNames.get(i)), shapes.get(i).getShape());
        }
        emit(op, in, out);
        return out;
    }

    private Value[] split(Value in, int parts) {
        long[] shape = in.shape.clone();
        shape[0] /= parts;
        Value[] out = new Value[parts];
        for (int i = 0; i < parts; i++) {
            out[i] = alias(in, i * Program.length(shape), shape);
        }
        return out;
    }

    Value emit(DifferentialFunction op, long[] shape, Value... in) {
        Value out = new Value(in[0].type, shape);
        emit(op, in, new Value[] {out});
        return out;
    }

    private void emit(DifferentialFunction op, Value[] in, Value[] out) {
        if (Arrays.stream(in).allMatch(v -> v.constant != null)) {
            for (Value value : out) {
                value.constant = Nd4j.createUninitialized(value.type, value.shape);
            }
            OpContext context = context(op, in);
            context.setOutputArrays(
                    Arrays.stream(out).map(v -> v.constant).toArray(INDArray[]::new));
            Program.execute(op, context);
            context.purge();
            return;
        }
        instructions.add(new Instruction(op, in, out));
    }

    static Value alias(Value of, long offset, long[] shape) {
        Value alias = new Value(of, offset, shape);
        if (of.constant != null) {
            alias.constant = Program.view(of.constant, offset, shape);
        }
        return alias;
    }

    private List<LongShapeDescriptor> shapes(DifferentialFunction op, Value[] in) {
        OpContext context = context(op, in);
        try {
            return op instanceof CustomOp custom
                    ? custom.calculateOutputShape(context)
                    : ((BaseOp) op).calculateOutputShape(context);
        } finally {
            context.purge();
        }
    }

    private OpContext context(DifferentialFunction op, Value[] in) {
        return Program.newContext(op, Arrays.stream(in).map(this::sample).toArray(INDArray[]::new));
    }

    /** An array of the value's shape; of its content only constants matter to shapes. */
    private INDArray sample(Value value) {
        if (value.constant != null) {
            return value.constant;
        }
        long length = Math.max(1, value.length());
        INDArray block = scratch.get(value.type);
        if (block == null || block.length() < length) {
            block = Nd4j.createUninitialized(value.type, length);
            scratch.put(value.type, block);
        }
        return Program.view(block, 0, value.shape);
    }

    private DataType type(String name) {
        return graph.getVariable(name).dataType();
    }

    private Set<Value> needed(Collection<String> names) {
        Set<Value> roots = new HashSet<>();
        names.forEach(name -> roots.add(value(name).root));
        for (int i = instructions.size() - 1; i >= 0; i--) {
            Instruction instruction = instructions.get(i);
            if (writes(instruction, roots)) {
                for (Value in : instruction.inputs()) {
                    roots.add(in.root);
                }
            }
        }
        return roots;
    }

    private static boolean writes(Instruction instruction, Set<Value> roots) {
        return Arrays.stream(instruction.outputs()).anyMatch(roots::contains);
    }
}
