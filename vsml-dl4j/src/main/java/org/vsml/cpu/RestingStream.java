package org.vsml.cpu;

import java.util.Arrays;
import org.vsml.core.Examples;
import org.vsml.core.LearnerStream;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;

/** A stream whose constant inputs rest: a {@link CpuStream} of those that take part. */
final class RestingStream implements LearnerStream {

    private final CpuLearner learner;
    private final NamedArrays metaVariables;
    private final TaskShape task;
    private final AwakeInputs awake;

    /** V_L; of the inputs that take part it is out of date while {@link #stream} runs. */
    private final NamedArrays learned;

    /** What stands beside the layer, or null. */
    private final MemoryView memory;

    private PresentInputs present;
    private CpuStream stream;

    /** The present inputs of an example. */
    private double[] taken;

    RestingStream(
            CpuLearner learner,
            NamedArrays metaVariables,
            TaskShape task,
            NamedArrays start,
            MemoryView memory) {
        this.learner = learner;
        this.memory = memory;
        this.metaVariables = metaVariables;
        this.task = task;
        awake = AwakeInputs.of(start, 1);
        learned = start.copy();
        present = new PresentInputs(awake.present(), task.inputs());
        stream = open(present);
        taken = new double[present.indices().length];
    }

    private CpuStream open(PresentInputs inputs) {
        TaskShape smaller = TaskShape.of(inputs.indices().length, task.classes());
        return learner.presentStream(
                metaVariables,
                smaller,
                inputs.learnedVariables(learned, learner.presentLayout(smaller, 1)),
                memory == null ? null : memory.stretch(0, inputs.indices()));
    }

    @Override
    public double[] predict(double[] input) {
        double[] logits = new double[task.classes()];
        predict(input, logits);
        return logits;
    }

    @Override
    public void predict(double[] input, double[] logits) {
        Examples.requireInput(input, task);
        if (!awake.wakes(input, 0)) {
            present.take(input, taken);
            stream.predict(taken, logits);
            return;
        }
        update();
        PresentInputs woken = new PresentInputs(awake.copy().observe(input, 0), task.inputs());
        open(woken).predict(woken.take(input, 0, 1), logits);
    }

    @Override
    public double[] learn(double[] input, int label) {
        double[] logits = new double[task.classes()];
        learn(input, label, logits);
        return logits;
    }

    @Override
    public void learn(double[] input, int label, double[] logits) {
        Examples.requireInput(input, task);
        Examples.requireLabel(label, task);
        int[] next = awake.observe(input, 0);
        if (!Arrays.equals(next, present.indices())) {
            update();
            present = new PresentInputs(next, task.inputs());
            stream = open(present);
            taken = new double[next.length];
        }
        present.take(input, taken);
        stream.learn(taken, label, logits);
    }

    @Override
    public NamedArrays learnedVariables() {
        update();
        NamedArrays result = learned.copy();
        awake.write(result);
        return result;
    }

    private void update() {
        present.putLearnedVariables(stream.learnedVariables(), learned);
    }
}
