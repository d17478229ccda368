package org.vsml.samediff;

import static org.vsml.core.Checks.require;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BaseOp;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.ReduceOp;
import org.nd4j.linalg.api.ops.impl.transforms.same.Negative;
import org.nd4j.linalg.api.ops.impl.transforms.same.Square;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A SameDiff graph of fixed shapes, made ready to run many times: all shapes are inferred once,
 * every array has its place in a few buffers that are reused as soon as nothing reads them any
 * more, and shape operations cost nothing.
 *
 * <p>SameDiff's own session allocates an array for every operation of every run (a 4 MB array costs
 * as much as an operation), and cannot stop between the forward and the backward half of a graph. A
 * program runs the two halves separately, so that a gradient that arrives later needs no second
 * forward pass.
 *
 * <p>A program is immutable and shared by threads; a {@link Frame} holds the arrays of one run.
 */
final class Program {

    /** An array of the program; aliases are the same memory as their root under another shape. */
    private static final class Value {
        final DataType type;
        final long[] shape;
        final Value root;
        final long offset;
        INDArray constant;
        boolean input;
        int buffer = -1;

        Value(DataType type, long[] shape) {
            this.type = type;
            this.shape = shape;
            root = this;
            offset = 0;
        }

        Value(Value of, long offset, long[] shape) {
            type = of.type;
            this.shape = shape;
            root = of.root;
            this.offset = of.offset + offset;
        }

        long length() {
            return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        }
    }

    /** One native call. */
    private record Instruction(DifferentialFunction op, Value[] inputs, Value[] outputs) {}

    /** A block of memory that several values occupy one after the other. */
    private record Buffer(DataType type, long length) {}

    private final Map<String, Value> inputs = new LinkedHashMap<>();
    private final Map<String, Value> outputs = new HashMap<>();
    private final List<Instruction> forward = new ArrayList<>();
    private final List<Instruction> backward = new ArrayList<>();
    private final List<Buffer> buffers = new ArrayList<>();
    private final Deque<Frame> idle = new ConcurrentLinkedDeque<>();
    private final AtomicLong idleBytes = new AtomicLong();

    private Program() {}

    /**
     * Compiles what is needed for the given outputs.
     *
     * @param graph a graph whose placeholders have full shapes
     * @param forwardOutputs available after {@link Frame#forward}
     * @param backwardOutputs available after {@link Frame#backward}
     */
    static Program compile(
            SameDiff graph, Collection<String> forwardOutputs, Collection<String> backwardOutputs) {
        return Detached.call(() -> new Compiler(graph).compile(forwardOutputs, backwardOutputs));
    }

    /** Bytes of one frame. */
    long frameBytes() {
        long bytes = 0;
        for (Buffer buffer : buffers) {
            bytes += buffer.length() * buffer.type().width();
        }
        for (Value value : inputs.values()) {
            bytes += value.length() * value.type.width();
        }
        return bytes;
    }

    /** Whether the given placeholder is read by this program. */
    boolean hasInput(String name) {
        return inputs.containsKey(name);
    }

    /** A frame for one caller, until it is released. */
    Frame acquire() {
        Frame frame = idle.pollFirst();
        if (frame == null) {
            return Detached.call(Frame::new);
        }
        idleBytes.addAndGet(-frameBytes());
        return frame;
    }

    /** Gives a frame back; it is kept for the next run. */
    void release(Frame frame) {
        idleBytes.addAndGet(frameBytes());
        idle.addFirst(frame);
    }

    /** Bytes of all idle frames. */
    long idleBytes() {
        return idleBytes.get();
    }

    /** Frees all idle frames. */
    void clear() {
        for (Frame frame = idle.pollFirst(); frame != null; frame = idle.pollFirst()) {
            idleBytes.addAndGet(-frameBytes());
            frame.free();
        }
    }

