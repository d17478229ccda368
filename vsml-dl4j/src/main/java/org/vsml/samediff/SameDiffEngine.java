package org.vsml.samediff;

import static org.vsml.core.Checks.require;

import org.nd4j.linalg.api.buffer.DataType;
import org.vsml.core.Engine;
import org.vsml.core.Learner;
import org.vsml.core.Precision;
import org.vsml.core.Vsml;
import org.vsml.core.VsmlWithMemory;

/**
 * Runs VSML as a SameDiff graph on whatever backend ND4J has, and takes its gradients by SameDiff's
 * rules, in float or double.
 *
 * @param precision arithmetic
 */
public record SameDiffEngine(Precision precision) implements Engine {

    /** The engine's name. */
    public static final String NAME = "samediff";

    public SameDiffEngine {
        require(precision != null, "precision must be FLOAT or DOUBLE, got null");
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Learner learner(Vsml model) {
        return new SameDiffLearner(new VsmlStep(model), precision);
    }

    @Override
    public Learner learner(VsmlWithMemory model) {
        return new MemoryLearner(model, dataType(precision));
    }

    @Override
    public boolean supports(VsmlWithMemory model) {
        return true;
    }

    static DataType dataType(Precision precision) {
        return precision == Precision.DOUBLE ? DataType.DOUBLE : DataType.FLOAT;
    }

    /** Announces the engine: the first choice in double and on CUDA. */
    public static final class Provider implements Engine.Provider {

        private static final int PREFERRED = 100;
        private static final int FALLBACK = 10;

        @Override
        public String name() {
            return NAME;
        }

        /** All precisions, where ND4J is on the class path; online learning does without it. */
        @Override
        public boolean supports(Precision precision) {
            return isThere("org.nd4j.linalg.factory.Nd4j");
        }

        @Override
        public int priority(Precision precision) {
            return precision == Precision.DOUBLE || hasCuda() ? PREFERRED : FALLBACK;
        }

        @Override
        public Engine create(Precision precision) {
            return new SameDiffEngine(precision);
        }

        private static boolean hasCuda() {
            return isThere("org.nd4j.linalg.jcublas.JCublasBackend");
        }

        private static boolean isThere(String type) {
            try {
                Class.forName(type, false, Provider.class.getClassLoader());
                return true;
            } catch (ClassNotFoundException e) {
                return false;
            }
        }
    }
}
