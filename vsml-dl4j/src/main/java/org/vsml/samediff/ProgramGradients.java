package org.vsml.samediff;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.api.ops.impl.transforms.same.Negative;
import org.nd4j.linalg.api.ops.impl.transforms.same.Square;
import org.vsml.samediff.Program.Value;

/** Gradients of a {@link Program} that ND4J gets wrong, or computes more slowly than needed. */
final class ProgramGradients {

    private final ProgramCompiler compiler;

    ProgramGradients(ProgramCompiler compiler) {
        this.compiler = compiler;
    }

    /** ε·s·(1 − s): the exponential is not computed a second time. */
    Value sigmoidGradient(Value s, Value epsilon) {
        Value squared = compiler.emit(new Square(), s.shape, s);
        return multiply(epsilon, compiler.emit(custom("subtract"), s.shape, s, squared));
    }

    Value multiply(Value a, Value b) {
        return compiler.emit(custom("multiply"), broadcast(a.shape, b.shape), a, b);
    }

    Value negate(Value a) {
        return compiler.emit(new Negative(), a.shape, a);
    }

    /** ∂/∂x = ε / y, ∂/∂y = −(ε / y)·(x / y). */
    Value[] divideGradient(Value x, Value y, Value epsilon) {
        Value share = compiler.emit(custom("divide"), epsilon.shape, epsilon, y);
        Value quotient = compiler.emit(custom("divide"), epsilon.shape, x, y);
        return new Value[] {
            sumTo(share, x.shape), negate(sumTo(multiply(share, quotient), y.shape))
        };
    }

    /** Adds up over the axes along which an argument of this shape was broadcast. */
    Value sumTo(Value gradient, long[] shape) {
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
            sum = compiler.emit(op, kept, gradient);
        }
        return ProgramCompiler.alias(sum, 0, shape);
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
    Value[] matmulGradient(long[] flags, Value[] in) {
        Value a = in[0];
        Value b = in[1];
        Value g = in[2];
        boolean transposeA = flags.length > 0 && flags[0] != 0;
        boolean transposeB = flags.length > 1 && flags[1] != 0;
        boolean transposeResult = flags.length > 2 && flags[2] != 0;
        require(!transposeResult, "a transposed matrix product result has no gradient here");
        Value da =
                transposeA
                        ? compiler.emit(matmul(transposeB, true), a.shape, b, g)
                        : compiler.emit(matmul(false, !transposeB), a.shape, g, b);
        Value db =
                transposeB
                        ? compiler.emit(matmul(true, transposeA), b.shape, g, a)
                        : compiler.emit(matmul(!transposeA, false), b.shape, a, g);
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
}
