package org.vsml.meta;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.vsml.core.NamedArrays;

/** Evolution strategies, whose pairs are evaluated on the threads here or elsewhere. */
final class EvolutionEstimator implements Estimator {

    private final GradientEstimator.EvolutionStrategies settings;
    private final PhaseContext context;

    EvolutionEstimator(GradientEstimator.EvolutionStrategies settings, PhaseContext context) {
        this.settings = settings;
        this.context = context;
    }

    @Override
    public Estimate estimate(TrainingState state, long local) {
        double sigma = settings.sigma().at(local, context.phase().steps());
        NamedArrays metaVariables = state.metaVariables();
        List<WorkItem> items =
                EvolutionStep.ask(
                        context.seed(),
                        SeedPaths.PAIR,
                        state.step(),
                        context.episodeSeeds(state.step()));
        List<PairLosses> losses =
                context.evaluator() == null
                        ? here(metaVariables, sigma, items)
                        : elsewhere(metaVariables, sigma, items);
        return new Estimate(
                EvolutionStep.tell(
                        items, losses, metaVariables.values().length, sigma, settings.shaping()),
                List.of());
    }

    private List<PairLosses> here(NamedArrays metaVariables, double sigma, List<WorkItem> items) {
        List<Callable<PairLosses>> tasks = new ArrayList<>();
        for (WorkItem item : items) {
            tasks.add(
                    () ->
                            PairLosses.evaluate(
                                    context.learner(),
                                    metaVariables,
                                    sigma,
                                    context.episodes(),
                                    item));
        }
        return context.workers().run(tasks);
    }

    private List<PairLosses> elsewhere(
            NamedArrays metaVariables, double sigma, List<WorkItem> items) {
        EvaluationRequest request =
                new EvaluationRequest(
                        context.config(), metaVariables, sigma, context.phase().episodes());
        try {
            return context.evaluator().evaluate(request, items);
        } catch (RuntimeException e) {
            if (context.stopped().getAsBoolean()) {
                // Ctrl-C ends other machines' work, too, perhaps before this one's.
                CancellationException end = new CancellationException("stopped");
                end.initCause(e);
                throw end;
            }
            throw e;
        }
    }
}
