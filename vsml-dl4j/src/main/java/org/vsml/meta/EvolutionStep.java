package org.vsml.meta;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.vsml.episode.Seeds;

/**
 * One step of evolution strategies (Salimans et al. 2017; paper, appendix B): asks for pairs to be
 * evaluated, and is told their losses.
 */
final class EvolutionStep {

    private EvolutionStep() {}

    /**
     * The pairs of a step.
     *
     * @param episodeSeeds one for each pair
     * @param pairPath path of seeds for pairs, before step and index
     */
    static List<WorkItem> ask(long seed, long pairPath, long step, List<Long> episodeSeeds) {
        List<WorkItem> items = new ArrayList<>();
        for (int i = 0; i < episodeSeeds.size(); i++) {
            items.add(new WorkItem(Seeds.derive(seed, pairPath, step, i), episodeSeeds.get(i)));
        }
        return items;
    }

    /**
     * The estimate of the gradient of the expected loss, 1/(2nσ) Σ (plus − minus)·ε, summed in the
     * order of the seeds whichever order the results come in.
     *
     * @param size of V_M
     * @throws IllegalStateException if not every item came back once
     */
    static StepGradient tell(
            List<WorkItem> asked,
            List<PairLosses> results,
            int size,
            double sigma,
            GradientEstimator.Shaping shaping) {
        List<PairLosses> pairs = new ArrayList<>(results);
        pairs.sort(Comparator.comparingLong(PairLosses::pairSeed));
        long[] expected = asked.stream().mapToLong(WorkItem::pairSeed).sorted().toArray();
        long[] found = pairs.stream().mapToLong(PairLosses::pairSeed).toArray();
        if (!Arrays.equals(expected, found)) {
            throw new IllegalStateException(
                    "expected the losses of "
                            + expected.length
                            + " pairs, each once, got "
                            + found.length
                            + " that are not the same");
        }
        int count = pairs.size();
        double[] losses = new double[2 * count];
        double accuracy = 0;
        long examples = 0;
        for (int i = 0; i < count; i++) {
            losses[2 * i] = pairs.get(i).plus();
            losses[2 * i + 1] = pairs.get(i).minus();
            accuracy += pairs.get(i).accuracy();
            examples += 2L * pairs.get(i).examples();
        }
        int nonFinite = (int) Arrays.stream(losses).filter(l -> !Double.isFinite(l)).count();
        double loss = Arrays.stream(losses).filter(Double::isFinite).average().orElse(Double.NaN);
        double[] shaped =
                shaping == GradientEstimator.Shaping.RAW ? raw(losses) : centredRanks(losses);
        double[] gradient = new double[size];
        for (int i = 0; i < count; i++) {
            double difference = shaped[2 * i] - shaped[2 * i + 1];
            PairLosses.addDirection(
                    gradient, pairs.get(i).pairSeed(), difference / (2 * count * sigma));
        }
        return new StepGradient(
                gradient, loss, accuracy / count, 0, 0, 2 * count, nonFinite, examples);
    }

    /** Losses themselves; one that is not finite counts as the worst of those that are. */
    private static double[] raw(double[] losses) {
        double worst = Arrays.stream(losses).filter(Double::isFinite).max().orElse(0);
        return Arrays.stream(losses).map(l -> Double.isFinite(l) ? l : worst).toArray();
    }

    /**
     * Ranks from −1/2 (the lowest loss) to 1/2 (the highest); equal losses share the mean of their
     * ranks, and those that are not finite share the last ones.
     */
    static double[] centredRanks(double[] losses) {
        require(losses.length >= 2, "ranks need at least two losses, got %d", losses.length);
        double[] keys =
                Arrays.stream(losses)
                        .map(l -> Double.isFinite(l) ? l : Double.POSITIVE_INFINITY)
                        .toArray();
        Integer[] order = IntStream.range(0, keys.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(i -> keys[i]));
        double[] ranks = new double[keys.length];
        int from = 0;
        while (from < order.length) {
            int to = from;
            while (to + 1 < order.length && keys[order[to + 1]] == keys[order[from]]) {
                to++;
            }
            double rank = (from + to) / 2.0 / (order.length - 1) - 0.5;
            for (int i = from; i <= to; i++) {
                ranks[order[i]] = rank;
            }
            from = to + 1;
        }
        return ranks;
    }
}
