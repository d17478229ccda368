package org.vsml.baselines;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import org.vsml.baselines.RandomFeatures.Head;
import org.vsml.online.Contender;
import org.vsml.online.OnlineAlgorithm;

/**
 * The online learners that a user would pick without meta-learning. Those with a setting stand in a
 * comparison as a grid of which the best counts for each data set and each number of examples,
 * chosen on the reported streams themselves: in their favour and in VSML's disfavour, for nobody
 * can choose so in use. The grids reach beyond what is best on MNIST, Fashion-MNIST, KMNIST, USPS
 * and 8 x 8 digits.
 *
 * <p>Scores are of whatever kind a learner has; {@link #calibrated} makes probabilities of them.
 */
public final class ClassicalLearners {

    /** Units of the hidden layer (paper, appendix C.2). */
    private static final int HIDDEN = 160;

    /** Numbers of random features. */
    private static final int[] WIDTHS = {256, 1024, 4096};

    private static final Map<String, Contender> ALL = contenders();

    private ClassicalLearners() {}

    /** Names of all of them. */
    public static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /**
     * One by name: {@code sgd} and {@code adam} (linear), {@code sgd_hidden} and {@code
     * adam_hidden} (160 tanh), {@code sgd_convolution}, {@code adam_convolution} (small CNN),
     * {@code sgd_wide}, {@code adam_wide}, {@code lda_wide} (grids for tables, where the best
     * settings lie beyond those for images), {@code nearest_mean}, {@code 1nn}, {@code knn} (best
     * k), {@code lda}; {@code sgd_hidden_relu}, {@code adam_hidden_relu}, {@code knn_window} (best
     * k and window), {@code rls} (recursive least squares), {@code passive_aggressive}, {@code
     * arow}, {@code naive_bayes}; {@code rff_rls_256}, {@code rff_lda_256}, and with 1024 and 4096
     * (random Fourier features); {@code hedge} (over 1-NN, least squares and SGD).
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
        return new GradientDescent(GradientDescent.Optimizer.SGD, rate, 0);
    }

    /** Online Adam on a linear softmax classifier. */
    public static OnlineAlgorithm adam(double rate) {
        return new GradientDescent(GradientDescent.Optimizer.ADAM, rate, 0);
    }

    /** A contender whose scores are log-probabilities, by the temperatures that did best so far. */
    public static Contender calibrated(Contender contender) {
        return contender.withEach(Calibrated::new);
    }

    private static Map<String, Contender> contenders() {
        Map<String, Contender> all = new LinkedHashMap<>();
        add(all, "sgd", ClassicalLearners::sgd, 0.001, 0.003, 0.01, 0.03, 0.1);
        add(all, "adam", ClassicalLearners::adam, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1);
        add(
                all,
                "sgd_hidden",
                rate -> new GradientDescent(GradientDescent.Optimizer.SGD, rate, HIDDEN),
                0.001,
                0.003,
                0.01,
                0.03,
                0.1);
        add(
                all,
                "adam_hidden",
                rate -> new GradientDescent(GradientDescent.Optimizer.ADAM, rate, HIDDEN),
                0.0001,
                0.0003,
                0.001,
                0.003,
                0.01);
        add(
                all,
                "sgd_convolution",
                rate -> new ConvolutionalDescent(GradientDescent.Optimizer.SGD, rate),
                0.003,
                0.01,
                0.03,
                0.1,
                0.3);
        add(
                all,
                "adam_convolution",
                rate -> new ConvolutionalDescent(GradientDescent.Optimizer.ADAM, rate),
                0.0003,
                0.001,
                0.003,
                0.01,
                0.03);
        add(all, "nearest_mean", none -> new NearestClassMean(), 0);
        add(all, "1nn", k -> new NearestNeighbours((int) k), 1);
        add(all, "knn", k -> new NearestNeighbours((int) k), 1, 3, 5, 10);
        add(all, "lda", StreamingDiscriminant::new, 10, 30, 100, 300, 1000, 3000, 10000);
        add(
                all,
                "sgd_hidden_relu",
                rate -> rectified(GradientDescent.Optimizer.SGD, rate),
                0.001,
                0.003,
                0.01,
                0.03,
                0.1);
        add(
                all,
                "adam_hidden_relu",
                rate -> rectified(GradientDescent.Optimizer.ADAM, rate),
                0.0001,
                0.0003,
                0.001,
                0.003,
                0.01);
        add(all, "sgd_wide", ClassicalLearners::sgd, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1);
        add(all, "adam_wide", ClassicalLearners::adam, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3);
        add(all, "lda_wide", StreamingDiscriminant::new, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000);
        all.put("knn_window", neighboursInWindows());
        add(all, "rls", RecursiveLeastSquares::new, 0.1, 1, 10, 100, 1000);
        add(all, "passive_aggressive", PassiveAggressive::new, 0.001, 0.003, 0.01, 0.03, 0.1, 1);
        add(all, "arow", AdaptiveRegularisation::new, 0.1, 1, 10, 100, 1000);
        add(all, "naive_bayes", NaiveBayes::new, 0.3, 1, 3, 10, 30, 100, 300);
        for (int width : WIDTHS) {
            all.put("rff_rls_" + width, randomFeatures("rff_rls_", Head.LEAST_SQUARES, width));
            all.put("rff_lda_" + width, randomFeatures("rff_lda_", Head.DISCRIMINANT, width));
        }
        List<OnlineAlgorithm> experts = experts();
        add(all, "hedge", rate -> new Hedge(experts, rate), 0.1, 0.3, 1, 3);
        return all;
    }

    private static OnlineAlgorithm rectified(GradientDescent.Optimizer optimizer, double rate) {
        return new GradientDescent(optimizer, rate, HIDDEN, GradientDescent.Activation.RELU);
    }

    private static Contender neighboursInWindows() {
        List<OnlineAlgorithm> settings = new ArrayList<>();
        for (int k : new int[] {1, 3, 5, 11}) {
            for (int window : new int[] {200, 1000, 0}) {
                settings.add(new NearestNeighbours(k, window));
            }
        }
        return new Contender("knn_window", settings);
    }

    private static Contender randomFeatures(String prefix, Head head, int width) {
        List<OnlineAlgorithm> settings = new ArrayList<>();
        for (double bandwidth : new double[] {0.5, 1, 2}) {
            for (double regularisation : new double[] {0.001, 0.01, 0.1, 1}) {
                settings.add(new RandomFeatures(head, width, bandwidth, regularisation));
            }
        }
        return new Contender(prefix + width, settings);
    }

    /** A nearest neighbour, and the two others with several settings: Hedge finds the best. */
    private static List<OnlineAlgorithm> experts() {
        List<OnlineAlgorithm> experts = new ArrayList<>();
        experts.add(new NearestNeighbours(1));
        for (double ridge : new double[] {1, 10, 100}) {
            experts.add(new RecursiveLeastSquares(ridge));
        }
        for (double rate : new double[] {0.003, 0.01, 0.03, 0.1, 0.3}) {
            experts.add(sgd(rate));
        }
        return experts;
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
