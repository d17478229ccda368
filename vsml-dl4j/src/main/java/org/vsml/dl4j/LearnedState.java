package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.vsml.core.ArrayLayout;
import org.vsml.core.LearnerConfig;
import org.vsml.core.NamedArrays;
import org.vsml.core.TaskShape;

/**
 * The learned variables of a batch of episodes. Also the map of arrays [episodes, ...] by name that
 * Deeplearning4j passes around as a recurrent layer's state; it is made when somebody looks into
 * it, which its own training loop never does.
 *
 * <p>A leading axis of one parallel example gives way to that of the episodes. An array that grows
 * along a stream (its first axis is 0 before any example) has as many rows as that of the longest
 * episode, at least one, and {@value #ROWS} [episodes] says how many of them each episode has. An
 * array is in the network's type where that loses nothing, else in double.
 */
final class LearnedState extends AbstractMap<String, INDArray> {

    /** Rows that each episode has of arrays that grow. */
    static final String ROWS = "rows";

    private final List<NamedArrays> episodes;
    private final ArrayLayout fresh;
    private final DataType type;
    private Map<String, INDArray> arrays;

    LearnedState(List<NamedArrays> episodes, LearnerConfig config, TaskShape task, DataType type) {
        this.episodes = List.copyOf(episodes);
        this.type = type;
        fresh = config.learnedVariableLayout(task, 1);
    }

    /**
     * The state that a map holds, whoever made it; null if it is empty.
     *
     * @throws IllegalArgumentException if {@code config} cannot go on from it
     */
    static LearnedState of(
            Map<String, INDArray> map,
            LearnerConfig config,
            TaskShape task,
            DataType type,
            String owner) {
        if (map instanceof LearnedState state) {
            return state;
        }
        if (map.isEmpty()) {
            return null;
        }
        ArrayLayout fresh = config.learnedVariableLayout(task, 1);
        int count = episodes(map, fresh, owner);
        int[] rows = rows(map, fresh, count, owner);
        List<ArrayLayout> layouts = new ArrayList<>();
        for (int e = 0; e < count; e++) {
            layouts.add(layout(map, fresh, rows[e]));
        }
        List<NamedArrays> episodes =
                new ArrayList<>(layouts.stream().map(NamedArrays::zeros).toList());
        for (ArrayLayout.Entry entry : fresh.entries()) {
            double[] values = Arrays3d.rowMajor(map.get(entry.name()));
            int stride = values.length / count;
            for (int e = 0; e < count; e++) {
                int size = layouts.get(e).entry(entry.name()).size();
                episodes.get(e)
                        .set(
                                entry.name(),
                                Arrays.copyOfRange(values, e * stride, e * stride + size));
            }
        }
        for (NamedArrays episode : episodes) {
            config.requireLearnedVariables(episode, task, 1, owner);
        }
        return new LearnedState(episodes, config, task, type);
    }

    private static int episodes(Map<String, INDArray> map, ArrayLayout fresh, String owner) {
        long count = -1;
        for (ArrayLayout.Entry entry : fresh.entries()) {
            INDArray array = map.get(entry.name());
            require(
                    array != null,
                    "%s: the state has no array %s; it has %s",
                    owner,
                    entry.name(),
                    map.keySet());
            require(
                    count < 0 || count == array.size(0),
                    "%s: the arrays of the state are of %d and %d episodes",
                    owner,
                    count,
                    array.size(0));
            count = array.size(0);
        }
        require(count > 0, "%s: the state is of no episode", owner);
        return Math.toIntExact(count);
    }

