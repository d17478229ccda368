package org.vsml.cloning.run;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.List;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.LearnerStream;
import org.vsml.core.NamedArrays;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.TaskShape;

/** Cloned backpropagation behind the contract of all learners, forward only. */
record ClonedLearner(ClonedBackpropagation config) implements Learner {

    @Override
    public Rollout run(
            NamedArrays metaVariables,
            List<NamedArrays> starts,
            List<Examples> episodes,
            RolloutOptions options) {
        require(
                !options.record(),
                "cloned backpropagation runs forward only: record must be false, got true");
        require(
                starts.size() == episodes.size(),
                "expected as many starts as episodes, got %d and %d",
                starts.size(),
                episodes.size());
        List<double[]> logits = new ArrayList<>();
        List<NamedArrays> ends = new ArrayList<>();
        for (int i = 0; i < episodes.size(); i++) {
            Examples examples = episodes.get(i);
            ClonedNetwork network =
                    new ClonedNetwork(config, metaVariables, examples.task(), starts.get(i));
            logits.add(run(network, examples));
            ends.add(network.learnedVariables());
        }
        return new Finished(logits, ends);
    }

    @Override
    public LearnerStream open(NamedArrays metaVariables, TaskShape task, NamedArrays start) {
        return new Stream(task, new ClonedNetwork(config, metaVariables, task, start));
    }

    private static double[] run(ClonedNetwork network, Examples examples) {
        int parallel = examples.parallel();
        int inputs = examples.task().inputs();
        int classes = examples.task().classes();
        double[] logits = new double[examples.labels().length * classes];
        float[] x = new float[parallel * inputs];
        int[] labels = new int[parallel];
        for (int t = 0; t < examples.length(); t++) {
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) examples.inputs()[t * x.length + i];
            }
            System.arraycopy(examples.labels(), t * parallel, labels, 0, parallel);
            float[] predicted = network.predict(x, parallel);
            for (int i = 0; i < parallel * classes; i++) {
                logits[t * parallel * classes + i] = predicted[i];
            }
            network.learn(labels);
        }
        return logits;
    }

    /** A run that has nothing to go back through. */
    private record Finished(List<double[]> allLogits, List<NamedArrays> ends) implements Rollout {

        @Override
        public int episodes() {
            return ends.size();
        }

        @Override
        public double[] logits(int episode) {
            return allLogits.get(episode);
        }

        @Override
        public NamedArrays learnedVariables(int episode) {
            return ends.get(episode);
        }

        @Override
        public Gradient backward(
                List<double[]> logitGradients, List<NamedArrays> learnedVariableGradients) {
            throw new IllegalStateException("cloned backpropagation runs forward only");
        }

        @Override
        public void close() {
            // holds nothing but arrays
        }
    }

    /** Example by example. */
    private record Stream(TaskShape task, ClonedNetwork network) implements LearnerStream {

        @Override
        public double[] predict(double[] input) {
            require(
                    input.length == task.inputs(),
                    "an example of this stream has %d inputs, got %d",
                    task.inputs(),
                    input.length);
            float[] x = new float[input.length];
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) input[i];
            }
            float[] predicted = network.predict(x, 1);
            double[] logits = new double[task.classes()];
            for (int c = 0; c < logits.length; c++) {
                logits[c] = predicted[c];
            }
            return logits;
        }

        @Override
        public double[] learn(double[] input, int label) {
            double[] logits = predict(input);
            network.learn(new int[] {label});
            return logits;
        }

        @Override
        public NamedArrays learnedVariables() {
            return network.learnedVariables();
        }
    }
}
