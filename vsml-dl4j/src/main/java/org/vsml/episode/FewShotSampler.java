package org.vsml.episode;

import static org.vsml.core.Checks.require;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.vsml.core.InputShape;
import org.vsml.core.TaskShape;

/** Draws {@link TaskDistribution.FewShot} tasks. */
final class FewShotSampler implements Sampler {

    private final TaskDistribution.FewShot task;
    private final List<SourceSet> sets;
    private final List<int[]> usableClasses;

    FewShotSampler(TaskDistribution.FewShot task, DataSets data) {
        this.task = task;
        sets = SourceSet.load(data, task.sets(), task.split(), Standardisation.SET);
        usableClasses = sets.stream().map(set -> usable(set.images(), task.shots() + 1)).toList();
        for (int i = 0; i < sets.size(); i++) {
            ImageSet images = sets.get(i).images();
            ViewMapping.requireFits(task.view(), images);
            require(
                    usableClasses.get(i).length >= task.ways(),
                    "ways must be at most the %d classes of %s (%s) that have %d images, got %d",
                    usableClasses.get(i).length,
                    images.name(),
                    images.origin(),
                    task.shots() + 1,
                    task.ways());
            require(
                    !task.quarterTurns() || images.shape().height() == images.shape().width(),
                    "quarterTurns needs square images, those of %s are %d x %d",
                    images.name(),
                    images.shape().height(),
                    images.shape().width());
        }
    }

    private static int[] usable(ImageSet images, int needed) {
        return Arrays.stream(Draws.range(images.classes()))
                .filter(c -> images.sizeOfClass(c) >= needed)
                .toArray();
    }

    @Override
    public Draw draw(int count, long seed) {
        require(
                count == task.steps(),
                "a few-shot episode has %d examples, got %d",
                task.steps(),
                count);
        RandomGenerator random = Seeds.generator(seed, Purpose.TASK);
        int which = random.nextInt(sets.size());
        SourceSet set = sets.get(which);
        ImageSet images = set.images();
        int[] classes = Draws.some(usableClasses.get(which), task.ways(), random);
        int[] turns = new int[task.ways()];
        for (int c = 0; c < turns.length; c++) {
            turns[c] = task.quarterTurns() ? random.nextInt(4) : 0;
        }
        int[] chosen = new int[count];
        int[] labels = new int[count];
        chooseImages(images, classes, chosen, labels, random);

        ViewMapping view =
                ViewMapping.of(task.view(), images.shape(), Seeds.generator(seed, Purpose.VIEW));
        int size = view.shape().size();
        double[] inputs = Sampler.inputs(count, size);
        float[] pixels = new float[images.shape().size()];
        float[] turned = new float[pixels.length];
        for (int i = 0; i < count; i++) {
            set.read(chosen[i], pixels);
            turn(pixels, images.shape(), turns[labels[i]], turned);
            view.apply(turned, inputs, i * size);
        }
        return new Draw(new TaskShape(view.shape(), task.ways()), inputs, labels, images.name());
    }

    /**
     * The support set in random order, then the query: an image of one of the classes that is not
     * in the support set.
     */
    private void chooseImages(
            ImageSet images, int[] classes, int[] chosen, int[] labels, RandomGenerator random) {
        int support = chosen.length - 1;
        int query = random.nextInt(classes.length);
        int[] order = Draws.some(Draws.range(support), support, random);
        for (int c = 0; c < classes.length; c++) {
            int needed = task.shots() + (c == query ? 1 : 0);
            int[] drawn = Draws.some(Draws.range(images.sizeOfClass(classes[c])), needed, random);
            for (int s = 0; s < needed; s++) {
                int place = s == task.shots() ? support : order[c * task.shots() + s];
                chosen[place] = images.imageOfClass(classes[c], drawn[s]);
                labels[place] = c;
            }
        }
    }

    /** A square image turned by {@code turns}·90°. */
    private static void turn(float[] image, InputShape shape, int turns, float[] into) {
        if (turns == 0) {
            System.arraycopy(image, 0, into, 0, image.length);
            return;
        }
        int side = shape.height();
        int channels = shape.channels();
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int fromY = turns == 1 ? x : turns == 2 ? side - 1 - y : side - 1 - x;
                int fromX = turns == 1 ? side - 1 - y : turns == 2 ? side - 1 - x : y;
                System.arraycopy(
                        image,
                        (fromY * side + fromX) * channels,
                        into,
                        (y * side + x) * channels,
                        channels);
            }
        }
    }
}
