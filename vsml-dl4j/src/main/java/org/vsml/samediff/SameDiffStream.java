package org.vsml.samediff;

import static org.vsml.core.Checks.require;

import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Examples;
import org.vsml.core.LearnerStream;
import org.vsml.core.NamedArrays;
import org.vsml.core.RolloutOptions;
import org.vsml.core.TaskShape;

/** A stream whose learned variables stay in ND4J arrays from one example to the next. */
final class SameDiffStream implements LearnerStream {

    private static final List<Windows.Span> ONE = List.of(new Windows.Span(0, 1));

    private final WindowCache cache;
    private final Map<String, INDArray> metaVariables;
    private final ArrayLayout metaLayout;
    private final ArrayLayout learnedLayout;
    private final DataType dataType;
    private final TaskShape task;
    private final Map<String, INDArray> state;
    private final Map<String, INDArray> trial;

    SameDiffStream(
            WindowCache cache,
            Map<String, INDArray> metaVariables,
            ArrayLayout metaLayout,
            ArrayLayout learnedLayout,
            DataType dataType,
            TaskShape task,
            NamedArrays start) {
        this.cache = cache;
        this.metaVariables = metaVariables;
        this.metaLayout = metaLayout;
        this.learnedLayout = learnedLayout;
        this.dataType = dataType;
        this.task = task;
        state = Detached.call(() -> BatchRun.gather(List.of(start), learnedLayout, dataType));
        trial = Detached.call(() -> BatchRun.copy(state));
    }

    @Override
    public double[] predict(double[] input) {
        state.forEach((name, array) -> trial.get(name).assign(array));
        return step(input, Examples.UNLABELLED, trial);
    }

    @Override
    public double[] learn(double[] input, int label) {
        return step(input, label, state);
    }

    @Override
    public NamedArrays learnedVariables() {
        return BatchRun.scatter(state, 0, learnedLayout);
    }

    private double[] step(double[] input, int label, Map<String, INDArray> learned) {
        require(
                input.length == task.inputs(),
                "an example of this stream has %d inputs, got %d",
                task.inputs(),
                input.length);
        BatchRun run =
                new BatchRun(
                        cache,
                        metaVariables,
                        metaLayout,
                        learnedLayout,
                        dataType,
                        List.of(Examples.online(task, input, new int[] {label})),
                        ONE,
                        RolloutOptions.FORWARD,
                        0);
        run.forward(learned);
        return run.logits(0);
    }
}