    /** Rows that each episode has of arrays that grow: those it says, or else all there are. */
    private static int[] rows(
            Map<String, INDArray> map, ArrayLayout fresh, int episodes, String owner) {
        int most = 0;
        for (ArrayLayout.Entry entry : fresh.entries()) {
            if (grows(entry)) {
                INDArray array = map.get(entry.name());
                require(
                        array.rank() == entry.shape().size() + 1,
                        "%s: array %s of the state must have %d axes, got shape %s",
                        owner,
                        entry.name(),
                        entry.shape().size() + 1,
                        Arrays.toString(array.shape()));
                most = Math.max(most, Math.toIntExact(array.size(1)));
            }
        }
        int[] rows = new int[episodes];
        Arrays.fill(rows, most);
        INDArray said = map.get(ROWS);
        if (said == null || fresh.entries().stream().noneMatch(LearnedState::grows)) {
            return rows;
        }
        require(
                said.length() == episodes,
                "%s: array %s of the state must be of %d episodes, got shape %s",
                owner,
                ROWS,
                episodes,
                Arrays.toString(said.shape()));
        double[] values = Arrays3d.rowMajor(said);
        for (int e = 0; e < episodes; e++) {
            require(
                    values[e] >= 0 && values[e] <= most && values[e] == Math.rint(values[e]),
                    "%s: array %s of the state must hold whole numbers in [0, %d], got %s",
                    owner,
                    ROWS,
                    most,
                    values[e]);
            rows[e] = (int) values[e];
        }
        return rows;
    }

    private static boolean grows(ArrayLayout.Entry fresh) {
        return fresh.shape().get(0) == 0;
    }

    /** Whether the leading axis is of parallel examples, of which an episode here has one. */
    private static boolean leads(ArrayLayout.Entry fresh) {
        return fresh.shape().get(0) == 1;
    }

    /** The layout of one episode among arrays [episodes, ...]. */
    private static ArrayLayout layout(Map<String, INDArray> map, ArrayLayout fresh, int rows) {
        List<ArrayLayout.Entry> entries = new ArrayList<>();
        for (ArrayLayout.Entry entry : fresh.entries()) {
            INDArray array = map.get(entry.name());
            List<Integer> shape = new ArrayList<>();
            if (leads(entry)) {
                shape.add(1);
            }
            for (int axis = 1; axis < array.rank(); axis++) {
                shape.add(Math.toIntExact(array.size(axis)));
            }
            if (grows(entry)) {
                shape.set(0, rows);
            }
            entries.add(new ArrayLayout.Entry(entry.name(), shape));
        }
        return new ArrayLayout(entries);
    }

    List<NamedArrays> episodes() {
        return episodes;
    }

    @Override
    public Set<Entry<String, INDArray>> entrySet() {
        if (arrays == null) {
            arrays = new HashMap<>();
            double[] rows = new double[episodes.size()];
            boolean grows = false;
            for (ArrayLayout.Entry entry : fresh.entries()) {
                arrays.put(entry.name(), array(entry));
                for (int e = 0; e < rows.length && grows(entry); e++) {
                    grows = true;
                    rows[e] = episodes.get(e).layout().entry(entry.name()).shape().get(0);
                }
            }
            if (grows) {
                arrays.put(ROWS, array(rows, rows.length));
            }
        }
        return Map.copyOf(arrays).entrySet();
    }

    /** An array of all episodes, rows that one does not have being 0. */
    private INDArray array(ArrayLayout.Entry entry) {
        List<ArrayLayout.Entry> each =
                episodes.stream().map(e -> e.layout().entry(entry.name())).toList();
        List<Long> shape = new ArrayList<>(List.of((long) episodes.size()));
        each.get(0).shape().stream().skip(1).forEach(axis -> shape.add((long) axis));
        if (!leads(entry)) {
            int rows = each.stream().mapToInt(one -> one.shape().get(0)).max().orElseThrow();
            shape.add(1, (long) Math.max(1, rows));
        }
        int stride = Math.toIntExact(shape.stream().skip(1).reduce(1L, (a, b) -> a * b));
        double[] values = new double[episodes.size() * stride];
        for (int e = 0; e < episodes.size(); e++) {
            double[] one = episodes.get(e).array(entry.name());
            System.arraycopy(one, 0, values, e * stride, one.length);
        }
        return array(values, shape.stream().mapToLong(axis -> axis).toArray());
    }

    private INDArray array(double[] values, long... shape) {
        boolean exact = Arrays.stream(values).allMatch(x -> (float) x == x || Double.isNaN(x));
        INDArray array = Nd4j.createUninitializedDetached(exact ? type : DataType.DOUBLE, shape);
        Arrays3d.assign(array, values, 'c');
        return array;
    }
}
