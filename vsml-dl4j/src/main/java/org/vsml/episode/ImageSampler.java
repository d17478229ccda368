package org.vsml.episode;

import static org.vsml.core.Checks.require;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.vsml.core.TaskShape;

/** Draws {@link TaskDistribution.Images} tasks. */
final class ImageSampler implements Sampler {

    private final TaskDistribution.Images task;
    private final List<SourceSet> sets;

    ImageSampler(TaskDistribution.Images task, DataSets data, long maxCount) {
        this.task = task;
        sets = SourceSet.load(data, task.sets(), task.split(), task.standardisation());
        for (SourceSet set : sets) {
            ImageSet images = set.images();
            ViewMapping.requireFits(task.view(), images);
            int[] possible = possibleClasses(images);
            int fewest = task.classes() == null ? possible.length : task.classes().min();
            require(
                    task.classes() == null || task.classes().max() <= possible.length,
                    "classes must be at most the %d of %s that have images, got %s",
                    possible.length,
                    images.name(),
                    task.classes());
            int[] sizes = Arrays.stream(possible).map(images::sizeOfClass).sorted().toArray();
            long smallest = Arrays.stream(sizes, 0, fewest).asLongStream().sum();
            require(
                    task.replacement() || maxCount <= smallest,
                    "an episode of %d images cannot be drawn without replacement from the %d of %s (%s) that %d classes may have;"
                            + " give a shorter length or replacement: true",
                    maxCount,
                    smallest,
                    images.name(),
                    images.origin(),
                    fewest);
        }
    }

    @Override
    public Draw draw(int count, long seed) {
        RandomGenerator random = Seeds.generator(seed, Purpose.TASK);
        SourceSet set = sets.get(random.nextInt(sets.size()));
        if (task.standardisation() == Standardisation.ANY) {
            set = set.inAnyUnit(Seeds.generator(seed, Purpose.PIXELS));
        }
        ImageSet images = set.images();
        int[] classes = chooseClasses(images, random);
        int[] taskLabels = new int[images.classes()];
        for (int c = 0; c < classes.length; c++) {
            taskLabels[classes[c]] = c;
        }
        int[] chosen = chooseImages(images, classes, count, Seeds.generator(seed, Purpose.ORDER));
        ViewMapping view =
                ViewMapping.of(task.view(), images.shape(), Seeds.generator(seed, Purpose.VIEW));
        int size = view.shape().size();
        double[] inputs = Sampler.inputs(count, size);
        int[] labels = new int[count];
        float[] pixels = new float[images.shape().size()];
        for (int i = 0; i < count; i++) {
            labels[i] = taskLabels[images.label(chosen[i])];
            set.read(chosen[i], pixels);
            view.apply(pixels, inputs, i * size);
        }
        if (task.standardisation() == Standardisation.EPISODE) {
            standardise(inputs);
        }
        return new Draw(new TaskShape(view.shape(), classes.length), inputs, labels, images.name());
    }

    private int[] possibleClasses(ImageSet images) {
        if (task.onlyClasses() == null) {
            return Arrays.stream(Draws.range(images.classes()))
                    .filter(c -> images.sizeOfClass(c) > 0)
                    .toArray();
        }
        for (int c : task.onlyClasses()) {
            require(
                    c < images.classes() && images.sizeOfClass(c) > 0,
                    "onlyClasses must be classes of %s that have images, got %d",
                    images.name(),
                    c);
        }
        return task.onlyClasses().stream().mapToInt(Integer::intValue).toArray();
    }

    /** The classes of the set in the order of their new labels. */
    private int[] chooseClasses(ImageSet images, RandomGenerator random) {
        int[] possible = possibleClasses(images);
        int count = task.classes() == null ? possible.length : task.classes().draw(random);
        int[] chosen = Draws.some(possible, count, random);
        if (!task.labelPermutation()) {
            Arrays.sort(chosen);
        }
        return chosen;
    }

    private int[] chooseImages(ImageSet images, int[] classes, int count, RandomGenerator random) {
        int available = 0;
        for (int c : classes) {
            available += images.sizeOfClass(c);
        }
        // In the order of class numbers, so that the permutation of labels does not change which
        // images come.
        int[] sorted = classes.clone();
        Arrays.sort(sorted);
        int[] candidates = new int[available];
        int filled = 0;
        for (int c : sorted) {
            for (int i = 0; i < images.sizeOfClass(c); i++) {
                candidates[filled++] = images.imageOfClass(c, i);
            }
        }
        if (task.replacement()) {
            int[] chosen = new int[count];
            for (int i = 0; i < count; i++) {
                chosen[i] = candidates[random.nextInt(available)];
            }
            return chosen;
        }
        Draws.shuffleFront(candidates, count, random);
        return candidates;
    }

    private static void standardise(double[] values) {
        double mean = Arrays.stream(values).average().orElse(0);
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        double deviation = Math.sqrt(squares / values.length);
        // An episode of one value everywhere has nothing to scale.
        double multiply = deviation > 0 ? 1 / deviation : 1;
        for (int i = 0; i < values.length; i++) {
            values[i] = (values[i] - mean) * multiply;
        }
    }
}
