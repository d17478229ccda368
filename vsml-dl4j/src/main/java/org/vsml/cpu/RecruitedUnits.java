package org.vsml.cpu;

import java.util.Arrays;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;
import org.vsml.core.VsmlWithMemory;

/**
 * The units that a stream has recruited, the oldest first: what {@link VsmlWithMemory} keeps of
 * them, and the search for those nearest to an example. Belongs to one thread.
 */
final class RecruitedUnits {

    /** Inputs whose part of a distance is added up before it is compared with the best so far. */
    private static final int BLOCK = 128;

    /** One recruited unit. */
    static final class Unit {
        int label;

        /** x_s [inputs], measured from the first example of the stream. */
        final float[] input;

        /** [classes, 2, N], h then c. */
        final float[] state;

        /** Adjoint of the state; null as long as it is zero. */
        float[] stateAdjoint;

        /** Adjoint of the input; null as long as it is zero. */
        float[] inputAdjoint;

        Unit(int label, float[] input, int stateLength) {
            this.label = label;
            this.input = input;
            state = new float[stateLength];
        }

        float[] stateAdjoint() {
            if (stateAdjoint == null) {
                stateAdjoint = new float[state.length];
            }
            return stateAdjoint;
        }

        float[] inputAdjoint() {
            if (inputAdjoint == null) {
                inputAdjoint = new float[input.length];
            }
            return inputAdjoint;
        }
    }

    private final TileKernels kernels;
    private final boolean recorded;
    private final int capacity;

    /** Bound of what one input adds to a distance, before its weight. */
    private final float limit;

    private final int classes;
    private final int size;
    private Unit[] units = new Unit[16];
    private int first;
    private int count;

    /**
     * @param learned the memory's part of V_L; read here only
     * @param recorded whether the way back will be taken, which reads the units that were replaced
     */
    RecruitedUnits(
            TileKernels kernels,
            VsmlWithMemory model,
            TaskShape task,
            NamedArrays learned,
            boolean recorded) {
        this.kernels = kernels;
        this.recorded = recorded;
        capacity = model.memory().capacity();
        limit = limit(model, task);
        classes = task.classes();
        size = model.layer().subRnn().stateSize();
        double[] values = learned.values();
        int labels = learned.layout().offset("memory.label");
        int inputs = learned.layout().offset("memory.input");
        int hidden = learned.layout().offset("memory.hidden");
        int cell = learned.layout().offset("memory.cell");
        for (int s = 0; s < learned.layout().entry("memory.label").size(); s++) {
            float[] x = new float[task.inputs()];
            for (int a = 0; a < x.length; a++) {
                x[a] = (float) values[inputs + s * x.length + a];
            }
            Unit unit = recruit((int) values[labels + s], x);
            for (int b = 0; b < classes; b++) {
                for (int n = 0; n < size; n++) {
                    int place = (s * classes + b) * size + n;
                    unit.state[2 * b * size + n] = (float) values[hidden + place];
                    unit.state[(2 * b + 1) * size + n] = (float) values[cell + place];
                }
            }
        }
    }

    /** Bound of what one input adds to a distance, before its weight. */
    static float limit(VsmlWithMemory model, TaskShape task) {
        return (float) model.squaredInputBound(task);
    }

    int count() {
        return count;
    }

    /** Unit s, 0 for the oldest. */
    Unit unit(int s) {
        int index = first + s;
        return units[index < units.length ? index : index - units.length];
    }

    /**
     * A new unit, whose states are still to be set; takes the place of the oldest if there is no
     * other, and its arrays too if nothing is recorded.
     *
     * @param input of an example; if that is recorded, it is the unit's own as well
     */
    Unit recruit(int label, float[] input) {
        Unit unit;
        if (recorded || count < capacity) {
            unit = new Unit(label, recorded ? input : input.clone(), 2 * classes * size);
        } else {
            unit = units[first];
            unit.label = label;
            System.arraycopy(input, 0, unit.input, 0, input.length);
        }
        if (count == capacity) {
            units[first] = null;
            first = (first + 1) % units.length;
            count--;
        } else if (count == units.length) {
            Unit[] larger = new Unit[2 * units.length];
            for (int s = 0; s < count; s++) {
                larger[s] = unit(s);
            }
            units = larger;
            first = 0;
        }
        units[(first + count) % units.length] = unit;
        count++;
        return unit;
    }

