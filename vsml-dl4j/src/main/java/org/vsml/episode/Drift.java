package org.vsml.episode;

import static org.vsml.core.Checks.require;

import com.fasterxml.jackson.annotation.JsonAlias;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What is to be learned changes within the episode. Kind and course of the change are drawn once an
 * episode.
 *
 * @param kinds what changes, one of them an episode; {@code CONCEPT} for tables alone; optional,
 *     default labels and inputs
 * @param courses how it changes, one of them an episode; optional, default all
 * @param changes number of changes; optional, default 1 to 3
 * @param size how far inputs move, in standard deviations of each; optional, default 0.3 to 2
 */
public record Drift(List<Kind> kinds, List<Course> courses, IntRange changes, DoubleRange size)
        implements Augmentation {

    /** What changes. */
    public enum Kind {
        /** Which label goes with which class: a random permutation. */
        @JsonAlias("labels")
        LABELS,
        /** Each input moves by a random distance. */
        @JsonAlias("inputs")
        INPUTS,
        /** The rule that gives labels: another one of the same generator. */
        @JsonAlias("concept")
        CONCEPT
    }

    /** How it changes. */
    public enum Course {
        /** From one example to the next, at random times. */
        @JsonAlias("abrupt")
        ABRUPT,
        /** At random times, over up to a quarter of the episode: mixed labels, moving inputs. */
        @JsonAlias("gradual")
        GRADUAL,
        /** To and fro between two states, abruptly, at equal intervals. */
        @JsonAlias("recurring")
        RECURRING
    }

    public Drift {
        kinds = kinds == null ? List.of(Kind.LABELS, Kind.INPUTS) : List.copyOf(kinds);
        courses = courses == null ? List.of(Course.values()) : List.copyOf(courses);
        require(!kinds.isEmpty(), "kinds of drift must name at least one");
        require(!courses.isEmpty(), "courses of drift must name at least one");
        changes = changes == null ? IntRange.of(1, 3) : changes;
        changes.requireWithin(1, 1000, "changes");
        size = size == null ? DoubleRange.of(0.3, 2) : size;
        size.requireWithin(0, 100, "size");
    }

    @Override
    public long purpose() {
        return Purpose.DRIFT;
    }

    @Override
    public boolean changesConcept() {
        return kinds.contains(Kind.CONCEPT);
    }

    /**
     * @param state [examples], from 0; a fraction between two states means in transition
     */
    private record Plan(Kind kind, double[] state, int last) {}

    private Plan plan(int count, RandomGenerator random) {
        Kind kind = kinds.get(random.nextInt(kinds.size()));
        Course course = courses.get(random.nextInt(courses.size()));
        int number = changes.draw(random);
        double[] times = random.doubles(number).sorted().toArray();
        double width = course == Course.GRADUAL ? random.nextDouble(0.02, 0.25) : 0;
        double[] state = new double[count];
        for (int i = 0; i < count; i++) {
            double time = (i + 0.5) / count;
            if (course == Course.RECURRING) {
                state[i] = (int) (time * (number + 1)) % 2;
                continue;
            }
            for (double change : times) {
                double begun = time - change;
                state[i] += begun <= 0 ? 0 : begun >= width ? 1 : begun / width;
            }
        }
        return new Plan(kind, state, course == Course.RECURRING ? 1 : number);
    }

    /** The state of each example, in transition one or the other. */
    private static int[] whole(double[] state, RandomGenerator random) {
        int[] result = new int[state.length];
        for (int i = 0; i < result.length; i++) {
            int from = (int) state[i];
            double beyond = state[i] - from;
            result[i] = beyond > 0 && random.nextDouble() < beyond ? from + 1 : from;
        }
        return result;
    }

    @Override
    public int[] concepts(int count, RandomGenerator random) {
        Plan plan = plan(count, random);
        return plan.kind() == Kind.CONCEPT ? whole(plan.state(), random) : null;
    }

    @Override
    public void apply(Sampler.Draw draw, RandomGenerator random) {
        Plan plan = plan(draw.labels().length, random);
        if (plan.kind() == Kind.LABELS) {
            permute(draw.labels(), draw.task().classes(), plan, random);
        } else if (plan.kind() == Kind.INPUTS) {
            move(draw.inputs(), draw.task().inputs(), plan, random);
        }
    }

    private static void permute(int[] labels, int classes, Plan plan, RandomGenerator random) {
        int[] states = whole(plan.state(), random);
        int[][] permutations = new int[plan.last() + 1][];
        permutations[0] = Draws.range(classes);
        for (int s = 1; s < permutations.length; s++) {
            // Every label gets another one: they move along a random circle.
            int[] circle = Draws.some(Draws.range(classes), classes, random);
            permutations[s] = new int[classes];
            for (int c = 0; c < classes; c++) {
                permutations[s][circle[c]] = permutations[s - 1][circle[(c + 1) % classes]];
            }
        }
        for (int i = 0; i < labels.length; i++) {
            labels[i] = permutations[states[i]][labels[i]];
        }
    }

    private void move(double[] inputs, int size, Plan plan, RandomGenerator random) {
        double far = this.size.draw(random);
        double[] places = new double[plan.last() + 1];
        int count = inputs.length / size;
        for (int a = 0; a < size; a++) {
            double sum = 0;
            double squares = 0;
            for (int i = a; i < inputs.length; i += size) {
                sum += inputs[i];
                squares += inputs[i] * inputs[i];
            }
            double mean = sum / count;
            double unit = far * Math.sqrt(Math.max(0, squares / count - mean * mean));
            for (int s = 1; s < places.length; s++) {
                places[s] = places[s - 1] + unit * random.nextGaussian();
            }
            for (int i = 0; i < count; i++) {
                int from = Math.min(places.length - 1, (int) plan.state()[i]);
                double beyond = plan.state()[i] - from;
                double next = places[Math.min(places.length - 1, from + 1)];
                inputs[i * size + a] += places[from] + beyond * (next - places[from]);
            }
        }
    }
}
