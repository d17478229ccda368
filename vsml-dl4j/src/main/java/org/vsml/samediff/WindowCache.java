package org.vsml.samediff;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;

/** The window graphs of one learner, the most recently used ones; thread-safe. */
final class WindowCache {

    private static final int MAX_GRAPHS = 64;

    private final StepFunction function;
    private final DataType dataType;
    private final Map<WindowGraph.Key, WindowGraph> graphs = new LinkedHashMap<>(16, 0.75f, true);

    WindowCache(StepFunction function, DataType dataType) {
        this.function = function;
        this.dataType = dataType;
    }

    /** The graph of this key, built on first use. */
    synchronized WindowGraph get(WindowGraph.Key key) {
        WindowGraph graph = graphs.get(key);
        if (graph == null) {
            graph = new WindowGraph(function, key, dataType);
            graphs.put(key, graph);
            if (graphs.size() > MAX_GRAPHS) {
                WindowGraph eldest = graphs.remove(graphs.keySet().iterator().next());
                eldest.clear();
            }
        }
        return graph;
    }

    /**
     * Frees idle memory, least recently used graphs first, until at most {@code limit} bytes are
     * left.
     */
    synchronized void trim(long limit) {
        List<WindowGraph> all = new ArrayList<>(graphs.values());
        long idle = all.stream().mapToLong(WindowGraph::idleBytes).sum();
        for (WindowGraph graph : all) {
            if (idle <= limit) {
                return;
            }
            idle -= graph.idleBytes();
            graph.clear();
        }
    }
}
