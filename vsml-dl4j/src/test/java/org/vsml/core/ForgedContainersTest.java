package org.vsml.core;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Array files made by hand, with a right length and a right hash, that say what cannot be. */
class ForgedContainersTest {

    private static final String KIND = "learning-algorithm";

    @TempDir private Path folder;

    private static byte[] integers(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            bytes.putInt(value);
        }
        return bytes.array();
    }

    private static void block(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeBytes(integers(bytes.length));
        out.writeBytes(bytes);
    }

    /** A file with this header and one array of these axes, and {@code values} numbers. */
    private Path forged(String header, int axes, int[] shape, int values) throws Exception {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        block(rest, KIND);
        block(rest, header);
        rest.writeBytes(integers(1));
        block(rest, "w");
        rest.writeBytes(integers(axes));
        rest.writeBytes(integers(shape));
        rest.writeBytes(new byte[8 * values]);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x89, 'V', 'S', 'M', 'L', 13, 10, 0x1A});
        out.writeBytes(integers(1, 8 + 4 + 8 + rest.size() + 32, 0));
        out.writeBytes(rest.toByteArray());
        out.writeBytes(MessageDigest.getInstance("SHA-256").digest(out.toByteArray()));
        return Files.write(folder.resolve("forged.vsml"), out.toByteArray());
    }

    static Stream<Arguments> shapes() {
        int max = Integer.MAX_VALUE;
        return Stream.of(
                Arguments.of(1, new int[] {-1}),
                Arguments.of(2, new int[] {-1, -1}),
                Arguments.of(1, new int[] {Integer.MIN_VALUE}),
                Arguments.of(2, new int[] {1 << 16, 1 << 16}),
                Arguments.of(2, new int[] {max, max}),
                Arguments.of(4, new int[] {1 << 16, 1 << 16, 1 << 16, 1 << 16}),
                Arguments.of(8, new int[] {max, max, max, max, max, max, max, max}),
                Arguments.of(1, new int[] {max}),
                Arguments.of(-1, new int[] {}),
                Arguments.of(9, new int[] {1, 1, 1, 1, 1, 1, 1, 1, 1}),
                Arguments.of(max, new int[] {1}));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void sizesThatCannotBeAreRefusedByName(int axes, int[] shape) throws Exception {
        Path file = forged("{}", axes, shape, 1);
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> ArrayFile.read(file, KIND))
                .withMessageContaining("forged.vsml");
    }

    @Test
    void deepHeadersAreRefusedByName() throws Exception {
        for (int depth : new int[] {65, 1000, 100_000}) {
            for (String[] pair : new String[][] {{"[", "]"}, {"{\"a\":", "}"}}) {
                String header =
                        "{\"a\":" + pair[0].repeat(depth) + "1" + pair[1].repeat(depth) + "}";
                Path file = forged(header, 1, new int[] {1}, 1);
                assertThatExceptionOfType(IOException.class)
                        .isThrownBy(() -> ArrayFile.read(file, KIND))
                        .withMessageContaining("forged.vsml");
            }
        }
    }

    @Test
    void headersThatAreNoAlgorithmAreRefusedByName() throws Exception {
        for (String header :
                new String[] {
                    "[]",
                    "1",
                    "null",
                    "",
                    "{}",
                    "{\"learner\":null,\"provenance\":null}",
                    "{\"learner\":{\"type\":\"java.lang.Runtime\"},\"provenance\":{}}",
                    "{\"learner\":" + "9".repeat(5000) + "}"
                }) {
            Path file = forged(header, 1, new int[] {1}, 1);
            assertThatExceptionOfType(IOException.class)
                    .as(header)
                    .isThrownBy(() -> LearningAlgorithm.load(file))
                    .withMessageContaining("forged.vsml");
        }
    }
}
