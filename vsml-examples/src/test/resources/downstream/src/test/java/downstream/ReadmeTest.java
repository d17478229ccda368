package downstream;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The Java blocks of README, each a class that DownstreamProjectTest has put beside this one. */
class ReadmeTest {

    @TestFactory
    Stream<DynamicTest> blocks() {
        int blocks = Integer.getInteger("readme.blocks");
        return IntStream.rangeClosed(1, blocks)
                .mapToObj(
                        i ->
                                DynamicTest.dynamicTest(
                                        "block " + i,
                                        () ->
                                                Class.forName("Block" + i)
                                                        .getMethod("run")
                                                        .invoke(null)));
    }
}
