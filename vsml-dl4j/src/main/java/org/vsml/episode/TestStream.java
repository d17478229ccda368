package org.vsml.episode;

import static org.vsml.core.Checks.require;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.random.RandomGenerator;
import org.vsml.core.Examples;
import org.vsml.core.TaskShape;

/**
 * A stream for prequential meta-testing: images of one set in a random order without replacement,
 * first all of the test part, then all of the training part; or the rows of a table in a random
 * order. A set with fewer examples than asked for ends early.
 *
 * <p>Pixels are standardised with mean and standard deviation of the set's <em>training</em> part
 * (two numbers), as is customary. It is a choice: a learner that has seen nothing yet could not
 * know them. It favours no learner, for all get the same inputs; a stream standardised by its own
 * running statistics would add their noise to every comparison.
 *
 * <p>Columns of a table come as they are in the file unless a standardisation is asked for: {@link
 * Standardisation#SET} is mean 0 and variance 1 of each column over the whole table, clipped at ±5.
 *
 * @param set name of an image set or a table, see {@link DataSets}
 * @param examples T, at most
 * @param view what is seen of an image; null for the full image
 * @param onlyClasses the classes that take part, relabelled 0, 1, … in this order; null for all
 * @param inOrder whether examples come in the order of their files instead of a random one
 * @param standardisation of inputs; null for {@link Standardisation#SET} of images and {@link
 *     Standardisation#NONE} of tables; not {@code EPISODE} or {@code ANY}
 */
