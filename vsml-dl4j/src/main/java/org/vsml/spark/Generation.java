package org.vsml.spark;

import java.io.Serializable;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.vsml.core.NamedArrays;
import org.vsml.meta.PairLosses;
import org.vsml.meta.WorkItem;

/**
 * What is sent to every worker once a generation.
 *
 * @param job what to evaluate with
 * @param probe what the job's probe comes to on the driver
 * @param metaVariables V_M, unperturbed
 * @param sigma σ, size of the perturbations
 */
record Generation(Job job, Probe probe, double[] metaVariables, double sigma)
        implements Serializable {

    /** Evaluates one pair on a worker. */
    private PairLosses evaluate(WorkItem item) {
        Workplace workplace = Workplace.of(job);
        if (!workplace.probe().equals(probe)) {
            String executor = SparkEnv.get().executorId();
            String host = SparkEnv.get().blockManager().blockManagerId().host();
            workplace.probe().requireSameAs(probe, job, "executor " + executor + " on " + host);
        }
        return PairLosses.evaluate(
                workplace.learner(),
                new NamedArrays(workplace.learner().metaVariableLayout(), metaVariables),
                sigma,
                workplace.episodes(),
                item);
    }

    /**
     * The function of a task. Only the name of the broadcast travels with it.
     *
     * @param generation sent once to each worker
     */
    record Evaluation(Broadcast<Generation> generation) implements Function<WorkItem, PairLosses> {
        @Override
        public PairLosses call(WorkItem item) {
            return generation.value().evaluate(item);
        }
    }
}
