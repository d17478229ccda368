package org.vsml.samediff;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.vsml.core.ArrayLayout;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.LearnerConfig;
import org.vsml.core.LearnerStream;
import org.vsml.core.NamedArrays;
import org.vsml.core.Precision;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.TaskShape;

/**
 * Any {@link StepFunction} as a {@link Learner}. Episodes of any length go through windows of a few
 * unrolled steps; the gradient is exact over the full length all the same, since the adjoint of the
 * learned variables is carried from window to window. Graphs are built once for each task, number
 * of episodes and window length, and reused.
 *
 * <p>Episodes of equal shape and length share the batch dimension up to a size that caches like;
 * more of them run in parallel on the common fork-join pool. How they are grouped depends on their
 * sizes only, never on the machine, so results are reproducible.
 */
public final class SameDiffLearner implements Learner {

    /** Enough to make the work at the borders negligible, few enough to build quickly. */
    private static final int LONGEST_WINDOW = 10;

    /**
     * Learned variables of all episodes of a batch together; about 1 MB in float, so that arrays
     * stay in cache.
     */
    private static final int BATCH_LEARNED_VARIABLES = 1 << 18;

    private final StepFunction function;
    private final DataType dataType;
    private final int longestWindow;
    private final WindowCache cache;

    /** A learner that computes in the given precision. */
    public SameDiffLearner(StepFunction function, Precision precision) {
        this(function, precision, LONGEST_WINDOW);
    }

    /**
     * A learner with windows of at most {@code longestWindow} examples. The result does not depend
     * on it (but for rounding), time and memory do.
     */
    public SameDiffLearner(StepFunction function, Precision precision, int longestWindow) {
        require(
                function != null && precision != null,
                "step function and precision must not be null");
        require(longestWindow >= 1, "longestWindow must be >= 1, got %d", longestWindow);
        this.function = function;
        this.longestWindow = longestWindow;
        dataType = SameDiffEngine.dataType(precision);
        cache = new WindowCache(function, dataType);
    }

    @Override
    public LearnerConfig config() {
        return function.config();
    }

    /** Episodes that can share a graph. */
    private record Shape(TaskShape task, int parallel, int length) {}

    @Override
    public Rollout run(
            NamedArrays metaVariables,
            List<NamedArrays> starts,
            List<Examples> episodes,
            RolloutOptions options) {
        metaVariables.requireLayout(metaVariableLayout(), "meta variables", "the learner");
        requireEpisodes(starts, episodes);
        Map<Shape, List<Integer>> groups = new LinkedHashMap<>();
        for (int i = 0; i < episodes.size(); i++) {
            Examples e = episodes.get(i);
            groups.computeIfAbsent(
                            new Shape(e.task(), e.parallel(), e.length()), s -> new ArrayList<>())
                    .add(i);
        }
        List<List<Integer>> batches = new ArrayList<>();
        groups.forEach(
                (shape, members) -> {
                    long size = learnedVariableLayout(shape.task(), shape.parallel()).size();
                    int most = (int) Math.max(1, BATCH_LEARNED_VARIABLES / size);
                    for (Windows.Span span : Windows.cut(members.size(), most, 0)) {
                        batches.add(members.subList(span.start(), span.end()));
                    }
                });
        return start(metaVariables, starts, episodes, batches, options);
    }

    private Rollout start(
            NamedArrays metaVariables,
            List<NamedArrays> starts,
            List<Examples> episodes,
            List<List<Integer>> batches,
            RolloutOptions options) {
        Map<String, INDArray> meta = Detached.call(() -> arrays(metaVariables, dataType));
        List<BatchRun> runs = new ArrayList<>();
        for (List<Integer> batch : batches) {
            List<Examples> examples = batch.stream().map(episodes::get).toList();
            Examples first = examples.get(0);
            runs.add(
                    new BatchRun(
                            cache,
                            meta,
                            metaVariableLayout(),
                            learnedVariableLayout(first.task(), first.parallel()),
                            dataType,
                            examples,
                            Windows.cut(first.length(), longestWindow, options.truncation()),
                            options,
                            options.memoryBudget() / batches.size()));
        }
        SameDiffRollout rollout =
                new SameDiffRollout(
                        runs,
                        batches,
                        episodes,
                        metaVariableLayout(),
                        options,
                        () -> cache.trim(options.memoryBudget()));
        try {
            each(
                    runs.size(),
                    i -> runs.get(i).forward(batches.get(i).stream().map(starts::get).toList()));
        } catch (RuntimeException | Error e) {
            rollout.close();
            throw e;
        }
        return rollout;
    }

    @Override
    public LearnerStream open(NamedArrays metaVariables, TaskShape task, NamedArrays start) {
        metaVariables.requireLayout(metaVariableLayout(), "meta variables", "the learner");
        requireLearnedVariables(start, task, 1, "the learner's stream");
        return new SameDiffStream(
                cache,
                Detached.call(() -> arrays(metaVariables, dataType)),
                metaVariableLayout(),
                start.layout(),
                dataType,
                task,
                start);
    }

    /** Meta variables by name, in the shapes of the layout. */
    static Map<String, INDArray> arrays(NamedArrays metaVariables, DataType dataType) {
        Map<String, INDArray> result = new LinkedHashMap<>();
        for (ArrayLayout.Entry entry : metaVariables.layout().entries()) {
            long[] shape = entry.shape().stream().mapToLong(Integer::longValue).toArray();
            INDArray array = Nd4j.createUninitialized(dataType, shape);
            Transfer.write(metaVariables.array(entry.name()), array);
            result.put(entry.name(), array);
        }
        return result;
    }

    /** Runs batches side by side. */
    static void each(int count, java.util.function.IntConsumer work) {
        if (count == 1) {
            work.accept(0);
        } else {
            IntStream.range(0, count).parallel().forEach(work);
        }
    }
}
