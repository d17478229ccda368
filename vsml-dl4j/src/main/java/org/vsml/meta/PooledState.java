package org.vsml.meta;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.vsml.core.Examples;
import org.vsml.core.NamedArrays;
import org.vsml.episode.Episode;
import org.vsml.episode.Seeds;

/**
 * An episode under way: the task by its seed, and how far it is.
 *
 * @param episodeSeed of the whole episode
 * @param offset steps of it that have been learned
 * @param learned V_L after them; null for an episode that has not begun
 */
record PooledState(long episodeSeed, int offset, NamedArrays learned) {

    static PooledState fresh(long episodeSeed) {
        return new PooledState(episodeSeed, 0, null);
    }

    /** What a step runs, and what it leaves in the pool. */
    record Draw(List<PooledState> items, List<PooledState> left) {}

    /**
     * Chooses for each of the episodes of a step whether it begins or goes on.
     *
     * @param seed of the choices of this step
     */
    static Draw draw(List<PooledState> pool, StatePool settings, List<Long> fresh, long seed) {
        List<PooledState> left = new ArrayList<>(pool);
        List<PooledState> items = new ArrayList<>();
        for (int i = 0; i < fresh.size(); i++) {
            RandomGenerator random = Seeds.generator(seed, i);
            boolean goesOn = random.nextDouble() < settings.probability() && !left.isEmpty();
            items.add(
                    goesOn
                            ? left.remove(random.nextInt(left.size()))
                            : PooledState.fresh(fresh.get(i)));
        }
        return new Draw(items, left);
    }

    /** The pool after a step: the newest, at most as many as it holds. */
    static List<PooledState> after(List<PooledState> left, List<PooledState> ended, int capacity) {
        List<PooledState> all = new ArrayList<>(left);
        all.addAll(ended);
        return List.copyOf(all.subList(Math.max(0, all.size() - capacity), all.size()));
    }

    /** The next window of the whole episode; its weights are scaled to the same sum as before. */
    Episode window(Episode whole, int steps) {
        Examples examples = whole.examples();
        int length = Math.min(examples.length(), offset + steps) - offset;
        int from = offset * examples.parallel();
        int to = (offset + length) * examples.parallel();
        double[] weights = Arrays.copyOfRange(whole.weights(), from, to);
        double share = Arrays.stream(weights).sum() / Arrays.stream(whole.weights()).sum();
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= share;
        }
        return new Episode(
                examples.slice(offset, length), weights, whole.stateSeed(), whole.source());
    }

    /**
     * This episode after a window; empty if it is over, or what was learned is not finite. The end
     * is reckoned without overflow: a window may be as long as an int can say.
     */
    Optional<PooledState> next(Episode whole, int steps, NamedArrays learnedNow) {
        boolean goesOn =
                steps < whole.examples().length() - offset
                        && Arrays.stream(learnedNow.values()).allMatch(Double::isFinite);
        return goesOn
                ? Optional.of(new PooledState(episodeSeed, offset + steps, learnedNow))
                : Optional.empty();
    }
}
