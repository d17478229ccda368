package org.vsml.report;

import static org.vsml.core.Checks.require;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vsml.core.AtomicFiles;
import org.vsml.core.FileErrors;
import org.vsml.core.Json;

/**
 * The folder a command writes: {@code summary.json} with {@code name, seed, config, versions,
 * rows}, the rows being exactly the printed table, and beside it curves (CSV) and plots (PNG).
 * Every file is written atomically. Not thread-safe.
 *
 * <pre>{@code
 * new Report("evaluate", seed, config)
 *         .engine(engine.name())
 *         .table(table)
 *         .csv("curve.csv", curve)
 *         .plot("curve.png", plot)
 *         .writeTo(folder);
 * }</pre>
 */
public final class Report {

    private static final Logger LOG = LoggerFactory.getLogger(Report.class);
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    private final String name;
    private final long seed;
    private final Object config;
    private final Map<String, Table> curves = new LinkedHashMap<>();
    private final Map<String, List<LinePlot>> plots = new LinkedHashMap<>();
    private final Map<String, Table> others = new LinkedHashMap<>();
    private final List<String> remarks = new ArrayList<>();
    private final Map<String, byte[]> images = new LinkedHashMap<>();
    private Table table = new Table("result");
    private String engine;

    /**
     * A report without rows yet.
     *
     * @param name the command
     * @param seed the seed all its randomness came from
     * @param config what was asked for: anything that Jackson can write, a record or a map say
     */
    public Report(String name, long seed, Object config) {
        require(name != null && !name.isBlank(), "a report needs a name, got %s", name);
        this.name = name;
        this.seed = seed;
        this.config = config instanceof Map<?, ?> map ? ordered(map) : config;
    }

    /** So that the same settings are the same bytes in every JVM. */
    private static Map<String, ?> ordered(Map<?, ?> map) {
        Map<String, Object> named =
                map instanceof LinkedHashMap ? new LinkedHashMap<>() : new TreeMap<>();
        map.forEach((key, value) -> named.put(String.valueOf(key), value));
        return named;
    }

    /** Names the engine that ran, for {@code versions}. */
    public Report engine(String engineName) {
        engine = engineName;
        return this;
    }

    /** Sets the rows. */
    public Report table(Table rows) {
        table = rows;
        return this;
    }

    /** Adds rows to summary.json under a key of their own; they are not printed. */
    public Report rows(String key, Table rows) {
        others.put(key, rows);
        return this;
    }

    /** Adds a CSV file. */
    public Report csv(String file, Table curve) {
        curves.put(checked(file, ".csv"), curve);
        return this;
    }

    /** Adds a PNG file of these plots side by side. */
    public Report plot(String file, LinePlot... panels) {
        plots.put(checked(file, ".png"), List.of(panels));
        return this;
    }

    /** Adds a sentence below the printed table, such as what the rows do not show. */
    public Report remark(String sentence) {
        remarks.add(sentence);
        return this;
    }

    /** Adds a PNG file that was drawn elsewhere. */
    public Report image(String file, byte[] png) {
        images.put(checked(file, ".png"), png.clone());
        return this;
    }

    /** The printed form of the rows, and the remarks. */
    public String text() {
        return remarks.isEmpty()
                ? table.text()
                : table.text() + '\n' + String.join("\n", remarks) + '\n';
    }

    /** Names of the PNG files, in the order they were added. */
    public List<String> pictures() {
        List<String> names = new ArrayList<>(plots.keySet());
        names.addAll(images.keySet());
        return names;
    }

    /** The rows. */
    public Table table() {
        return table;
    }

    /** What goes into summary.json. */
    public Map<String, Object> summary() {
        Map<String, Object> summary = new LinkedHashMap<>();
        summary.put("name", name);
        summary.put("seed", seed);
        summary.put("config", config);
        summary.put("versions", Versions.of(engine));
        summary.put("rows", table.rows());
        others.forEach((key, rows) -> summary.put(key, rows.rows()));
        return summary;
    }

    /**
     * Writes all files into {@code folder}, which is made if it is missing; summary.json last, so
     * that where it is, the rest is too. On a machine without fonts the plots are left out, with a
     * warning.
     *
     * @return {@code folder}
     * @throws UncheckedIOException if a file cannot be written; the message names it
     */
    public Path writeTo(Path folder) {
        try {
            Files.createDirectories(folder);
            for (Map.Entry<String, Table> curve : curves.entrySet()) {
                AtomicFiles.writeString(folder.resolve(curve.getKey()), curve.getValue().csv());
            }
            for (Map.Entry<String, byte[]> image : images.entrySet()) {
                AtomicFiles.write(
                        folder.resolve(image.getKey()), out -> out.write(image.getValue()));
            }
            for (Map.Entry<String, List<LinePlot>> plot : plots.entrySet()) {
                byte[] png = drawn(plot.getValue());
                if (png.length > 0) {
                    AtomicFiles.write(folder.resolve(plot.getKey()), out -> out.write(png));
                }
            }
            AtomicFiles.writeString(folder.resolve("summary.json"), json());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot write the report to " + folder + ": " + FileErrors.describe(e), e);
        }
        return folder;
    }

    private String json() throws JsonProcessingException {
        return Json.mapper().writeValueAsString(summary()) + '\n';
    }

    /**
     * AWT has no way to ask whether there are fonts: it throws an Error or a RuntimeException from
     * its depths.
     */
    private static byte[] drawn(List<LinePlot> panels) throws IOException {
        try {
            return LinePlot.png(panels);
        } catch (RuntimeException | LinkageError | InternalError e) {
            LOG.warn(
                    "plots are left out: this machine cannot draw text (is fontconfig with a font"
                            + " installed?)",
                    e);
            return new byte[0];
        }
    }

    private static String checked(String file, String suffix) {
        require(
                FILE_NAME.matcher(file).matches() && file.endsWith(suffix),
                "expected a plain file name ending in %s, got %s",
                suffix,
                file);
        return file;
    }
}
