package org.vsml.lab.paper;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.vsml.core.Engine;
import org.vsml.episode.DataSets;

/**
 * Makes figures of the paper. Everything goes into one folder: a folder for each figure, and the
 * meta-trained algorithms, which are made once and found again by the next run.
 */
public final class Paper {

    /** Is told of a figure that was made. */
    @FunctionalInterface
    public interface FigureListener {
        /** A figure and its folder are there. */
        void made(FigureResult result) throws IOException;
    }

    private final Path folder;
    private final Laboratory laboratory;

    /**
     * @param data image sets
     * @param engine that runs VSML; baselines run in SameDiff
     * @param folder where everything goes; made if it is missing
     * @param before folder of algorithms that were made before, which is left as it is; or null
     * @param seed of all that is random
     * @param threads streams or episodes at the same time
     * @param log is told what begins
     */
    public Paper(
            DataSets data,
            Engine engine,
            Path folder,
            Path before,
            long seed,
            int threads,
            Consumer<String> log) {
        this.folder = folder;
        laboratory = new Laboratory(data, engine, folder, before, seed, threads, log);
    }

    /** Numbers of all figures that can be made. */
    public static List<String> figures() {
        return Figures.all().stream().map(Figure::number).toList();
    }

    /**
     * Makes figures and writes the folder of each as soon as it is there.
     *
     * @param numbers of {@link #figures()}
     * @param minutes of processor time for all meta-training that is still to do; measuring comes
     *     on top
     * @param more whether algorithms that are there are meta-trained further
     * @param effort how much to measure
     * @param done is told of each figure as soon as its folder is there
     * @throws IllegalArgumentException if there is no such figure
     */
    public List<FigureResult> make(
            List<String> numbers, double minutes, boolean more, Effort effort, FigureListener done)
            throws IOException {
        List<Figure> figures = Figures.named(numbers);
        laboratory.plan(figures, minutes, more);
        List<FigureResult> results = new ArrayList<>();
        for (Figure figure : figures) {
            laboratory.say("figure " + figure.number() + ": " + figure.title());
            FigureResult result = figure.run(laboratory, effort);
            result.report().writeTo(folder.resolve("figure-" + figure.number()));
            results.add(result);
            done.made(result);
        }
        return results;
    }
}