    /** The arrays of one run; used by one thread at a time. */
    final class Frame {
        private final INDArray[] memory = new INDArray[buffers.size()];
        private final Map<Value, INDArray> roots = new HashMap<>();
        private final Map<Value, INDArray> arrays = new HashMap<>();
        private final OpContext[] forwardContexts;
        private final OpContext[] backwardContexts;

        private Frame() {
            for (int i = 0; i < memory.length; i++) {
                memory[i] =
                        Nd4j.createUninitialized(buffers.get(i).type(), buffers.get(i).length());
            }
            for (Value value : inputs.values()) {
                INDArray array = Nd4j.create(value.type, value.shape);
                roots.put(value, array);
            }
            forwardContexts = forward.stream().map(this::context).toArray(OpContext[]::new);
            backwardContexts = backward.stream().map(this::context).toArray(OpContext[]::new);
        }

        /** The array of a placeholder, to be filled before the half that reads it is run. */
        INDArray input(String name) {
            Value value = inputs.get(name);
            require(value != null, "the program has no input %s; it has %s", name, inputs.keySet());
            return roots.get(value);
        }

        /** A result; valid until the next run. */
        INDArray output(String name) {
            Value value = outputs.get(name);
            require(
                    value != null,
                    "the program has no output %s; it has %s",
                    name,
                    outputs.keySet());
            return array(value);
        }

        /** Runs the forward half. */
        void forward() {
            execute(forward, forwardContexts);
        }

        /** Runs the backward half; the forward half must have run on the same inputs. */
        void backward() {
            execute(backward, backwardContexts);
        }

        private void execute(List<Instruction> instructions, OpContext[] contexts) {
            for (int i = 0; i < contexts.length; i++) {
                Program.execute(instructions.get(i).op(), contexts[i]);
            }
        }

        private OpContext context(Instruction instruction) {
            OpContext context = newContext(instruction.op(), arrays(instruction.inputs()));
            context.setOutputArrays(arrays(instruction.outputs()));
            return context;
        }

        private INDArray[] arrays(Value[] values) {
            return Arrays.stream(values).map(this::array).toArray(INDArray[]::new);
        }

        private INDArray array(Value value) {
            return arrays.computeIfAbsent(
                    value,
                    v -> {
                        if (v.constant != null) {
                            return v.constant;
                        }
                        Value root = v.root;
                        INDArray block =
                                root.constant != null
                                        ? root.constant
                                        : root.input ? roots.get(root) : memory[root.buffer];
                        return view(block, v.offset, v.shape);
                    });
        }

        private void free() {
            for (OpContext context : forwardContexts) {
                context.purge();
            }
            for (OpContext context : backwardContexts) {
                context.purge();
            }
            arrays.clear();
            for (INDArray array : memory) {
                array.close();
            }
            for (INDArray array : roots.values()) {
                array.close();
            }
        }
    }

    private static INDArray view(INDArray block, long offset, long[] shape) {
        if (offset == 0 && Arrays.equals(block.shape(), shape)) {
            return block;
        }
        return Nd4j.create(
                block.data(),
                shape,
                Nd4j.getStrides(shape, 'c'),
                block.offset() + offset,
                'c',
                block.dataType());
    }

    private static OpContext newContext(DifferentialFunction op, INDArray[] inputs) {
        OpContext context = Nd4j.getExecutioner().buildContext();
        if (op instanceof CustomOp custom) {
            context.setArgs(inputs, custom.iArgs(), custom.dArgs(), custom.tArgs(), custom.bArgs());
        } else {
            context.setInputArrays(inputs);
        }
        return context;
    }

    private static void execute(DifferentialFunction op, OpContext context) {
        if (op instanceof CustomOp custom) {
            Nd4j.getExecutioner().exec(custom, context);
        } else {
            Nd4j.getExecutioner().exec((Op) op, context);
        }
    }

