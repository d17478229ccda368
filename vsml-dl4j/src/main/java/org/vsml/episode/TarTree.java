package org.vsml.episode;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.vsml.core.FileErrors;

/**
 * The files of a tar archive, which may be compressed with gzip; names are UTF-8, or else ISO
 * 8859-1.
 */
final class TarTree implements FileTree {

    /** Of the headers of one entry, long names and all. */
    private static final int MAX_HEADERS = 1 << 20;

    /** Something that opens the archive. */
    interface Opener {
        InputStream open() throws IOException;
    }

    private final String shown;
    private final Opener opener;

    TarTree(Path archive) {
        this(archive.toString(), () -> Files.newInputStream(archive));
    }

    /** What {@code shown} names in messages. */
    TarTree(String shown, Opener opener) {
        this.shown = shown;
        this.opener = opener;
    }

    @Override
    public void forEach(Visitor visitor) throws IOException {
        try (Metered metered = open();
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(metered, StandardCharsets.ISO_8859_1.name())) {
            String before = "its beginning";
            for (int i = 0; true; i++) {
                TarArchiveEntry entry = next(tar, metered, before);
                if (entry == null) {
                    return;
                }
                before = name(entry);
                if (!entry.isDirectory()) {
                    visitor.file(i, before, () -> read(tar, entry));
                }
            }
        }
    }

    /**
     * Headers are read as ISO 8859-1, in which a character is a byte; but for names in extended
     * headers, which are Unicode already.
     */
    private static String name(TarArchiveEntry entry) {
        String name = entry.getName();
        return name.chars().allMatch(c -> c < 256)
                ? FolderTree.decoded(name.getBytes(StandardCharsets.ISO_8859_1))
                : name;
    }

    private Metered open() throws IOException {
        InputStream raw = null;
        try {
            raw = opener.open();
            return new Metered(unzipped(raw));
        } catch (IOException e) {
            if (raw != null) {
                raw.close();
            }
            throw FileErrors.named(shown, e);
        }
    }

    private TarArchiveEntry next(TarArchiveInputStream tar, Metered metered, String before)
            throws IOException {
        try {
            if (tar.getCurrentEntry() != null) {
                // What is left of the entry before is no header.
                tar.transferTo(OutputStream.nullOutputStream());
            }
            metered.left = MAX_HEADERS;
            TarArchiveEntry entry = tar.getNextEntry();
            metered.left = Long.MAX_VALUE;
            return entry;
        } catch (IOException | IllegalArgumentException e) {
            throw FileErrors.named(shown + ", after " + before, e);
        }
    }

    private static byte[] read(TarArchiveInputStream tar, TarArchiveEntry entry)
            throws IOException {
        if (entry.isLink() || entry.isSymbolicLink()) {
            throw new IOException(
                    "it is a link to "
                            + entry.getLinkName()
                            + "; archive the files themselves (tar --dereference"
                            + " --hard-dereference)");
        }
        if (entry.getSize() > MAX_BYTES) {
            throw new IOException(
                    "it has "
                            + entry.getSize()
                            + " bytes, more than the "
                            + MAX_BYTES
                            + " of any image expected here");
        }
        return tar.readNBytes(MAX_BYTES);
    }

    private static InputStream unzipped(InputStream raw) throws IOException {
        PushbackInputStream in = new PushbackInputStream(new BufferedInputStream(raw, 1 << 16), 2);
        byte[] magic = in.readNBytes(2);
        in.unread(magic);
        boolean zipped =
                magic.length == 2 && (magic[0] & 0xff) == 0x1f && (magic[1] & 0xff) == 0x8b;
        return zipped ? new GZIPInputStream(in, 1 << 16) : in;
    }

    /** Ends with an error where a header would have more of the stream than there is left to it. */
    private static final class Metered extends FilterInputStream {

        private long left = Long.MAX_VALUE;

        Metered(InputStream in) {
            super(in);
        }

        private void spend(long count) throws IOException {
            left -= Math.max(0, count);
            if (left < 0) {
                throw new IOException("a header has more than " + MAX_HEADERS + " bytes");
            }
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            spend(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int count = super.read(into, offset, length);
            spend(count);
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = super.skip(count);
            spend(skipped);
            return skipped;
        }
    }
}
