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

/**
 * Learning curves of meta-trained and classical learners, one panel for each test set.
 *
 * @param number in the paper
 * @param title what it shows
 * @param protocol how it is made
 * @param trained meta-trained contenders by their name in tables
 * @param classical names of {@link ClassicalLearners}
 * @param tests one panel each
 * @param examples of a stream
 * @param horizons numbers of examples to report
 * @param claims what the paper says of it
 */
record CurveFigure(
        String number,
        String title,
        String protocol,
        Map<String, Entrant> trained,
        List<String> classical,
        List<TestSet> tests,
        int examples,
        List<Integer> horizons,
        Claims claims)
        implements Figure {

    /** Reads claims off the results, by test set. */
    @FunctionalInterface
    interface Claims {
        List<Claim> of(Map<String, ComparisonResult> results);
    }

    @Override
    public List<Training> trainings() {
        return trained.values().stream().map(Entrant::training).distinct().toList();
    }

    @Override
    public FigureResult run(Laboratory laboratory, Effort effort) throws IOException {
        Measurements measurements = new Measurements(laboratory, this, effort);
        List<Contender> contenders = new ArrayList<>();
        for (Map.Entry<String, Entrant> entry : trained.entrySet()) {
            contenders.add(measurements.contender(entry.getKey(), entry.getValue()));
        }
        classical.forEach(name -> contenders.add(ClassicalLearners.named(name)));
        List<String> columns = new ArrayList<>(List.of("test_set", "examples"));
        contenders.forEach(contender -> columns.add(contender.name()));
        Table table = new Table(columns);
        Map<String, ComparisonResult> results = new LinkedHashMap<>();
        for (TestSet test : tests) {
            ComparisonResult result = measurements.compare(contenders, test, examples);
            results.put(test.name(), result);
            measurements.plot(test.name(), result);
            for (Contender contender : contenders) {
                Entrant entrant = trained.get(contender.name());
                measurements.note(
                        result,
                        contender.name(),
                        entrant == null ? null : entrant.training(),
                        contender.name(),
                        test,
                        horizons);
            }
            for (int horizon : horizons) {
                if (horizon <= result.length()) {
                    List<Object> cells = new ArrayList<>(List.of(test.name(), horizon));
                    for (Contender contender : contenders) {
                        cells.add(result.at(contender.name(), horizon).accuracy().mean());
                    }
                    table.row(cells.toArray());
                }
            }
        }
        return measurements.result(table, claims.of(results));
    }
}
