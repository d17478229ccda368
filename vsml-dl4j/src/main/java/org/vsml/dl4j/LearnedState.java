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
import org.vsml.core.NamedArrays;

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

    /** The state that a map holds, whoever made it; null if it is empty. */
    static LearnedState of(
            Map<String, INDArray> map, ArrayLayout layout, DataType type, String owner) {
        if (map instanceof LearnedState state) {
            return state;
        }
        if (map.isEmpty()) {
            return null;
        }
        List<NamedArrays> episodes = new ArrayList<>();
        for (ArrayLayout.Entry entry : layout.entries()) {
            INDArray array = map.get(entry.name());
            require(
                    array != null,
                    "%s: the state has no array %s; it has %s",
                    owner,
                    entry.name(),
                    map.keySet());
            long[] expected = shape(entry, array.size(0));
            require(
                    Arrays.equals(array.shape(), expected),
                    "%s: array %s of the state must have shape %s, got %s",
                    owner,
                    entry.name(),
                    Arrays.toString(expected),
                    Arrays.toString(array.shape()));
            while (episodes.size() < array.size(0)) {
                episodes.add(NamedArrays.zeros(layout));
            }
            require(
                    episodes.size() == array.size(0),
                    "%s: the arrays of the state are of %d and %d episodes",
                    owner,
                    episodes.size(),
                    array.size(0));
            double[] values = Arrays3d.rowMajor(array);
            for (int e = 0; e < episodes.size(); e++) {
                episodes.get(e)
                        .set(
                                entry.name(),
                                Arrays.copyOfRange(
                                        values, e * entry.size(), (e + 1) * entry.size()));
            }
        }
        return new LearnedState(episodes, type);
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