    /** Turns a graph into instructions. */
    private static final class Compiler {
        private final SameDiff graph;
        private final Program program = new Program();
        private final Map<String, Value> values = new HashMap<>();
        private final Map<Value, Value> sigmoids = new HashMap<>();
        private final List<Instruction> instructions = new ArrayList<>();
        private final Map<DataType, INDArray> scratch = new HashMap<>();

        Compiler(SameDiff graph) {
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
            placeInBuffers();
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
                                    shape != null
                                            && Arrays.stream(shape).allMatch(axis -> axis >= 0),
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
            INDArray contiguous =
                    array.isView() || array.ordering() != 'c' ? array.dup('c') : array;
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
                            constant(
                                    Nd4j.createFromArray(in[0].shape).castTo(type(outNames.get(0))))
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
                                ? new Value[] {sigmoidGradient(sigmoids.get(in[0]), in[1])}
                                : generic(op, in, outNames);
                // Of two broadcast arguments ND4J gets the gradient wrong where one is a scalar,
                // and is slow elsewhere.
                case "add_bp" -> new Value[] {sumTo(in[2], in[0].shape), sumTo(in[2], in[1].shape)};
                case "subtract_bp" ->
                        new Value[] {sumTo(in[2], in[0].shape), negate(sumTo(in[2], in[1].shape))};
                case "multiply_bp" ->
                        new Value[] {
                            sumTo(multiply(in[2], in[1]), in[0].shape),
                            sumTo(multiply(in[2], in[0]), in[1].shape)
                        };
                case "divide_bp" -> divideGradient(in[0], in[1], in[2]);
                case "matmul_bp" ->
                        in[0].shape.length == 2 && in[1].shape.length == 2
                                ? matmulGradient(((CustomOp) op).iArgs(), in)
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
            if (op instanceof ReduceOp && in[0].length() == length(shapes.get(0).getShape())) {
                // Nothing to add up; ND4J would return its argument and leave the output array as
                // it was.
                require(
                        Set.of(
                                        "reduce_sum",
                                        "reduce_mean",
                                        "reduce_max",
                                        "reduce_min",
                                        "reduce_prod")
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
                out[i] = alias(in, i * length(shape), shape);
            }
            return out;
        }

        /** ε·s·(1 − s): the exponential is not computed a second time. */
        private Value sigmoidGradient(Value s, Value epsilon) {
            Value squared = emit(new Square(), s.shape, s);
            return multiply(epsilon, emit(custom("subtract"), s.shape, s, squared));
        }

        private Value multiply(Value a, Value b) {
            return emit(custom("multiply"), broadcast(a.shape, b.shape), a, b);
        }

        private Value negate(Value a) {
            return emit(new Negative(), a.shape, a);
        }

        /** ∂/∂x = ε / y, ∂/∂y = −(ε / y)·(x / y). */
        private Value[] divideGradient(Value x, Value y, Value epsilon) {
            Value share = emit(custom("divide"), epsilon.shape, epsilon, y);
            Value quotient = emit(custom("divide"), epsilon.shape, x, y);
            return new Value[] {
                sumTo(share, x.shape), negate(sumTo(multiply(share, quotient), y.shape))
            };
        }

        /** Adds up over the axes along which an argument of this shape was broadcast. */
        private Value sumTo(Value gradient, long[] shape) {
            if (Arrays.equals(gradient.shape, shape)) {
                return gradient;
            }
            int missing = gradient.shape.length - shape.length;
            long[] kept = gradient.shape.clone();
            List<Integer> axes = new ArrayList<>();
            for (int axis = 0; axis < kept.length; axis++) {
                if (kept[axis] > 1 && (axis < missing || shape[axis - missing] == 1)) {
                    kept[axis] = 1;
                    axes.add(axis);
                }
            }
            Value sum = gradient;
            if (!axes.isEmpty()) {
                DynamicCustomOp op =
                        DynamicCustomOp.builder("reduce_sum")
                                .addIntegerArguments(axes)
                                .addBooleanArguments(true)
                                .build();
                sum = emit(op, kept, gradient);
            }
            return alias(sum, 0, shape);
        }

        private static long[] broadcast(long[] a, long[] b) {
            long[] result = new long[Math.max(a.length, b.length)];
            for (int axis = 1; axis <= result.length; axis++) {
                long first = axis <= a.length ? a[a.length - axis] : 1;
                long second = axis <= b.length ? b[b.length - axis] : 1;
                result[result.length - axis] = Math.max(first, second);
            }
            return result;
        }

        /** The two halves of a matrix product's gradient, each computed only if it is wanted. */
        private Value[] matmulGradient(long[] flags, Value[] in) {
            Value a = in[0];
            Value b = in[1];
            Value g = in[2];
            boolean transposeA = flags.length > 0 && flags[0] != 0;
            boolean transposeB = flags.length > 1 && flags[1] != 0;
            boolean transposeResult = flags.length > 2 && flags[2] != 0;
            require(!transposeResult, "a transposed matrix product result has no gradient here");
            Value da =
                    transposeA
                            ? emit(matmul(transposeB, true), a.shape, b, g)
                            : emit(matmul(false, !transposeB), a.shape, g, b);
            Value db =
                    transposeB
                            ? emit(matmul(true, transposeA), b.shape, g, a)
                            : emit(matmul(!transposeA, false), b.shape, a, g);
            return new Value[] {da, db};
        }

        private static DynamicCustomOp matmul(boolean transposeA, boolean transposeB) {
            return DynamicCustomOp.builder("matmul")
                    .addIntegerArguments(transposeA ? 1 : 0, transposeB ? 1 : 0, 0)
                    .build();
        }

        private static DynamicCustomOp custom(String name) {
            return DynamicCustomOp.builder(name).build();
        }

        private Value emit(DifferentialFunction op, long[] shape, Value... in) {
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
                execute(op, context);
                context.purge();
                return;
            }
            instructions.add(new Instruction(op, in, out));
        }

