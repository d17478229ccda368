package org.vsml.meta;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.vsml.core.NamedArrays;
import org.vsml.episode.Episode;
import org.vsml.episode.Seeds;

/** Back-propagation through episodes, or through windows of episodes that go on from a pool. */
final class BackpropagationEstimator implements Estimator {

    private final GradientEstimator.Backpropagation settings;
    private final PhaseContext context;

    BackpropagationEstimator(GradientEstimator.Backpropagation settings, PhaseContext context) {
        this.settings = settings;
        this.context = context;
    }

    @Override
    public Estimate estimate(TrainingState state, long local) {
        List<Long> episodeSeeds = context.episodeSeeds(state.step());
        StatePool pool = context.phase().pool();
        if (pool == null) {
            List<PooledState> items = episodeSeeds.stream().map(PooledState::fresh).toList();
            return new Estimate(mean(run(state, items, Integer.MAX_VALUE), state), List.of());
        }
        PooledState.Draw draw =
                PooledState.draw(
                        local == 0 ? List.of() : state.pool(),
                        pool,
                        episodeSeeds,
                        Seeds.derive(context.seed(), SeedPaths.POOL, state.step()));
        List<EpisodeRun> runs = run(state, draw.items(), pool.window());
        List<PooledState> ended = runs.stream().flatMap(run -> run.next().stream()).toList();
        return new Estimate(
                mean(runs, state), PooledState.after(draw.left(), ended, pool.capacity()));
    }

    private StepGradient mean(List<EpisodeRun> runs, TrainingState state) {
        return StepGradient.mean(
                runs.stream().map(EpisodeRun::gradient).toList(),
                state.metaVariables().values().length,
                settings.clip());
    }

    /** What one task of the threads gives: the gradient, and the episodes that go on. */
    private record EpisodeRun(EpisodeGradient gradient, List<PooledState> next) {}

    private List<EpisodeRun> run(TrainingState state, List<PooledState> items, int window) {
        NamedArrays metaVariables = state.metaVariables();
        List<Callable<EpisodeRun>> tasks = new ArrayList<>();
        for (int i = 0; i < items.size(); i += settings.together()) {
            List<PooledState> group = items.subList(i, i + settings.together());
            tasks.add(() -> run(metaVariables, group, window));
        }
        return context.workers().run(tasks);
    }

    /** One task: these episodes side by side, each for a window of at most so many steps. */
    private EpisodeRun run(NamedArrays metaVariables, List<PooledState> items, int window) {
        List<Episode> wholes = new ArrayList<>();
        List<Episode> episodes = new ArrayList<>();
        List<NamedArrays> starts = new ArrayList<>();
        boolean partly = false;
        for (PooledState item : items) {
            Episode whole = context.episodes().sample(item.episodeSeed());
            int length = whole.examples().length();
            require(
                    item.offset() < length,
                    "an episode of %d steps in the pool cannot go on at step %d",
                    length,
                    item.offset());
            boolean all = window >= length;
            partly |= !all;
            wholes.add(whole);
            episodes.add(all ? whole : item.window(whole, window));
            starts.add(
                    item.learned() == null
                            ? HeldOutTests.start(context.learner(), whole)
                            : item.learned());
        }
        EpisodeGradient gradient =
                EpisodeGradient.of(
                        context.learner(), metaVariables, episodes, starts, settings, partly);
        List<PooledState> next = new ArrayList<>();
        for (int i = 0; partly && i < items.size(); i++) {
            NamedArrays learned = gradient.learned().get(i);
            items.get(i).next(wholes.get(i), window, learned).ifPresent(next::add);
        }
        return new EpisodeRun(gradient.withoutLearned(), next);
    }
}
