package org.vsml.lab.paper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.vsml.baselines.ClassicalLearners;
import org.vsml.core.CrossEntropy;
import org.vsml.core.Examples;
import org.vsml.episode.EpisodeSource;
import org.vsml.episode.Seeds;
import org.vsml.episode.TestStream;
import org.vsml.online.Contender;
import org.vsml.online.Interval;
import org.vsml.online.OnlineAlgorithm;
import org.vsml.report.Table;

/**
 * Output probabilities over a short stream of MNIST (figures 9 and 17).
 *
 * @param number in the paper
 * @param title what it shows
 * @param orders of the stream; the first is shown
 * @param trained meta-trained contenders by their name in tables
 */
record IntrospectionFigure(
        String number, String title, List<Order> orders, Map<String, Training> trained)
        implements Figure {

    /** What comes when. */
    enum Order {
        /** Two different images of each class in a row. */
        PAIRS("two of each digit in a row"),
        /** One image of each class, then another of each, in the same order. */
        APART("one of each digit, then another of each"),
        /** At random. */
        ANY("100 digits at random");

        private final String label;

        Order(String label) {
            this.label = label;
        }

        /** Whether an example counts: those that can be known from the stream. */
        private boolean counts(int t, int length) {
            return switch (this) {
                case PAIRS -> t % 2 == 1;
                case APART -> t >= length / 2;
                case ANY -> true;
            };
        }
    }

    private static final int CLASSES = 10;
    private static final int ANY_LENGTH = 100;

    /** Enough images for two of each class. */
    private static final int DRAWN = 1000;

    private record Outcome(double[][] probabilities, double accuracy) {}

    /** The best setting of a contender. */
    private record Best(String setting, Interval accuracy, double[][] shown) {}

    @Override
    public String protocol() {
        String runs =
                trained.size() > 1
                        ? " VSML with runs has gone on from the first part of its meta-training on"
                                + " short streams of MNIST in which examples of a class come in runs"
                                + " of two in the mean."
                        : "";
        return "VSML is meta-trained on MNIST, as for figure 6, on streams in random order."
                + runs
                + " Tested on streams of test images of MNIST: "
                + String.join("; ", orders.stream().map(o -> o.label).toList())
                + ". Where a digit comes twice, accuracy is that on the second of the two. SGD and"
                + " Adam have the rate of a grid that is best in the mean over the streams. The"
                + " picture shows the first stream of the first order, not a chosen one.";
    }

    @Override
    public List<Training> trainings() {
        return List.copyOf(trained.values());
    }

    @Override
    public FigureResult run(Laboratory laboratory, Effort effort) throws IOException {
        Measurements measurements = new Measurements(laboratory, this, effort);
        List<Contender> contenders = new ArrayList<>();
        for (Map.Entry<String, Training> entry : trained.entrySet()) {
            contenders.add(measurements.contender(entry.getKey(), Entrant.of(entry.getValue())));
        }
        contenders.add(ClassicalLearners.named("adam"));
        contenders.add(ClassicalLearners.named("sgd"));
        List<ProbabilityPlot.Panel> panels = new ArrayList<>();
        List<Claim> claims = new ArrayList<>();
        Table table = new Table("stream", "method", "accuracy", "low", "high", "setting");
        for (Order order : orders) {
            List<Examples> streams = streams(order, laboratory, effort.seeds());
            Map<String, Interval> reached = new LinkedHashMap<>();
            for (Contender contender : contenders) {
                Best best = best(contender, order, streams, laboratory.seed());
                Interval accuracy = best.accuracy();
                reached.put(contender.name(), accuracy);
                if (order == orders.get(0)) {
                    panels.add(
                            new ProbabilityPlot.Panel(
                                    best.setting(), best.shown(), streams.get(0).labels()));
                }
                table.row(
                        order.label,
                        contender.name(),
                        accuracy.mean(),
                        accuracy.low(),
                        accuracy.high(),
                        best.setting());
                measurements.add(
                        new Row(
                                number,
                                trained.containsKey(contender.name()) ? "mnist" : "",
                                contender.name(),
                                order.label,
                                false,
                                streams.get(0).length(),
                                accuracy.mean(),
                                accuracy.low(),
                                accuracy.high(),
                                accuracy.count(),
                                best.setting()));
            }
            for (String name : trained.keySet()) {
                claims.add(
                        Claim.of(
                                name
                                        + " associates inputs with their labels faster than gradient"
                                        + " descent ("
                                        + order.label
                                        + ")",
                                List.of(
                                        new Claim.Comparison(
                                                "against Adam",
                                                reached.get(name),
                                                reached.get("adam")),
                                        new Claim.Comparison(
                                                "against SGD",
                                                reached.get(name),
                                                reached.get("sgd")))));
            }
        }
        return measurements.result(
                measurements.report().image("figure.png", ProbabilityPlot.png(panels)),
                table,
                claims);
    }

    private static Best best(Contender contender, Order order, List<Examples> streams, long seed) {
        Best best = null;
        for (OnlineAlgorithm algorithm : contender.settings()) {
            List<Outcome> outcomes = new ArrayList<>();
            for (int s = 0; s < streams.size(); s++) {
                outcomes.add(outcome(algorithm, order, streams.get(s), Seeds.derive(seed, s)));
            }
            Interval mean =
                    Interval.ofProportions(
                            outcomes.stream().mapToDouble(Outcome::accuracy).toArray());
            if (best == null || mean.mean() > best.accuracy().mean()) {
                best = new Best(algorithm.name(), mean, outcomes.get(0).probabilities());
            }
        }
        return best;
    }

    private static Outcome outcome(
            OnlineAlgorithm algorithm, Order order, Examples stream, long seed) {
        double[] scores = algorithm.start(stream.task(), seed).learn(stream);
        double[][] probabilities = new double[stream.length()][];
        int correct = 0;
        int counted = 0;
        for (int t = 0; t < stream.length(); t++) {
            probabilities[t] = CrossEntropy.softmax(scores, t * CLASSES, CLASSES);
            if (order.counts(t, stream.length())) {
                counted++;
                int predicted = CrossEntropy.argMax(scores, t * CLASSES, CLASSES);
                correct += CrossEntropy.right(predicted, stream.labels()[t]) ? 1 : 0;
            }
        }
        return new Outcome(probabilities, (double) correct / counted);
    }

    private static List<Examples> streams(Order order, Laboratory laboratory, int seeds) {
        EpisodeSource source =
                TestStream.of("mnist", order == Order.ANY ? ANY_LENGTH : DRAWN)
                        .source(laboratory.data());
        List<Examples> streams = new ArrayList<>();
        for (int i = 0; i < seeds; i++) {
            Examples drawn = source.sample(Seeds.derive(laboratory.seed(), i)).examples();
            streams.add(order == Order.ANY ? drawn : twoOfEach(drawn, order == Order.APART));
        }
        return streams;
    }

    /** The first two of each class, classes in the order in which they come. */
    private static Examples twoOfEach(Examples drawn, boolean apart) {
        Map<Integer, List<Integer>> byClass = new LinkedHashMap<>();
        for (int t = 0; t < drawn.length(); t++) {
            List<Integer> members =
                    byClass.computeIfAbsent(drawn.labels()[t], c -> new ArrayList<>());
            if (members.size() < 2) {
                members.add(t);
            }
        }
        List<Integer> order = new ArrayList<>();
        if (apart) {
            byClass.values().forEach(members -> order.add(members.get(0)));
            byClass.values().forEach(members -> order.add(members.get(members.size() - 1)));
        } else {
            byClass.values().forEach(order::addAll);
        }
        int inputs = drawn.task().inputs();
        double[] values = new double[order.size() * inputs];
        int[] labels = new int[order.size()];
        for (int i = 0; i < labels.length; i++) {
            System.arraycopy(drawn.inputs(), order.get(i) * inputs, values, i * inputs, inputs);
            labels[i] = drawn.labels()[order.get(i)];
        }
        return Examples.online(drawn.task(), values, labels);
    }
}
