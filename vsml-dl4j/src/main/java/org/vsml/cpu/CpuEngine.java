package org.vsml.cpu;

import static org.vsml.core.Checks.require;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vsml.core.CellType;
import org.vsml.core.Engine;
import org.vsml.core.Learner;
import org.vsml.core.Precision;
import org.vsml.core.Vsml;
import org.vsml.core.VsmlWithMemory;

/**
 * Runs VSML in float on the CPU, fused. Uses the Vector API where its module is there, plain loops
 * otherwise; the two agree to rounding.
 */
public final class CpuEngine implements Engine {

    /** The engine's name. */
    public static final String NAME = "cpu";

    private static final Logger LOG = LoggerFactory.getLogger(CpuEngine.class);
    private static final String VECTOR_KERNELS = "org.vsml.cpu.vector.VectorKernels";

    /** Which inner loops to use. */
    public enum Kernels {
        /** The Vector API if its module is there, else plain loops. */
        BEST,
        /** {@code jdk.incubator.vector}. */
        VECTOR,
        /** Plain Java. */
        PORTABLE
    }

    private final TileKernels kernels;

    /** An engine on the best kernels here. */
    public CpuEngine() {
        this(Kernels.BEST);
    }

    /**
     * An engine on chosen kernels.
     *
     * @throws IllegalArgumentException if they are {@link Kernels#VECTOR} and the JVM was started
     *     without the module
     */
    public CpuEngine(Kernels choice) {
        require(choice != null, "kernels must be BEST, VECTOR or PORTABLE, got null");
        kernels = choice == Kernels.BEST ? Best.KERNELS : create(choice);
    }

    /** Found once; warns once if they are the slow ones. */
    private static final class Best {
        static final TileKernels KERNELS = find();

        private static TileKernels find() {
            if (vectorModule()) {
                return create(Kernels.VECTOR);
            }
            LOG.warn(
                    "VSML runs on plain loops; several times faster on the Vector API: start Java"
                            + " with --add-modules jdk.incubator.vector");
            return create(Kernels.PORTABLE);
        }
    }

    private static boolean vectorModule() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    private static TileKernels create(Kernels choice) {
        if (choice == Kernels.PORTABLE) {
            return new PortableKernels();
        }
        require(
                vectorModule(),
                "vector kernels need the module: start Java with --add-modules"
                        + " jdk.incubator.vector");
        try {
            return Class.forName(VECTOR_KERNELS)
                    .asSubclass(TileKernels.class)
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot create " + VECTOR_KERNELS, e);
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Precision precision() {
        return Precision.FLOAT;
    }

    /** The inner loops in use, such as {@code vector-512} or {@code portable}. */
    public String kernels() {
        return kernels.name();
    }

    /** LSTMs. */
    @Override
    public boolean supports(Vsml model) {
        return model.subRnn().cell() == CellType.LSTM;
    }

    @Override
    public Learner learner(Vsml model) {
        require(
                supports(model),
                "the cpu engine runs LSTMs, got %s; use the samediff engine",
                model);
        return new CpuLearner(model, kernels);
    }

    @Override
    public boolean supports(VsmlWithMemory model) {
        return supports(model.layer());
    }

    @Override
    public Learner learner(VsmlWithMemory model) {
        return new CpuMemoryLearner(model, kernels);
    }

    @Override
    public String toString() {
        return NAME + " (" + kernels() + ")";
    }

    /** Announces the engine: the first choice in float unless there is a GPU. */
    public static final class Provider implements Engine.Provider {

        private static final int PRIORITY = 50;

        /** For {@link java.util.ServiceLoader}. */
        public Provider() {}

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public boolean supports(Precision precision) {
            return precision == Precision.FLOAT;
        }

        @Override
        public int priority(Precision precision) {
            return PRIORITY;
        }

        @Override
        public Engine create(Precision precision) {
            require(supports(precision), "the cpu engine computes in FLOAT, got %s", precision);
            return new CpuEngine();
        }
    }
}
