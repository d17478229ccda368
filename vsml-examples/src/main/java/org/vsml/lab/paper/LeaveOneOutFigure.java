package org.vsml.lab.paper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vsml.baselines.ClassicalLearners;
import org.vsml.online.ComparisonResult;
import org.vsml.online.Contender;
import org.vsml.report.Table;

/** Learning curves on each test set of VSML that was meta-trained on all the others (figure 12). */
final class LeaveOneOutFigure implements Figure {

    private static final int EXAMPLES = 2000;
    private static final List<Integer> HORIZONS = List.of(100, 500, EXAMPLES);
    private static final List<String> CLASSICAL = List.of("sgd", "adam");

    @Override
    public String number() {
        return "12";
    }

    @Override
    public String title() {
        return "Learning curves on six sets, each unseen in meta-training";
    }

    @Override
    public String protocol() {
        return "VSML is meta-trained, with random projections in a third to three quarters of the"
                + " episodes, on MNIST, Fashion-MNIST, KMNIST, USPS (for EMNIST) and Random without"
                + " the set that it is tested on: a fifth of the steps of paper-part-2, starting"
                + " with what it came to on the first of them alone. SGD and"
                + " Adam have the best rate of a grid at every number of examples.";
    }

    private static Training training(TestSet test) {
        TrainingSet all = DatasetFigure.SETS.get(DatasetFigure.SETS.size() - 1);
        if (!all.contains(test.set())) {
            return new Training(Method.VSML, all, true);
        }
        List<String> others = new ArrayList<>(all.sets());
        others.remove(test.set());
        return new Training(
                Method.VSML,
                TrainingSet.of("no_" + test.name(), others.toArray(new String[0])),
                true);
    }

    @Override
    public List<Training> trainings() {
        return DatasetFigure.TESTS.stream().map(LeaveOneOutFigure::training).toList();
    }

    @Override
    public FigureResult run(Laboratory laboratory, Effort effort) throws IOException {
        Measurements measurements = new Measurements(laboratory, this, effort);
        Table table = new Table("test_set", "examples", "vsml", "sgd", "adam");
        List<Claim.Comparison> early = new ArrayList<>();
        for (TestSet test : DatasetFigure.TESTS) {
            Training training = training(test);
            Map<String, Contender> contenders = new LinkedHashMap<>();
            contenders.put("vsml", measurements.contender("vsml", Entrant.of(training)));
            CLASSICAL.forEach(name -> contenders.put(name, ClassicalLearners.named(name)));
            ComparisonResult result =
                    measurements.compare(List.copyOf(contenders.values()), test, EXAMPLES);
            measurements.plot(test.name(), result);
            for (String name : contenders.keySet()) {
                measurements.note(
                        result, name, name.equals("vsml") ? training : null, name, test, HORIZONS);
            }
            for (int horizon : HORIZONS) {
                if (horizon <= result.length()) {
                    table.row(
                            test.name(),
                            horizon,
                            result.at("vsml", horizon).accuracy().mean(),
                            result.at("sgd", horizon).accuracy().mean(),
                            result.at("adam", horizon).accuracy().mean());
                }
            }
            early.add(
                    new Claim.Comparison(
                            test.name() + " @100",
                            result.at("vsml", 100).accuracy(),
                            result.at("adam", 100).accuracy()));
        }
        return measurements.result(
                table,
                List.of(
                        Claim.of(
                                "Learning at the beginning is faster than that of SGD with Adam",
                                early)));
    }
}
