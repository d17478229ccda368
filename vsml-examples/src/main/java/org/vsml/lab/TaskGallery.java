package org.vsml.lab;

import static org.vsml.core.Checks.require;

import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.vsml.core.Examples;
import org.vsml.episode.DataSets;
import org.vsml.episode.Episode;
import org.vsml.episode.EpisodeDistribution;
import org.vsml.episode.IntRange;
import org.vsml.episode.Seeds;
import org.vsml.episode.TaskDistribution;
import org.vsml.report.Palette;
import org.vsml.report.Png;
import org.vsml.report.Report;
import org.vsml.report.Table;

/**
 * Samples of the synthetic tables of meta-training, drawn with two columns so that they can be
 * looked at: a row of panels for each kind of boundary, one dot an example, its colour the class.
 *
 * @param seed of the samples
 * @param samples panels of each kind
 * @param examples dots of a panel
 */
public record TaskGallery(long seed, int samples, int examples) {

    private static final int PANEL = 220;
    private static final int MARGIN = 24;
    private static final double DOT = 4;
    private static final double SHOWN_DEVIATIONS = 2.5;

    /**
     * One panel.
     *
     * @param majority share of the class seen most
     */
    public record Row(String boundary, int sample, int classes, double majority) {}

    public TaskGallery {
        require(samples >= 1 && samples <= 12, "samples must be in [1, 12], got %d", samples);
        require(
                examples >= 1 && examples <= 100_000,
                "examples must be in [1, 100000], got %d",
                examples);
    }

    /** Adds a row for each panel and the picture {@code tasks.png}. */
    public Report on(Report report) throws IOException {
        List<TaskDistribution.Tables.Boundary> boundaries =
                List.of(TaskDistribution.Tables.Boundary.values());
        List<Row> rows = new ArrayList<>();
        List<Episode> episodes = new ArrayList<>();
        for (int kind = 0; kind < boundaries.size(); kind++) {
            TaskDistribution.Tables.Boundary boundary = boundaries.get(kind);
            for (int i = 0; i < samples; i++) {
                Episode episode = sample(boundary, Seeds.derive(seed, kind, i));
                episodes.add(episode);
                int[] labels = episode.examples().labels();
                long most = 0;
                for (int b = 0; b < episode.examples().task().classes(); b++) {
                    int label = b;
                    most = Math.max(most, Arrays.stream(labels).filter(l -> l == label).count());
                }
                rows.add(
                        new Row(
                                name(boundary),
                                i + 1,
                                episode.examples().task().classes(),
                                most / (double) labels.length));
            }
        }
        byte[] png =
                Png.drawn(
                        samples * (PANEL + MARGIN) + MARGIN,
                        boundaries.size() * (PANEL + MARGIN) + MARGIN,
                        g -> {
                            for (int i = 0; i < episodes.size(); i++) {
                                int x = MARGIN + i % samples * (PANEL + MARGIN);
                                int y = MARGIN + i / samples * (PANEL + MARGIN);
                                g.setColor(Palette.INK);
                                g.drawRect(x, y, PANEL, PANEL);
                                if (i % samples == 0) {
                                    g.drawString(name(boundaries.get(i / samples)), x, y - 6);
                                }
                                draw(g, episodes.get(i).examples(), x, y);
                            }
                        });
        return report.table(Table.of(Row.class, rows)).image("tasks.png", png);
    }

    private static String name(TaskDistribution.Tables.Boundary boundary) {
        return boundary.name().toLowerCase(Locale.ROOT);
    }

    private Episode sample(TaskDistribution.Tables.Boundary boundary, long own) {
        TaskDistribution.Tables task =
                new TaskDistribution.Tables(
                        IntRange.of(2),
                        IntRange.of(2, 5),
                        List.of(boundary),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        true);
        return EpisodeDistribution.of(EpisodeDistribution.Component.of(task, examples))
                .source(DataSets.embedded())
                .sample(own);
    }

    private static void draw(Graphics2D g, Examples rows, int x, int y) {
        for (int t = 0; t < rows.length(); t++) {
            double[] place = new double[2];
            for (int a = 0; a < 2; a++) {
                double value = rows.inputs()[t * rows.task().inputs() + a] / SHOWN_DEVIATIONS;
                place[a] = (Math.max(-1, Math.min(1, value)) + 1) / 2 * (PANEL - DOT);
            }
            g.setColor(Palette.line(rows.labels()[t]));
            g.fill(new Ellipse2D.Double(x + place[0], y + place[1], DOT, DOT));
        }
    }
}
