package org.vsml.samediff;

import java.util.function.Supplier;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs code outside whatever ND4J workspace the caller is in, since our arrays outlive the call.
 */
final class Detached {

    private Detached() {}

    static <T> T call(Supplier<T> code) {
        MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces();
        try {
            return code.get();
        } finally {
            outside.close();
        }
    }

    static void run(Runnable code) {
        call(
                () -> {
                    code.run();
                    return null;
                });
    }
}
