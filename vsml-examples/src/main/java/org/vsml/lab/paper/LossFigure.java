package org.vsml.lab.paper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vsml.lab.paper.Training.Variant;
import org.vsml.online.ComparisonResult;
import org.vsml.online.Contender;
import org.vsml.online.Interval;
import org.vsml.report.Table;

/**
 * The loss of all examples against that of the last alone (paper, appendix C.2, optimizing final
 * prediction error), which the paper leaves to the future.
 */
final class LossFigure implements Figure {

    private static final int EXAMPLES = 100;

    /** The last of them, whose accuracy is reported by itself. */
    private static final int LAST = 10;

    /** Streams are short, and accuracy on ten examples is noisy. */
    private static final int STREAMS_PER_SEED = 16;

    private static final TrainingSet MNIST = TrainingSet.of("mnist", "mnist");

    private static final Map<String, Training> TRAINED = trained();

    private static final List<TestSet> TESTS =
            List.of(TestSet.of("mnist"), TestSet.of("fashion_mnist"));

    private static Map<String, Training> trained() {
        Map<String, Training> trained = new LinkedHashMap<>();
        trained.put("all examples", new Training(Method.VSML, MNIST, true, Variant.MEAN_LOSS));
        trained.put("last example", new Training(Method.VSML, MNIST, true, Variant.LAST_LOSS));
        return trained;
    }

    @Override
    public String number() {
        return "loss";
    }

    @Override
    public String title() {
        return "Meta-trained on the loss of all examples, or of the last alone";
    }

    @Override
    public String protocol() {
        return "VSML goes on from the first part of its meta-training (paper-part-1) for 400 steps on episodes of "
                + EXAMPLES
                + " examples of MNIST with the mean loss of all of them, or with that of the last."
                + " Streams of "
                + EXAMPLES
                + " test images, "
                + STREAMS_PER_SEED
                + " for each seed: cumulative accuracy, and accuracy on the last "
                + LAST
                + ".";
    }

    @Override
    public List<Training> trainings() {
        return List.copyOf(TRAINED.values());
    }

    @Override
    public FigureResult run(Laboratory laboratory, Effort effort) throws IOException {
        int seeds = effort.seeds() * STREAMS_PER_SEED;
        Effort more = new Effort(seeds, Math.min(EXAMPLES, effort.examples()));
        Measurements measurements = new Measurements(laboratory, this, more);
        List<Contender> contenders = new ArrayList<>();
        for (Map.Entry<String, Training> entry : TRAINED.entrySet()) {
            contenders.add(measurements.contender(entry.getKey(), Entrant.of(entry.getValue())));
        }
        Table table = new Table("test_set", "loss of", "accuracy", "accuracy of the last 10");
        List<Claim.Comparison> early = new ArrayList<>();
        List<Claim.Comparison> late = new ArrayList<>();
        for (TestSet test : TESTS) {
            ComparisonResult result = measurements.compare(contenders, test, EXAMPLES);
            measurements.plot(test.name(), result);
            Map<String, Interval> all = new LinkedHashMap<>();
            Map<String, Interval> last = new LinkedHashMap<>();
            for (Contender contender : contenders) {
                String name = contender.name();
                measurements.note(
                        result, name, TRAINED.get(name), name, test, List.of(result.length()));
                all.put(name, result.at(name, result.length()).accuracy());
                last.put(name, Measurements.last(result, contender, LAST).accuracy());
                table.row(test.name(), name, all.get(name).mean(), last.get(name).mean());
            }
            early.add(
                    new Claim.Comparison(
                            test.name() + ", all " + result.length(),
                            all.get("all examples"),
                            all.get("last example")));
            late.add(
                    new Claim.Comparison(
                            test.name() + ", last " + LAST,
                            last.get("last example"),
                            last.get("all examples")));
        }
        return measurements.result(
                table,
                List.of(
                        Claim.of("The loss of all examples gives better predictions early", early),
                        Claim.of(
                                "The loss of the last gives better final predictions (which the"
                                        + " paper supposes)",
                                late)));
    }
}
