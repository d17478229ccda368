package org.vsml.episode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.vsml.core.FileErrors;

/** The files below a folder; links are followed, hidden folders are not entered. */
final class FolderTree implements FileTree {

    private record Found(String name, Path path) {}

    private final List<Found> files = new ArrayList<>();

    FolderTree(Path folder) throws IOException {
        try {
            Files.walkFileTree(
                    folder,
                    EnumSet.of(FileVisitOption.FOLLOW_LINKS),
                    Integer.MAX_VALUE,
                    new Walk(folder));
        } catch (IOException e) {
            throw FileErrors.named(folder.toString(), e);
        }
    }

    @Override
    public void forEach(Visitor visitor) throws IOException {
        for (int i = 0; i < files.size(); i++) {
            Path path = files.get(i).path();
            visitor.file(i, files.get(i).name(), () -> read(path));
        }
    }

    private static byte[] read(Path path) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (IOException e) {
            throw new IOException(FileErrors.describe(e), e);
        }
        if (bytes.length > MAX_BYTES) {
            throw new IOException(
                    "it has more than the " + MAX_BYTES + " bytes of any image expected here");
        }
        return bytes;
    }

    /**
     * A file's own name, in UTF-8, or else ISO 8859-1, whatever the locale: a URI has the bytes,
     * while a path shows what the locale makes of them.
     */
    static String name(Path path) {
        String uri = path.toUri().getRawPath();
        int end = uri.endsWith("/") ? uri.length() - 1 : uri.length();
        String raw = uri.substring(uri.lastIndexOf('/', end - 1) + 1, end);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < raw.length(); i++) {
            if (raw.charAt(i) == '%') {
                bytes.write(Integer.parseInt(raw, i + 1, i + 3, 16));
                i += 2;
            } else {
                bytes.writeBytes(raw.substring(i, i + 1).getBytes(StandardCharsets.UTF_8));
            }
        }
        return decoded(bytes.toByteArray());
    }

    /** The name that these bytes are in UTF-8, or else in ISO 8859-1. */
    static String decoded(byte[] name) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
        } catch (CharacterCodingException e) {
            return new String(name, StandardCharsets.ISO_8859_1);
        }
    }

    private final class Walk extends SimpleFileVisitor<Path> {

        private final Path folder;
        private final List<String> above = new ArrayList<>();

        Walk(Path folder) {
            this.folder = folder;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
                throws IOException {
            if (!path.equals(folder)) {
                String name = name(path);
                if (name.startsWith(".")) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                above.add(name);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path path, IOException failure)
                throws IOException {
            if (failure != null) {
                throw failure;
            }
            if (!path.equals(folder)) {
                above.remove(above.size() - 1);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path path, BasicFileAttributes attributes)
                throws IOException {
            String name = name(path);
            if (attributes.isRegularFile()) {
                above.add(name);
                files.add(new Found(String.join("/", above), path));
                above.remove(above.size() - 1);
            }
            return FileVisitResult.CONTINUE;
        }
    }
}
