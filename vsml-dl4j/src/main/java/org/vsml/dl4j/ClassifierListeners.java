package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.TrainingListener;

/** The listeners of a {@link VsmlClassifier}; of batches, epochs and predictions. */
final class ClassifierListeners {

    /** Listeners of Deeplearning4j 1.0.0-M2.1 that cast the model to one of its networks. */
    private static final Set<String> NETWORKS_ONLY =
            Set.of(
                    "StatsListener",
                    "J7StatsListener",
                    "BaseStatsListener",
                    "CheckpointListener",
                    "PerformanceListener");

    private final Model model;
    private final List<TrainingListener> listeners = new CopyOnWriteArrayList<>();

    /** No listeners yet of a model, which is what they are handed. */
    ClassifierListeners(Model model) {
        this.model = model;
    }

    void clear() {
        listeners.clear();
    }

    /**
     * Adds one.
     *
     * @throws IllegalArgumentException if it can only listen to Deeplearning4j's own networks
     */
    void add(TrainingListener listener) {
        String type = listener.getClass().getSimpleName();
        require(
                !NETWORKS_ONLY.contains(type),
                "a %s looks into a MultiLayerNetwork or ComputationGraph, which a VsmlClassifier is not. %s",
                type,
                type.equals("CheckpointListener")
                        ? "Call save(File)"
                        : "A PrequentialListener keeps accuracy and kappas, a ScoreIterationListener logs the loss");
        listeners.add(listener);
    }

    Collection<TrainingListener> all() {
        return List.copyOf(listeners);
    }

    void epochStarts() {
        listeners.forEach(listener -> listener.onEpochStart(model));
    }

    void epochEnds() {
        listeners.forEach(listener -> listener.onEpochEnd(model));
    }

    void iterationDone(int iteration, int epoch) {
        listeners.forEach(listener -> listener.iterationDone(model, iteration, epoch));
    }

    /** A prediction made before its label was learned. */
    void predicted(int predicted, int label) {
        for (TrainingListener listener : listeners) {
            if (listener instanceof PrequentialListener prequential) {
                prequential.predicted(predicted, label);
            }
        }
    }
}
