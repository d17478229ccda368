package org.vsml.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/** What a result was made with. Reads resources only: asking loads no native code. */
public final class Versions {

    private static final String UNKNOWN = "unknown";

    /** Set by the launcher of a checkout, where commits come and go without a build. */
    private static final String COMMIT = "vsml.commit";

    private static final String BUILD = "/org/vsml/report/build.properties";
    private static final String ND4J = "/META-INF/maven/org.nd4j/nd4j-api/pom.properties";

    private Versions() {}

    /**
     * Versions of this software ({@code vsml}, {@code commit}), Java and ND4J.
     *
     * @param engine name of the engine; may be null: not every command runs one
     */
    public static Map<String, String> of(String engine) {
        Properties build = properties(BUILD);
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("vsml", filtered(build, "version"));
        versions.put("commit", System.getProperty(COMMIT, filtered(build, "commit")));
        versions.put(
                "java",
                System.getProperty("java.vendor") + " " + System.getProperty("java.version"));
        versions.put("nd4j", properties(ND4J).getProperty("version", UNKNOWN));
        if (engine != null) {
            versions.put("engine", engine);
        }
        return versions;
    }

    /** A value that Maven filtered in; unknown where another tool copied the resource as it is. */
    private static String filtered(Properties build, String key) {
        String value = build.getProperty(key, "");
        return value.isEmpty() || value.startsWith("${") ? UNKNOWN : value;
    }

    private static Properties properties(String resource) {
        Properties properties = new Properties();
        try (InputStream in = Versions.class.getResourceAsStream(resource)) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
        return properties;
    }
}