        private static Value alias(Value of, long offset, long[] shape) {
            Value alias = new Value(of, offset, shape);
            if (of.constant != null) {
                alias.constant = view(of.constant, offset, shape);
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
            return newContext(op, Arrays.stream(in).map(this::sample).toArray(INDArray[]::new));
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
            return view(block, 0, value.shape);
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

        private void placeInBuffers() {
            List<Instruction> all = new ArrayList<>(program.forward);
            all.addAll(program.backward);
            Map<Value, Integer> lastUse = new HashMap<>();
            for (int i = 0; i < all.size(); i++) {
                for (Value out : all.get(i).outputs()) {
                    lastUse.put(out, i);
                }
                for (Value in : all.get(i).inputs()) {
                    lastUse.put(in.root, i);
                }
            }
            program.outputs.values().forEach(v -> lastUse.put(v.root, all.size()));
            Map<Buffer, Deque<Integer>> free = new HashMap<>();
            for (int i = 0; i < all.size(); i++) {
                Instruction instruction = all.get(i);
                for (Value out : instruction.outputs()) {
                    Buffer wanted = new Buffer(out.type, out.length());
                    Integer place =
                            free.computeIfAbsent(wanted, b -> new ArrayDeque<>()).pollFirst();
                    if (place == null) {
                        place = program.buffers.size();
                        program.buffers.add(wanted);
                    }
                    out.buffer = place;
                }
                Set<Value> done = new HashSet<>(Arrays.asList(instruction.outputs()));
                for (Value in : instruction.inputs()) {
                    done.add(in.root);
                }
                for (Value value : done) {
                    if (value.buffer >= 0 && lastUse.get(value) == i) {
                        // Last in, first out: the warmest block of memory is taken first.
                        free.get(program.buffers.get(value.buffer)).addFirst(value.buffer);
                    }
                }
            }
        }

        private static long length(long[] shape) {
            return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        }
    }
}
