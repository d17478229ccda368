package org.vsml.arbiter;

import static org.vsml.core.Checks.require;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.vsml.episode.DataSets;

/**
 * Arbiter's way to data: image sets to meta-train on, held-out streams to score on. Arbiter makes
 * it from its properties, which {@link Settings#properties} writes.
 */
public final class MetaTrainingData implements DataSource {

    private static final long serialVersionUID = 1;

    /** Sets are read once a JVM, not once a candidate. */
    private static final Map<String, DataSets> READ = new ConcurrentHashMap<>();

    private Settings settings = Settings.DEFAULT;

    /** For Arbiter. */
    public MetaTrainingData() {}

    /**
     * Which data.
     *
     * @param folder of image sets, see {@link DataSets#in}; empty for none
     * @param embedded whether to use the embedded samples and nothing else
     * @param heldOut sets to score on
     * @param examples of a stream
     * @param seeds streams of each set
     * @param seed of the streams
     */
    public record Settings(
            String folder,
            boolean embedded,
            List<String> heldOut,
            int examples,
            int seeds,
            long seed) {

        /** 100 examples of MNIST, 4 seeds. */
        public static final Settings DEFAULT = new Settings("", false, List.of("mnist"), 100, 4, 1);

        public Settings {
            require(folder != null, "folder must not be null; empty for none");
            require(heldOut != null && !heldOut.isEmpty(), "heldOut must name at least one set");
            heldOut = List.copyOf(heldOut);
            require(examples >= 1, "examples of held-out streams must be >= 1, got %d", examples);
            require(seeds >= 1, "seeds of held-out streams must be >= 1, got %d", seeds);
        }

        /** In Arbiter's form. */
        public Properties properties() {
            Properties properties = new Properties();
            properties.setProperty("folder", folder);
            properties.setProperty("embedded", Boolean.toString(embedded));
            properties.setProperty("heldOut", String.join(",", heldOut));
            properties.setProperty("examples", Integer.toString(examples));
            properties.setProperty("seeds", Integer.toString(seeds));
            properties.setProperty("seed", Long.toString(seed));
            return properties;
        }

        /**
         * Reads {@link #properties}; what is absent has its default.
         *
         * @throws IllegalArgumentException if a number is none
         */
        public static Settings of(Properties properties) {
            Properties given = new Properties(DEFAULT.properties());
            if (properties != null) {
                given.putAll(properties);
            }
            return new Settings(
                    given.getProperty("folder"),
                    Boolean.parseBoolean(given.getProperty("embedded")),
                    List.of(given.getProperty("heldOut").split(",")),
                    Integer.parseInt(given.getProperty("examples")),
                    Integer.parseInt(given.getProperty("seeds")),
                    Long.parseLong(given.getProperty("seed")));
        }
    }

    @Override
    public void configure(Properties properties) {
        settings = Settings.of(properties);
    }

    /** The image sets, as {@link DataSets}. */
    @Override
    public DataSets trainData() {
        return READ.computeIfAbsent(
                settings.embedded() ? "embedded" : "folder " + settings.folder(),
                key ->
                        settings.embedded()
                                ? DataSets.embedded()
                                : DataSets.in(
                                        settings.folder().isEmpty()
                                                ? null
                                                : Path.of(settings.folder())));
    }

    /** The held-out streams. */
    @Override
    public Object testData() {
        return HeldOutStreams.of(
                trainData(),
                settings.heldOut(),
                settings.examples(),
                settings.seeds(),
                settings.seed());
    }

    @Override
    public Class<?> getDataType() {
        return DataSets.class;
    }
}
