package org.vsml.core;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.vsml.reference.ReferenceVsml;

/**
 * A small layer with a memory and a stream that is long enough for units to be left out and
 * replaced, with inputs that change late or never and an example without a label.
 *
 * @param start learned variables before the stream
 */
public record MemoryCase(
        VsmlWithMemory model, NamedArrays meta, NamedArrays start, Examples examples) {

    /** Inputs of an example. */
    public static final int INPUTS = 6;

    /** Classes. */
    public static final int CLASSES = 3;

    /** Examples of the stream. */
    public static final int LENGTH = 14;

    /** Arrays of learned variables through which no gradient goes. */
    public static final List<String> NOT_DIFFERENTIATED =
            List.of(
                    "memory.examples",
                    "memory.label",
                    "conditioning.count",
                    "discriminant.count",
                    "discriminant.mean",
                    "discriminant.inverse",
                    "discriminant.projected",
                    "discriminant.weight",
                    "discriminant.regression_weight",
                    "discriminant.features.direction",
                    "discriminant.features.phase",
                    "discriminant.features.expert_weight",
                    "discriminant.features.regression_expert_weight",
                    "discriminant.features.regression_weight",
                    "discriminant.features.count",
                    "discriminant.features.mean",
                    "discriminant.features.inverse",
                    "discriminant.features.projected",
                    "discriminant.features.weight",
                    "begun",
                    "first_input",
                    "awake");

    /** A case that is not like that of another seed. */
    public static MemoryCase of(
            long seed, boolean resting, boolean discriminant, int capacity, int neighbours) {
        return of(seed, resting, discriminant, capacity, neighbours, false);
    }

    /**
     * The same, also of images of two channels that are standardised per channel, and with adaptive
     * weights.
     */
    public static MemoryCase of(
            long seed,
            boolean resting,
            boolean discriminant,
            int capacity,
            int neighbours,
            boolean images) {
        Dynamics dynamics =
                Dynamics.PAPER
                        .withMicroTicks(1)
                        .withFeedLabel(true)
                        .withBackwardPass(true, true)
                        .withStateClip(3)
                        .withConstantInputs(
                                resting ? ConstantInputs.REST : ConstantInputs.TAKE_PART);
        return of(
                seed,
                new VsmlWithMemory(
                        new Vsml(new SubRnn(5, 3, 2, false, -1, 1), Architecture.dense(), dynamics),
                        images ? Conditioning.STANDARD : new Conditioning(2, 0.03),
                        new Memory(capacity, neighbours, 2, 0.02, 8, 3),
                        discriminant ? discriminant(seed) : null,
                        images),
                images
                        ? new TaskShape(new InputShape(INPUTS / 2, 1, 2), CLASSES)
                        : TaskShape.of(INPUTS, CLASSES));
    }

    /** Of every third seed one on the inputs alone, of those above 3 one with least squares. */
    private static Discriminant discriminant(long seed) {
        Discriminant onInputs = Discriminant.STANDARD.withRegression(seed > 3);
        return seed % 3 == 0
                ? onInputs
                : onInputs.withFeatures(new FourierFeatures(7, 1.5, List.of(0.01, 0.1), 0.3));
    }

    /** A stream for a model. */
    public static MemoryCase of(long seed, VsmlWithMemory model) {
        return of(seed, model, TaskShape.of(INPUTS, CLASSES));
    }

    private static MemoryCase of(long seed, VsmlWithMemory model, TaskShape task) {
        Random random = new Random(seed);
        NamedArrays meta = NamedArrays.zeros(model.metaVariableLayout());
        for (int i = 0; i < meta.values().length; i++) {
            meta.values()[i] = random.nextGaussian() * 0.5;
        }
        meta.set("memory.log_sharpness", 0.7);
        meta.set("reading.weight", Arrays.copyOf(new double[] {0.8, 1.1, 0.4}, model.readings()));
        double[] inputs = new double[LENGTH * INPUTS];
        for (int i = 0; i < inputs.length; i++) {
            boolean constant = i % INPUTS == 4 || (changesLate(i % INPUTS) && i / INPUTS < 5);
            inputs[i] = constant ? 0.3 : random.nextGaussian();
        }
        int[] labels = random.ints(LENGTH, 0, CLASSES).toArray();
        labels[6] = Examples.UNLABELLED;
        NamedArrays start = model.initialLearnedVariables(task, 1, random);
        return new MemoryCase(model, meta, start, Examples.online(task, inputs, labels));
    }

    /** Whether an input is constant at first: what is made of it jumps at its first change. */
    public static boolean changesLate(int input) {
        return input == 1;
    }

    /** Input {@code a} of every example is constant at first or always. */
    public static boolean isConstantAtFirst(int a) {
        return a == 4 || changesLate(a);
    }

    /** The same stream from other learned variables. */
    public MemoryCase from(NamedArrays other) {
        return new MemoryCase(model, meta, other, examples);
    }

    /** The same model over other examples. */
    public MemoryCase over(Examples other) {
        return new MemoryCase(model, meta, start, other);
    }

    /** What the reference makes of the stream. */
    public ReferenceVsml.Result reference() {
        return ReferenceVsml.run(model, meta, start, examples);
    }

    /** Random numbers for final learned variables, 0 where no gradient goes. */
    public static NamedArrays gradientOf(ArrayLayout end, Random random) {
        NamedArrays result = new NamedArrays(end, random.doubles(end.size(), -1, 1).toArray());
        for (String fixed : NOT_DIFFERENTIATED) {
            if (end.contains(fixed)) {
                result.set(fixed, new double[end.entry(fixed).size()]);
            }
        }
        return result;
    }

    /** ⟨logits, ofLogits⟩ + ⟨final learned variables, ofEnd⟩ of the reference. */
    public double loss(double[] ofLogits, NamedArrays ofEnd) {
        ReferenceVsml.Result result = reference();
        double sum = 0;
        for (int i = 0; i < ofLogits.length; i++) {
            sum += ofLogits[i] * result.logits()[i];
        }
        for (int i = 0; i < ofEnd.values().length; i++) {
            sum += ofEnd.values()[i] * result.learnedVariables().values()[i];
        }
        return sum;
    }
}
