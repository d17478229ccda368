package org.vsml.episode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

class IdxFileTest {

    private static final String NAME = "folder/some-idx-file";

    private static IdxFile read(byte[] content) throws IOException {
        return IdxFile.read(NAME, () -> new ByteArrayInputStream(content));
    }

    private static AbstractThrowableAssert<?, ?> assertRejected(byte[] content) {
        return assertThatThrownBy(() -> read(content))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(NAME);
    }

    @Test
    void unsignedBytesAndShortsAreReadPlainAndZipped() throws IOException {
        byte[] bytes = Idx.file(IdxFile.UBYTE, new int[] {2, 2}, bytes(0, 1, 127, 255));
        byte[] shorts =
                Idx.file(IdxFile.SHORT, new int[] {3}, bytes(0x00, 0xff, 0x01, 0x00, 0xff, 0xfe));
        for (boolean zip : new boolean[] {false, true}) {
            IdxFile ofBytes = read(zip ? Idx.zipped(bytes) : bytes);
            assertThat(ofBytes.axes()).containsExactly(2, 2);
            assertThat(ofBytes.integers()).containsExactly(0, 1, 127, 255);
            assertThat(read(zip ? Idx.zipped(shorts) : shorts).integers())
                    .containsExactly(255, 256, -2);
        }
    }

    @Test
    void moreValuesThanTheFirstBufferAreRead() throws IOException {
        byte[] values = new byte[3_000_001];
        values[values.length - 1] = 7;
        int[] integers =
                read(Idx.file(IdxFile.UBYTE, new int[] {values.length}, values)).integers();
        assertThat(integers).hasSize(values.length);
        assertThat(integers[values.length - 1]).isEqualTo(7);
    }

    @Test
    void truncatedFileIsRejectedWithItsNameAndMissingBytes() {
        byte[] whole = Idx.images(5);
        assertRejected(Arrays.copyOf(whole, whole.length - 3))
                .hasMessageContainingAll("[5, 2, 2]", "20 bytes", "got 17", "3 bytes are missing");
    }

    @Test
    void everyCutOfAFileIsRejected() {
        byte[] whole = Idx.images(2);
        for (int length = 0; length < whole.length; length++) {
            assertRejected(Arrays.copyOf(whole, length));
        }
    }

    @Test
    void everyCutOfAZippedFileIsRejected() {
        byte[] whole = Idx.zipped(Idx.images(20));
        for (int length = 0; length < whole.length; length++) {
            assertRejected(Arrays.copyOf(whole, length));
        }
    }

    @Test
    void damagedCompressionIsRejected() {
        byte[] zipped = Idx.zipped(Idx.images(500));
        zipped[zipped.length / 2] ^= 0x55;
        assertRejected(zipped);
    }

    @Test
    void trailingBytesAreRejected() {
        byte[] whole = Idx.images(2);
        assertRejected(Arrays.copyOf(whole, whole.length + 1))
                .hasMessageContainingAll("8 bytes", "more follow");
    }

    @Test
    void wrongMagicNumberIsRejectedShowingIt() {
        assertRejected(
                        "PNG? a picture, not an idx file"
                                .getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .hasMessageContainingAll("magic number", "50 4e 47");
        assertRejected(Idx.file(0x0D, new int[] {1}, bytes(0, 0, 0, 0)))
                .hasMessageContaining("00 00 0d");
    }

    @Test
    void impossibleNumberOfAxesIsRejected() {
        assertRejected(bytes(0, 0, 8, 0)).hasMessageContaining("got 0");
        assertRejected(bytes(0, 0, 8, 200, 0, 0, 0, 1)).hasMessageContaining("got 200");
    }

    @Test
    void oversizedHeaderIsRejectedBeforeMemoryIsTaken() {
        assertRejected(Idx.file(IdxFile.UBYTE, new int[] {-1, 28, 28}))
                .hasMessageContainingAll("axis 1", "4294967295");
        assertRejected(Idx.file(IdxFile.UBYTE, new int[] {100_000, 100_000, 100_000}))
                .hasMessageContaining("axis 2");
        // A gigabyte is allowed, but none of it may be taken on the header's word alone.
        long before = used();
        assertRejected(Idx.file(IdxFile.UBYTE, new int[] {1 << 20, 32, 32}))
                .hasMessageContaining("are missing");
        // Labels become integers, four times as large.
        assertRejected(Idx.file(IdxFile.UBYTE, new int[] {1 << 30}))
                .hasMessageContainingAll("axis 1", "16777216");
        assertThat(used() - before).isLessThan(100L << 20);
    }

    private static long used() {
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** The JDK's exceptions of files carry little more than a name. */
    @Test
    void filesThatCannotBeOpenedKeepTheirReason() {
        Map<IOException, String> reasons =
                Map.of(
                        new NoSuchFileException(NAME), "there is no such file or folder",
                        new AccessDeniedException("/elsewhere"), "access is denied",
                        new NotDirectoryException(NAME), "it is no folder",
                        new FileSystemException(NAME, null, "Too many open files"), "Too many");
        reasons.forEach(
                (failure, reason) ->
                        assertThatThrownBy(
                                        () ->
                                                IdxFile.read(
                                                        NAME,
                                                        () -> {
                                                            throw failure;
                                                        }))
                                .isInstanceOf(IOException.class)
                                .hasMessageStartingWith(NAME)
                                .hasMessageContaining(reason));
    }

    @Test
    void emptyAxisIsRejected() {
        assertRejected(Idx.file(IdxFile.UBYTE, new int[] {0, 28, 28}))
                .hasMessageContainingAll("axis 1", "empty");
    }

    @Test
    void theFileIsClosedWhateverHappens() {
        AtomicBoolean closed = new AtomicBoolean();
        assertThatThrownBy(
                        () ->
                                IdxFile.read(
                                        NAME,
                                        () ->
                                                new ByteArrayInputStream(new byte[] {1, 2, 3, 4}) {
                                                    @Override
                                                    public void close() {
                                                        closed.set(true);
                                                    }
                                                }))
                .isInstanceOf(IOException.class);
        assertThat(closed).isTrue();
    }

    @Property(tries = 500, seed = "1")
    void anyBytesAreReadOrRejectedByName(@ForAll @Size(max = 40) byte[] content) {
        try {
            IdxFile file = read(content);
            assertThat(file.integers()).hasSize(file.count());
        } catch (IOException rejected) {
            assertThat(rejected).hasMessageContaining(NAME);
        }
    }

    private static byte[] bytes(int... values) {
        byte[] result = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = (byte) values[i];
        }
        return result;
    }
}
