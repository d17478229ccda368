package org.vsml.baselines;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import org.vsml.online.Contender;
import org.vsml.online.OnlineAlgorithm;

/**
 * The online learners that a user would pick without meta-learning. Those with a setting stand in a
 * comparison as a grid of which the best counts for each data set and each number of examples,
 * chosen on the reported streams themselves: in their favour and in VSML's disfavour, for nobody
 * can choose so in use. The grids reach beyond what is best on MNIST, Fashion-MNIST, KMNIST, USPS
 * and 8 x 8 digits.
 */
public final class ClassicalLearners {

    /** Units of the hidden layer (paper, appendix C.2). */
    private static final int HIDDEN = 160;

    private static final Map<String, Contender> ALL = contenders();

    private ClassicalLearners() {}

    /** Names of all of them. */
    public static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /**
     * One by name: {@code sgd} and {@code adam} (linear), {@code sgd_hidden} and {@code
     * adam_hidden} (160 tanh), {@code sgd_convolution}, {@code adam_convolution} (small CNN),
     * {@code nearest_mean}, {@code 1nn}, {@code knn} (best k), {@code lda}.
     */
    public static Contender named(String name) {
        Contender contender = ALL.get(name);
        require(
                contender != null,
                "there is no classical learner %s; there are %s",
                name,
                ALL.keySet());
        return contender;
    }

    /** Online SGD on a linear softmax classifier. */
    public static OnlineAlgorithm sgd(double rate) {
        return new GradientDescent(GradientDescent.Optimiser.SGD, rate, 0);
    }

    /** Online Adam on a linear softmax classifier. */
    public static OnlineAlgorithm adam(double rate) {
        return new GradientDescent(GradientDescent.Optimiser.ADAM, rate, 0);
    }

    private static Map<String, Contender> contenders() {
        Map<String, Contender> all = new LinkedHashMap<>();
        add(all, "sgd", ClassicalLearners::sgd, 0.001, 0.003, 0.01, 0.03, 0.1);
        add(all, "adam", ClassicalLearners::adam, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1);
        add(
                all,
                "sgd_hidden",
                rate -> new GradientDescent(GradientDescent.Optimiser.SGD, rate, HIDDEN),
                0.001,
                0.003,
                0.01,
                0.03,
                0.1);
        add(
                all,
                "adam_hidden",
                rate -> new GradientDescent(GradientDescent.Optimiser.ADAM, rate, HIDDEN),
                0.0001,
                0.0003,
                0.001,
                0.003,
                0.01);
        add(
                all,
                "sgd_convolution",
                rate -> new ConvolutionalDescent(GradientDescent.Optimiser.SGD, rate),
                0.003,
                0.01,
                0.03,
                0.1,
                0.3);
        add(
                all,
                "adam_convolution",
                rate -> new ConvolutionalDescent(GradientDescent.Optimiser.ADAM, rate),
                0.0003,
                0.001,
                0.003,
                0.01,
                0.03);
        add(all, "nearest_mean", none -> new NearestClassMean(), 0);
        add(all, "1nn", k -> new NearestNeighbours((int) k), 1);
        add(all, "knn", k -> new NearestNeighbours((int) k), 1, 3, 5, 10);
        add(all, "lda", StreamingDiscriminant::new, 10, 30, 100, 300, 1000, 3000, 10000);
        return all;
    }

    private static void add(
            Map<String, Contender> all,
            String name,
            DoubleFunction<OnlineAlgorithm> algorithm,
            double... grid) {
        List<OnlineAlgorithm> settings = new ArrayList<>();
        for (double setting : grid) {
            settings.add(algorithm.apply(setting));
        }
        all.put(name, new Contender(name, settings));
    }
}
