import com.yahoo.labs.samoa.instances.Attribute;
import com.yahoo.labs.samoa.instances.DenseInstance;
import com.yahoo.labs.samoa.instances.Instance;
import com.yahoo.labs.samoa.instances.Instances;
import com.yahoo.labs.samoa.instances.InstancesHeader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import moa.classifiers.AbstractClassifier;
import moa.classifiers.lazy.kNN;
import moa.classifiers.meta.AdaptiveRandomForest;
import moa.classifiers.meta.StreamingRandomPatches;
import moa.classifiers.trees.HoeffdingTree;

/**
 * MOA's learners on the rows of a CSV file, prequentially (each row is predicted, then learned),
 * with their default settings; see moa.sh. The last column is the class, the others are numbers; a
 * first row that has a word among them is a header.
 *
 * <p>Arguments: FILE.csv[.gz], then the seeds of orders (0: the order of the file). Prints a CSV
 * line for each learner and number of examples, means over the orders: of all predictions so far or,
 * with -Dchange=N, of the 500 before example N, the 200 after it, the 200 that end 2,000 after it,
 * and the last 500; and milliseconds an example, median over the orders. -Dexamples=N: so many of
 * each order at most; -Dlearners=NAME,…: only these.
 */
final class MoaPrequential {

    private static final int[] HORIZONS = {100, 500, 2000, 10_000, 100_000};

    private static final int CHANGE = Integer.getInteger("change", 0);
    private static final int EXAMPLES = Integer.getInteger("examples", Integer.MAX_VALUE);
    private static final String LEARNERS =
            System.getProperty("learners", "hoeffding_tree,knn,adaptive_random_forest,srp");

    private MoaPrequential() {}

    public static void main(String[] args) throws IOException {
        List<String[]> rows = read(Path.of(args[0]));
        int inputs = rows.get(0).length - 1;
        List<String> labels =
                List.copyOf(new TreeSet<>(rows.stream().map(row -> row[inputs]).toList()));
        InstancesHeader header = header(inputs, labels);
        System.out.println("learner,examples,accuracy,orders,ms_an_example");
        for (String name : LEARNERS.split(",")) {
            Map<Integer, Double> accuracies = new LinkedHashMap<>();
            int orders = args.length - 1;
            double[] milliseconds = new double[orders];
            for (int i = 1; i < args.length; i++) {
                List<String[]> order = new ArrayList<>(rows);
                long seed = Long.parseLong(args[i]);
                if (seed != 0) {
                    Collections.shuffle(order, new Random(seed));
                }
                order = order.subList(0, Math.min(order.size(), EXAMPLES));
                List<Instance> instances = instances(order, header, labels);
                long start = System.nanoTime();
                run(learner(name), header, instances)
                        .forEach((n, accuracy) -> accuracies.merge(n, accuracy, Double::sum));
                milliseconds[i - 1] = (System.nanoTime() - start) / 1e6 / order.size();
            }
            Arrays.sort(milliseconds);
            double ms = milliseconds[orders / 2];
            accuracies.forEach(
                    (n, sum) ->
                            System.out.printf(
                                    Locale.ROOT,
                                    "%s,%d,%.4f,%d,%.4f%n",
                                    name,
                                    n,
                                    sum / orders,
                                    orders,
                                    ms));
        }
    }

    private static AbstractClassifier learner(String name) {
        return switch (name) {
            case "hoeffding_tree" -> new HoeffdingTree();
            case "knn" -> new kNN();
            case "adaptive_random_forest" -> new AdaptiveRandomForest();
            case "srp" -> new StreamingRandomPatches();
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static Map<Integer, Double> run(
            AbstractClassifier learner,
            InstancesHeader header,
            List<Instance> instances) {
        if (learner.isRandomizable()) {
            learner.setRandomSeed(1);
        }
        learner.setModelContext(header);
        learner.prepareForUse();
        Map<Integer, Double> accuracies = new LinkedHashMap<>();
        int right = 0;
        int length = instances.size();
        int[] cumulative = new int[length + 1];
        for (int t = 0; t < length; t++) {
            Instance instance = instances.get(t);
            boolean correct = learner.correctlyClassifies(instance);
            right += correct ? 1 : 0;
            cumulative[t + 1] = right;
            learner.trainOnInstance(instance);
            int seen = t + 1;
            if (CHANGE > 0) {
                if (seen == length) {
                    window(accuracies, cumulative, CHANGE - 500, CHANGE);
                    window(accuracies, cumulative, CHANGE, CHANGE + 200);
                    window(accuracies, cumulative, CHANGE + 1800, CHANGE + 2000);
                    window(accuracies, cumulative, seen - 500, seen);
                }
            } else if (seen == length || Arrays.stream(HORIZONS).anyMatch(h -> h == seen)) {
                accuracies.put(seen, right / (double) seen);
            }
        }
        return accuracies;
    }

    private static List<Instance> instances(
            List<String[]> rows, InstancesHeader header, List<String> labels) {
        List<Instance> result = new ArrayList<>();
        for (String[] row : rows) {
            double[] values = new double[row.length];
            for (int a = 0; a < row.length - 1; a++) {
                values[a] = row[a].isBlank() ? 0 : Double.parseDouble(row[a]);
            }
            values[row.length - 1] = labels.indexOf(row[row.length - 1]);
            Instance instance = new DenseInstance(1, values);
            instance.setDataset(header);
            result.add(instance);
        }
        return result;
    }

    private static void window(Map<Integer, Double> to, int[] cumulative, int first, int end) {
        to.put(end, (cumulative[end] - cumulative[first]) / (double) (end - first));
    }

    private static InstancesHeader header(int inputs, List<String> labels) {
        List<Attribute> attributes = new ArrayList<>();
        for (int a = 0; a < inputs; a++) {
            attributes.add(new Attribute("x" + a));
        }
        attributes.add(new Attribute("class", labels));
        Instances instances = new Instances("stream", attributes, 0);
        instances.setClassIndex(inputs);
        return new InstancesHeader(instances);
    }

    private static List<String[]> read(Path file) throws IOException {
        List<String[]> rows = new ArrayList<>();
        try (InputStream raw = Files.newInputStream(file);
                InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            String line;
            while ((line = reader.readLine()) != null) {
                if (!line.isBlank()) {
                    rows.add(line.strip().split(",", -1));
                }
            }
        }
        if (isHeader(rows.get(0))) {
            rows.remove(0);
        }
        return rows;
    }

    private static boolean isHeader(String[] row) {
        try {
            for (int a = 0; a < row.length - 1; a++) {
                if (!row[a].isBlank()) {
                    Double.parseDouble(row[a]);
                }
            }
            return false;
        } catch (NumberFormatException word) {
            return true;
        }
    }
}
