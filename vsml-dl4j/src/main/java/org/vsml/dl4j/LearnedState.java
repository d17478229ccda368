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
 */
final class LearnedState extends AbstractMap<String, INDArray> {

    private final List<NamedArrays> episodes;
    private final DataType type;
    private Map<String, INDArray> arrays;

    LearnedState(List<NamedArrays> episodes, DataType type) {
        this.episodes = List.copyOf(episodes);
        this.type = type;
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
        List<ArrayLayout.Entry> entries = new ArrayList<>();
        long count = -1;
        for (ArrayLayout.Entry fresh : config.learnedVariableLayout(task, 1).entries()) {
            INDArray array = map.get(fresh.name());
            require(
                    array != null,
                    "%s: the state has no array %s; it has %s",
                    owner,
                    fresh.name(),
                    map.keySet());
            require(
                    count < 0 || count == array.size(0),
                    "%s: the arrays of the state are of %d and %d episodes",
                    owner,
                    count,
                    array.size(0));
            count = array.size(0);
            entries.add(new ArrayLayout.Entry(fresh.name(), ofOneEpisode(array)));
        }
        ArrayLayout layout = new ArrayLayout(entries);
        List<NamedArrays> episodes = new ArrayList<>();
        for (int e = 0; e < count; e++) {
            episodes.add(NamedArrays.zeros(layout));
        }
        config.requireLearnedVariables(NamedArrays.zeros(layout), task, 1, owner);
        for (ArrayLayout.Entry entry : entries) {
            double[] values = Arrays3d.rowMajor(map.get(entry.name()));
            for (int e = 0; e < count; e++) {
                episodes.get(e)
                        .set(
                                entry.name(),
                                Arrays.copyOfRange(
                                        values, e * entry.size(), (e + 1) * entry.size()));
            }
        }
        return new LearnedState(episodes, type);
    }

    /** The axes of an array [episodes, ...] for one episode: its leading axis is P = 1. */
    private static List<Integer> ofOneEpisode(INDArray array) {
        List<Integer> shape = new ArrayList<>(List.of(1));
        for (int axis = 1; axis < array.rank(); axis++) {
            shape.add(Math.toIntExact(array.size(axis)));
        }
        return shape;
    }

    List<NamedArrays> episodes() {
        return episodes;
    }

    @Override
    public Set<Entry<String, INDArray>> entrySet() {
        if (arrays == null) {
            arrays = new HashMap<>();
            for (ArrayLayout.Entry entry : episodes.get(0).layout().entries()) {
                double[] values = new double[episodes.size() * entry.size()];
                for (int e = 0; e < episodes.size(); e++) {
                    System.arraycopy(
                            episodes.get(e).array(entry.name()),
                            0,
                            values,
                            e * entry.size(),
                            entry.size());
                }
                INDArray array =
                        Nd4j.createUninitializedDetached(type, shape(entry, episodes.size()));
                Arrays3d.assign(array, values, 'c');
                arrays.put(entry.name(), array);
            }
        }
        return Map.copyOf(arrays).entrySet();
    }

    /** The layout's leading axis is of parallel examples, of which an episode here has one. */
    private static long[] shape(ArrayLayout.Entry entry, long episodes) {
        long[] shape = entry.shape().stream().mapToLong(Integer::longValue).toArray();
        shape[0] = episodes;
        return shape;
    }
}
