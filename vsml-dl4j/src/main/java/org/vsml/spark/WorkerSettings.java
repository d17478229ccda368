package org.vsml.spark;

import static org.vsml.core.Checks.require;

import java.nio.file.Path;
import org.vsml.core.Engine;
import org.vsml.core.Precision;
import org.vsml.episode.DataSets;

/**
 * What workers run learners on, and where they find data.
 *
 * @param engine name of an engine, or {@code auto} for the best there
 * @param precision arithmetic of the engine
 * @param data folder of image sets that every worker has under this path, see {@link DataSets#in};
 *     null for what a worker has without one
 * @param pairsPerTask how many pairs make a Spark task; 0 for about three tasks for each core
 */
public record WorkerSettings(String engine, Precision precision, Path data, int pairsPerTask) {

    static final String AUTO = "auto";

    /** The best engine in float, no data folder, three tasks for each core. */
    public static final WorkerSettings DEFAULT = new WorkerSettings(AUTO, Precision.FLOAT, null, 0);

    public WorkerSettings {
        require(engine != null && !engine.isBlank(), "engine must be a name or auto, got none");
        require(precision != null, "precision must be FLOAT or DOUBLE, got null");
        require(pairsPerTask >= 0, "pairsPerTask must be >= 0, got %d", pairsPerTask);
        data = data == null ? null : data.toAbsolutePath().normalize();
    }

    /** These settings with another folder of image sets. */
    public WorkerSettings withData(Path folder) {
        return new WorkerSettings(engine, precision, folder, pairsPerTask);
    }

    /** These settings with another engine. */
    public WorkerSettings withEngine(String name) {
        return new WorkerSettings(name, precision, data, pairsPerTask);
    }

    /** These settings with so many pairs a task. */
    public WorkerSettings withPairsPerTask(int count) {
        return new WorkerSettings(engine, precision, data, count);
    }

    static Engine engine(String name, Precision precision) {
        return name.equals(AUTO) ? Engine.auto(precision) : Engine.of(name, precision);
    }
}
