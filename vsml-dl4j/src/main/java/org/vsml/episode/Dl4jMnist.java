package org.vsml.episode;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vsml.core.AtomicFiles;

/**
 * MNIST as Deeplearning4j keeps it: its cache folder, its server, its checksums. Its classes are
 * looked for by name, because this package does not depend on it.
 */
final class Dl4jMnist {

    /** System property: {@code false} forbids to fetch anything. */
    static final String DOWNLOAD_PROPERTY = "vsml.download";

    private static final Logger LOG = LoggerFactory.getLogger(Dl4jMnist.class);
    private static final String RESOURCES = "org.deeplearning4j.common.resources.DL4JResources";
    private static final String KINDS = "org.deeplearning4j.common.resources.ResourceType";
    private static final String REMOTE_FOLDER = "datasets/mnist/";
    private static final int CONNECTION_MILLIS = 5_000;
    private static final int READ_MILLIS = 20_000;
    private static final int MAX_BYTES = 32 << 20;

    /** The four files and their MD5 sums, those of Deeplearning4j's MnistResourceConstants. */
    private static final Map<String, String> FILES =
            Map.of(
                    "train-images-idx3-ubyte.gz",
                    "f68b3c2dcbeaaa9fbdd348bbdeb94873",
                    "train-labels-idx1-ubyte.gz",
                    "d53e105ee54ea40749a09fcbcd1e9432",
                    "t10k-images-idx3-ubyte.gz",
                    "9fb629c4189551a2d022fa330f9573f3",
                    "t10k-labels-idx1-ubyte.gz",
                    "ec29112dd5afa0611ce80d1b7f02629c");

    private Dl4jMnist() {}

    /**
     * The cache folder, filled if need be.
     *
     * @return empty if Deeplearning4j is not there, or the cache is not complete and nothing may be
     *     fetched
     * @throws IOException if a file cannot be fetched, or is not what its checksum says
     */
    static Optional<Path> folder() throws IOException {
        Path cache;
        try {
            Class<?> kind = Class.forName(KINDS);
            Object dataSet = kind.getField("DATASET").get(null);
            cache =
                    ((File)
                                    Class.forName(RESOURCES)
                                            .getMethod("getDirectory", kind, String.class)
                                            .invoke(null, dataSet, "MNIST"))
                            .toPath();
        } catch (ReflectiveOperationException | LinkageError e) {
            return Optional.empty();
        }
        boolean mayFetch =
                !System.getProperty(DOWNLOAD_PROPERTY, "true")
                        .toLowerCase(Locale.ROOT)
                        .equals("false");
        for (Map.Entry<String, String> file : FILES.entrySet()) {
            if (!isThere(cache, file.getKey(), file.getValue())) {
                if (!mayFetch) {
                    return Optional.empty();
                }
                fetch(cache, file.getKey(), file.getValue());
            }
        }
        return Optional.of(cache);
    }

    /** Of a file that Deeplearning4j has unpacked, there is no checksum. */
    private static boolean isThere(Path cache, String name, String md5) throws IOException {
        Path zipped = cache.resolve(name);
        return Files.isRegularFile(zipped)
                ? md5.equals(md5(Files.readAllBytes(zipped)))
                : Files.isRegularFile(cache.resolve(name.substring(0, name.length() - 3)));
    }

    /** Deeplearning4j's own downloader waits for ever for itself when a checksum is wrong. */
    private static void fetch(Path cache, String name, String md5) throws IOException {
        URL url = URI.create(remote(name)).toURL();
        LOG.info("fetching {}", url);
        byte[] content;
        try {
            URLConnection connection = url.openConnection();
            connection.setConnectTimeout(CONNECTION_MILLIS);
            connection.setReadTimeout(READ_MILLIS);
            try (InputStream in = connection.getInputStream()) {
                content = in.readNBytes(MAX_BYTES);
            }
        } catch (IOException e) {
            throw new IOException("cannot fetch " + url + ": " + e, e);
        }
        String found = md5(content);
        if (!found.equals(md5)) {
            throw new IOException(
                    String.format(
                            Locale.ROOT, "%s should have the MD5 sum %s, got %s", url, md5, found));
        }
        Files.createDirectories(cache);
        AtomicFiles.write(cache.resolve(name), out -> out.write(content));
    }

    private static String md5(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    private static String remote(String name) throws IOException {
        try {
            return (String)
                    Class.forName(RESOURCES)
                            .getMethod("getURLString", String.class)
                            .invoke(null, REMOTE_FOLDER + name);
        } catch (ReflectiveOperationException e) {
            throw new IOException("cannot ask Deeplearning4j for the address of " + name, e);
        }
    }
}
