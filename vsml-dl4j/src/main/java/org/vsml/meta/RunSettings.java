package org.vsml.meta;

import org.vsml.core.Engine;
import org.vsml.core.LearningAlgorithm;
import org.vsml.episode.DataSets;

/**
 * What a {@link MetaTrainer} was told, once all is said.
 *
 * @param config of the run
 * @param engine that runs learners
 * @param data image sets
 * @param seed of all that is random
 * @param steps after which it ends, counted from the first
 * @param folder of its files; null for none
 * @param resume whether to go on from the latest checkpoint in the folder
 * @param initial whose meta variables it starts from; null for random ones
 * @param reproduce the command that provenance names; null for the usual one
 * @param evaluator of the pairs of evolution strategies; null for the threads here
 * @param listener is told how it gets on
 */
record RunSettings(
        MetaTrainingConfig config,
        Engine engine,
        DataSets data,
        long seed,
        long steps,
        RunFolder folder,
        boolean resume,
        LearningAlgorithm initial,
        String reproduce,
        PairEvaluator evaluator,
        MetaTrainingListener listener) {}
