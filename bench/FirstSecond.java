import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.vsml.core.Engine;
import org.vsml.core.LearningAlgorithm;
import org.vsml.online.OnlineLearner;

/** Milliseconds from the start of this JVM to the first prediction, then microseconds an example while the JIT compiler warms up. */
public class FirstSecond {

    private static final int EXAMPLES = 1000;
    private static final int[] BLOCKS = {1, 10, 50, 100, 200, 500, 1000};

    public static void main(String[] arguments) {
        String algorithm = arguments[0];
        int inputs = Integer.parseInt(arguments[1]);
        int classes = Integer.parseInt(arguments[2]);
        long began = ManagementFactory.getRuntimeMXBean().getStartTime();
        OnlineLearner learner =
                OnlineLearner.pretrained(LearningAlgorithm.fromResource(algorithm), Engine.auto())
                        .forTask(inputs, classes);
        Random random = new Random(1);
        double[][] prototypes = new double[classes][];
        Arrays.setAll(prototypes, c -> random.doubles(inputs, -1, 1).toArray());
        double first = 0;
        long start = System.nanoTime();
        StringBuilder curve = new StringBuilder();
        int block = 0;
        int before = 0;
        for (int t = 1; t <= EXAMPLES; t++) {
            int label = random.nextInt(classes);
            double[] input = prototypes[label].clone();
            for (int i = 0; i < inputs; i++) {
                input[i] += 0.5 * random.nextGaussian();
            }
            learner.learn(input, label);
            if (t == 1) {
                first = System.currentTimeMillis() - began;
            }
            if (t == BLOCKS[block]) {
                long now = System.nanoTime();
                curve.append(String.format(Locale.ROOT, ",%.0f", (now - start) / 1e3 / (t - before)));
                before = t;
                block++;
                start = now;
            }
        }
        System.out.printf(Locale.ROOT, "%s,%d,%d,%.0f%s%n", algorithm, inputs, classes, first, curve);
    }
}