    /**
     * The nearest units, nearest first, of equal ones the oldest.
     *
     * @param scales 1 / scale_a² of each input
     * @param omega weight of each input
     * @param found overwritten from the front
     * @param distances of those, overwritten
     * @return how many, at most {@code found.length}
     */
    int nearest(float[] x, float[] scales, float[] omega, Unit[] found, float[] distances) {
        int wanted = found.length;
        int have = 0;
        for (int s = 0; s < count; s++) {
            Unit unit = unit(s);
            float bound = have < wanted ? Float.POSITIVE_INFINITY : distances[wanted - 1];
            float distance = distance(x, unit.input, scales, omega, bound);
            if (!(distance < bound)) {
                continue;
            }
            int place = Math.min(have, wanted - 1);
            while (place > 0 && distances[place - 1] > distance) {
                distances[place] = distances[place - 1];
                found[place] = found[place - 1];
                place--;
            }
            distances[place] = distance;
            found[place] = unit;
            have = Math.min(wanted, have + 1);
        }
        return have;
    }

    /** The distance, or something not below {@code bound} if it is not. */
    private float distance(float[] x, float[] y, float[] scales, float[] omega, float bound) {
        float sum = 0;
        for (int from = 0; from < x.length && sum < bound; from += BLOCK) {
            sum +=
                    kernels.distance(
                            x, y, scales, omega, limit, from, Math.min(x.length, from + BLOCK));
        }
        return sum;
    }

    /**
     * Writes the arrays of units, or their adjoints.
     *
     * @param units as many as {@code to} has
     */
    void write(Unit[] units, NamedArrays to, boolean adjoints) {
        double[] values = to.values();
        int labels = to.layout().offset("memory.label");
        int inputs = to.layout().offset("memory.input");
        int hidden = to.layout().offset("memory.hidden");
        int cell = to.layout().offset("memory.cell");
        for (int s = 0; s < units.length; s++) {
            Unit unit = units[s];
            values[labels + s] = adjoints ? 0 : unit.label;
            float[] input = adjoints ? unit.inputAdjoint : unit.input;
            float[] state = adjoints ? unit.stateAdjoint : unit.state;
            for (int a = 0; a < unit.input.length && input != null; a++) {
                values[inputs + s * input.length + a] = input[a];
            }
            for (int b = 0; b < classes && state != null; b++) {
                for (int n = 0; n < size; n++) {
                    int place = (s * classes + b) * size + n;
                    values[hidden + place] = state[2 * b * size + n];
                    values[cell + place] = state[(2 * b + 1) * size + n];
                }
            }
        }
    }

    /** Takes a gradient of the units as they are now. */
    void readAdjoints(NamedArrays gradient) {
        double[] values = gradient.values();
        int inputs = gradient.layout().offset("memory.input");
        int hidden = gradient.layout().offset("memory.hidden");
        int cell = gradient.layout().offset("memory.cell");
        for (int s = 0; s < count; s++) {
            Unit unit = unit(s);
            float[] input = unit.inputAdjoint();
            float[] state = unit.stateAdjoint();
            for (int a = 0; a < input.length; a++) {
                input[a] = (float) values[inputs + s * input.length + a];
            }
            for (int b = 0; b < classes; b++) {
                for (int n = 0; n < size; n++) {
                    int place = (s * classes + b) * size + n;
                    state[2 * b * size + n] = (float) values[hidden + place];
                    state[(2 * b + 1) * size + n] = (float) values[cell + place];
                }
            }
        }
    }

    /** The units as they are now, the oldest first. */
    Unit[] all() {
        Unit[] result = new Unit[count];
        Arrays.setAll(result, this::unit);
        return result;
    }
}
