package org.vsml.arbiter;

import java.util.List;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.GeneticSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.GridSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.RandomSearchGenerator;
import org.deeplearning4j.arbiter.optimize.generator.genetic.crossover.SinglePointCrossover;
import org.deeplearning4j.arbiter.optimize.generator.genetic.crossover.parentselection.RandomTwoParentSelection;
import org.deeplearning4j.arbiter.optimize.generator.genetic.culling.LeastFitCullOperator;
import org.deeplearning4j.arbiter.optimize.generator.genetic.mutation.RandomMutationOperator;
import org.deeplearning4j.arbiter.optimize.generator.genetic.population.PopulationModel;
import org.deeplearning4j.arbiter.optimize.generator.genetic.selection.GeneticSelectionOperator;
import org.vsml.episode.Seeds;

/** How candidates are proposed. */
public enum SearchMethod {
    /** Each parameter by itself, from its distribution. */
    RANDOM {
        @Override
        CandidateGenerator generator(MetaTrainingSpace space, int points, long seed) {
            CandidateGenerator generator = new RandomSearchGenerator(space);
            generator.setRngSeed(seed);
            return generator;
        }
    },
    /**
     * All combinations of a few values of each parameter, in order: Arbiter would shuffle them
     * before it can be given a seed.
     */
    GRID {
        @Override
        CandidateGenerator generator(MetaTrainingSpace space, int points, long seed) {
            CandidateGenerator generator =
                    new GridSearchCandidateGenerator(
                            space, points, GridSearchCandidateGenerator.Mode.Sequential, null);
            generator.setRngSeed(seed);
            return generator;
        }
    },
    /** A population of the {@value #POPULATION} best, crossed over and mutated. */
    GENETIC {
        @Override
        CandidateGenerator generator(MetaTrainingSpace space, int points, long seed) {
            List<RandomGenerator> random =
                    List.of(random(seed, 0), random(seed, 1), random(seed, 2), random(seed, 3));
            CandidateGenerator generator =
                    new GeneticSearchCandidateGenerator.Builder(space, new HeldOutAccuracyScore())
                            .populationModel(
                                    new PopulationModel.Builder()
                                            .populationSize(POPULATION)
                                            .cullOperator(new LeastFitCullOperator())
                                            .build())
                            .selectionOperator(
                                    new GeneticSelectionOperator.Builder()
                                            .randomGenerator(random.get(0))
                                            .mutationOperator(
                                                    new RandomMutationOperator.Builder()
                                                            .mutationRate(MUTATION)
                                                            .randomGenerator(random.get(1))
                                                            .build())
                                            .crossoverOperator(
                                                    new SinglePointCrossover.Builder()
                                                            .parentSelection(
                                                                    new RandomTwoParentSelection(
                                                                            random.get(2)))
                                                            .randomGenerator(random.get(3))
                                                            .build())
                                            .build())
                            .build();
            generator.setRngSeed(seed);
            return generator;
        }
    };

    private static final int POPULATION = 12;
    private static final double MUTATION = 0.1;

    /**
     * What proposes candidates.
     *
     * @param points of a grid for each continuous parameter
     */
    abstract CandidateGenerator generator(MetaTrainingSpace space, int points, long seed);

    private static RandomGenerator random(long seed, long path) {
        return new Well19937c(Seeds.derive(seed, path));
    }
}
