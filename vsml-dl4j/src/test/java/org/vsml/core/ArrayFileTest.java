package org.vsml.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArrayFileTest {

    private static final String KIND = "test";

    @TempDir Path folder;

    private static ArrayFile sample() {
        ObjectNode header = Json.mapper().createObjectNode().put("name", "größe").put("step", 7);
        ArrayLayout layout =
                new ArrayLayout(
                        List.of(ArrayLayout.Entry.of("a", 2, 3), ArrayLayout.Entry.of("b.0", 1)));
        double[] values = {
            1, -0.0, Double.MIN_VALUE, Math.PI, Double.NEGATIVE_INFINITY, 1e300, Double.NaN
        };
        return new ArrayFile(KIND, header, new NamedArrays(layout, values));
    }

    private static byte[] bytes(ArrayFile file) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            file.writeTo(out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static ArrayFile read(byte[] bytes) throws IOException {
        return ArrayFile.read(new ByteArrayInputStream(bytes), KIND, "sample.bin");
    }

    private static void assertSame(ArrayFile actual, ArrayFile expected) {
        assertThat(actual.kind()).isEqualTo(expected.kind());
        assertThat(actual.header()).isEqualTo(expected.header());
        assertThat(actual.arrays().layout()).isEqualTo(expected.arrays().layout());
        assertThat(actual.arrays().sha256()).isEqualTo(expected.arrays().sha256());
    }

    @Test
    void whatIsWrittenIsReadBackBitForBit() throws IOException {
        Path file = folder.resolve("sample.bin");
        sample().write(file);
        assertSame(ArrayFile.read(file, KIND), sample());
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void aFileThatIsReplacedWhileItIsReadIsReadAsItWas() throws IOException {
        Path file = folder.resolve("sample.bin");
        sample().write(file);
        ArrayLayout larger = new ArrayLayout(List.of(ArrayLayout.Entry.of("c", 1000)));
        try (FileChannel opened = FileChannel.open(file)) {
            new ArrayFile(KIND, sample().header(), new NamedArrays(larger, new double[1000]))
                    .write(file);
            assertSame(ArrayFile.read(opened, KIND, file.toString()), sample());
        }
        assertThat(ArrayFile.read(file, KIND).arrays().layout()).isEqualTo(larger);
    }

    @Test
    void frozenFileOfFormatVersionOneStillLoads() throws IOException {
        try (InputStream in = ArrayFileTest.class.getResourceAsStream("array-file-v1.bin")) {
            assertSame(ArrayFile.read(in, KIND, "array-file-v1.bin"), sample());
        }
    }

    @Test
    void manyValuesAreReadBackBitForBit() throws IOException {
        double[] values = new double[20_001];
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.sin(i);
        }
        NamedArrays arrays =
                new NamedArrays(
                        new ArrayLayout(List.of(ArrayLayout.Entry.of("x", values.length))), values);
        ArrayFile file = new ArrayFile(KIND, Json.mapper().createObjectNode(), arrays);
        assertSame(read(bytes(file)), file);
    }

    @Test
    void arraysWithoutElementsAreReadBack() throws IOException {
        NamedArrays arrays =
                new NamedArrays(
                        new ArrayLayout(
                                List.of(
                                        ArrayLayout.Entry.of("none", 0, 3),
                                        ArrayLayout.Entry.of("some", 2),
                                        ArrayLayout.Entry.of("nothing", 2, 0))),
                        new double[] {1, 2});
        ArrayFile file = new ArrayFile(KIND, Json.mapper().createObjectNode(), arrays);
        assertSame(read(bytes(file)), file);
    }

    @Property(tries = 300, seed = "1")
    void anyFlippedBitIsNoticed(
            @ForAll @IntRange(max = 1 << 20) int where, @ForAll @IntRange(max = 7) int bit) {
        byte[] bytes = bytes(sample());
        bytes[where % bytes.length] ^= (byte) (1 << bit);
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("sample.bin");
    }

    @Test
    void anyCutIsNoticed() {
        byte[] bytes = bytes(sample());
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> read(cut))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("sample.bin");
        }
    }

    @Test
    void trailingBytesAreRejected() {
        byte[] bytes = bytes(sample());
        assertThatThrownBy(() -> read(java.util.Arrays.copyOf(bytes, bytes.length + 1)))
                .hasMessage(
                        "sample.bin should have %d bytes, got %d", bytes.length, bytes.length + 1);
    }

    @Test
    void anotherKindIsRejectedNamingBoth() {
        assertThatThrownBy(
                        () ->
                                ArrayFile.read(
                                        new ByteArrayInputStream(bytes(sample())),
                                        "checkpoint",
                                        "x.bin"))
                .hasMessage("x.bin holds kind 'test', expected 'checkpoint'");
    }

    @Test
    void newerFormatIsRejectedNamingBothVersions() {
        byte[] bytes = bytes(sample());
        bytes[8] = 9;
        assertThatThrownBy(() -> read(bytes))
                .hasMessage("sample.bin has format version 9, this program reads version 1");
    }

    @Test
    void hugeDeclaredShapeIsRejectedBeforeAnythingIsAllocated() {
        byte[] bytes = bytes(sample());
        int shape = indexOf(bytes, new byte[] {1, 0, 0, 0, 'a', 2, 0, 0, 0}) + 9;
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(shape, 100_000_000);
        assertThatThrownBy(() -> read(bytes)).hasMessageContaining("bytes of values and hash");
    }

    @Test
    void textFileIsNotMistakenForAnArrayFile() {
        assertThatThrownBy(
                        () ->
                                read(
                                        "name: tiny\nseed: 1\n"
                                                .getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .hasMessageContaining("sample.bin is not a VSML array file");
    }

    @Test
    void failedWriteKeepsTheOldContentAndLeavesNothingBehind() throws IOException {
        Path file = folder.resolve("sample.bin");
        sample().write(file);
        assertThatThrownBy(
                        () ->
                                AtomicFiles.write(
                                        file,
                                        out -> {
                                            out.write(1);
                                            throw new IOException("No space left on device");
                                        }))
                .hasMessageContaining(file.toString())
                .hasMessageContaining("No space left on device");
        assertSame(ArrayFile.read(file, KIND), sample());
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
    }

    private static int indexOf(byte[] bytes, byte[] pattern) {
        for (int i = 0; i + pattern.length <= bytes.length; i++) {
            if (java.util.Arrays.equals(bytes, i, i + pattern.length, pattern, 0, pattern.length)) {
                return i;
            }
        }
        throw new AssertionError("pattern not found");
    }
}