public record TestStream(
        String set,
        int examples,
        View view,
        List<Integer> onlyClasses,
        boolean inOrder,
        Standardisation standardisation) {

    private static final double CLIP = 5;

    public TestStream {
        DataSets.requireName(set);
        require(examples >= 1, "examples must be >= 1, got %d", examples);
        view = view == null ? new View.Full() : view;
        if (onlyClasses != null) {
            require(
                    !onlyClasses.isEmpty()
                            && new HashSet<>(onlyClasses).size() == onlyClasses.size(),
                    "onlyClasses must be different classes, at least one, got %s",
                    onlyClasses);
            onlyClasses = List.copyOf(onlyClasses);
        }
        require(
                standardisation != Standardisation.EPISODE
                        && standardisation != Standardisation.ANY,
                "standardisation of a test stream must be SET, NONE or BYTES, got %s",
                standardisation);
    }

    /** A stream in random order, standardised as is customary. */
    public TestStream(String set, int examples, View view, List<Integer> onlyClasses) {
        this(set, examples, view, onlyClasses, false, null);
    }

    /** Full images of all classes. */
    public static TestStream of(String set, int examples) {
        return new TestStream(set, examples, null, null);
    }

    /** This stream in another view. */
    public TestStream withView(View other) {
        return new TestStream(set, examples, other, onlyClasses, inOrder, standardisation);
    }

    /** This stream in the order of the files. */
    public TestStream inFileOrder() {
        return new TestStream(set, examples, view, onlyClasses, true, standardisation);
    }

    /** This stream with other inputs. */
    public TestStream withStandardisation(Standardisation other) {
        return new TestStream(set, examples, view, onlyClasses, inOrder, other);
    }

    /**
     * Streams by seed: another order, another draw of the view and another initial state for each.
     *
     * @param folder where image sets are, see {@link DataSets#in}; may be null
     */
    public EpisodeSource source(Path folder) {
        return source(DataSets.in(folder));
    }

    /** Streams by seed from these sets; the set is read now. */
    public EpisodeSource source(DataSets sets) {
        return sets.isTable(set) ? rows(sets.table(set)) : images(sets);
    }

    private EpisodeSource rows(Table table) {
        require(
                view instanceof View.Full,
                "the rows of table %s can be seen in full only, not in view %s",
                set,
                view);
        require(
                standardisation != Standardisation.BYTES,
                "the columns of table %s are not pixels in 0 to 255",
                set);
        int size = table.size();
        double[] values = table.inputs();
        if (standardisation == Standardisation.SET) {
            values = values.clone();
            standardise(values, size);
        }
        double[] used = values;
        int[] taskLabels = taskLabels(table.classes().size());
        int[] chosen =
                Arrays.stream(Draws.range(table.rows()))
                        .filter(i -> taskLabels[table.labels()[i]] >= 0)
                        .toArray();
        int length = Math.min(examples, chosen.length);
        int classes = onlyClasses == null ? taskLabels.length : onlyClasses.size();
        TaskShape shape = TaskShape.of(size, classes);
        return seed -> {
            int[] order = order(chosen, length, Seeds.generator(seed, Purpose.ORDER));
            double[] inputs = Sampler.inputs(length, size);
            int[] labels = new int[length];
            for (int i = 0; i < length; i++) {
                System.arraycopy(used, order[i] * size, inputs, i * size, size);
                labels[i] = taskLabels[table.labels()[order[i]]];
            }
            return Episode.withMeanLoss(
                    Examples.online(shape, inputs, labels), Seeds.derive(seed, Purpose.STATE), set);
        };
    }

    /** Every column of [rows, size] to mean 0 and variance 1, clipped. */
    private static void standardise(double[] values, int size) {
        double[] column = new double[values.length / size];
        for (int a = 0; a < size; a++) {
            for (int i = 0; i < column.length; i++) {
                column[i] = values[i * size + a];
            }
            TableSampler.standardise(column);
            for (int i = 0; i < column.length; i++) {
                values[i * size + a] = Math.max(-CLIP, Math.min(CLIP, column[i]));
            }
        }
    }

    private int[] order(int[] candidates, int count, RandomGenerator random) {
        return inOrder ? Arrays.copyOf(candidates, count) : Draws.some(candidates, count, random);
    }

    private EpisodeSource images(DataSets sets) {
        Standardisation used = standardisation == null ? Standardisation.SET : standardisation;
        SourceSet test = SourceSet.load(sets, set, Split.TEST, used);
        SourceSet train = SourceSet.load(sets, set, Split.TRAIN, used);
        ViewMapping.requireFits(view, test.images());
        int[] taskLabels = taskLabels(test.images().classes());
        int[] fromTest = images(test.images(), taskLabels);
        int[] fromTrain = images(train.images(), taskLabels);
        int classes = onlyClasses == null ? taskLabels.length : onlyClasses.size();
        int length = (int) Math.min(examples, (long) fromTest.length + fromTrain.length);
        require(
                length >= 1,
                "no image of %s (%s) has a label of %s",
                set,
                test.images().origin(),
                onlyClasses);
        return seed -> {
            RandomGenerator order = Seeds.generator(seed, Purpose.ORDER);
            int first = Math.min(length, fromTest.length);
            int[] testImages = order(fromTest, first, order);
            int[] trainImages = order(fromTrain, length - first, order);
            ViewMapping mapping =
                    ViewMapping.of(
                            view, test.images().shape(), Seeds.generator(seed, Purpose.VIEW));
            int size = mapping.shape().size();
            double[] inputs = Sampler.inputs(length, size);
            int[] labels = new int[length];
            float[] pixels = new float[test.images().shape().size()];
            for (int i = 0; i < length; i++) {
                SourceSet part = i < first ? test : train;
                int image = i < first ? testImages[i] : trainImages[i - first];
                part.read(image, pixels);
                mapping.apply(pixels, inputs, i * size);
                labels[i] = taskLabels[part.images().label(image)];
            }
            Examples stream =
                    Examples.online(new TaskShape(mapping.shape(), classes), inputs, labels);
            return Episode.withMeanLoss(stream, Seeds.derive(seed, Purpose.STATE), set);
        };
    }

    private int[] taskLabels(int classes) {
        if (onlyClasses == null) {
            return Draws.range(classes);
        }
        int[] result = new int[classes];
        Arrays.fill(result, -1);
        for (int i = 0; i < onlyClasses.size(); i++) {
            int c = onlyClasses.get(i);
            require(
                    c >= 0 && c < classes,
                    "onlyClasses of %s must be in [0, %d), got %d",
                    set,
                    classes,
                    c);
            result[c] = i;
        }
        return result;
    }

    private static int[] images(ImageSet images, int[] taskLabels) {
        return Arrays.stream(Draws.range(images.size()))
                .filter(i -> taskLabels[images.label(i)] >= 0)
                .toArray();
    }
}
