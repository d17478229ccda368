package org.vsml.samediff;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.nd4j.autodiff.functions.DifferentialFunction;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
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
    static final class Value {
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
            return Program.length(shape);
        }
    }

    /** One native call. */
    record Instruction(DifferentialFunction op, Value[] inputs, Value[] outputs) {}

    /** A block of memory that several values occupy one after the other. */
    record Buffer(DataType type, long length) {}

    // Filled by the compiler, and never changed thereafter.
    final Map<String, Value> inputs = new LinkedHashMap<>();
    final Map<String, Value> outputs = new HashMap<>();
    final List<Instruction> forward = new ArrayList<>();
    final List<Instruction> backward = new ArrayList<>();
    final List<Buffer> buffers = new ArrayList<>();
    private final Deque<Frame> idle = new ConcurrentLinkedDeque<>();
    private final AtomicLong idleBytes = new AtomicLong();

    Program() {}

    /**
     * Compiles what is needed for the given outputs.
     *
     * @param graph a graph whose placeholders have full shapes
     * @param forwardOutputs available after {@link Frame#forward}
     * @param backwardOutputs available after {@link Frame#backward}
     */
    static Program compile(
            SameDiff graph, Collection<String> forwardOutputs, Collection<String> backwardOutputs) {
        return Detached.call(
                () -> new ProgramCompiler(graph).compile(forwardOutputs, backwardOutputs));
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

    /** Number of values of a shape. */
    static long length(long[] shape) {
        return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    }

    static INDArray view(INDArray block, long offset, long[] shape) {
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

    static OpContext newContext(DifferentialFunction op, INDArray[] inputs) {
        OpContext context = Nd4j.getExecutioner().buildContext();
        if (op instanceof CustomOp custom) {
            context.setArgs(inputs, custom.iArgs(), custom.dArgs(), custom.tArgs(), custom.bArgs());
        } else {
            context.setInputArrays(inputs);
        }
        return context;
    }

    static void execute(DifferentialFunction op, OpContext context) {
        if (op instanceof CustomOp custom) {
            Nd4j.getExecutioner().exec(custom, context);
        } else {
            Nd4j.getExecutioner().exec((Op) op, context);
        }
    }
}
