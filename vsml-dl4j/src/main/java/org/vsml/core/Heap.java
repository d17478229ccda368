package org.vsml.core;

import java.util.Locale;

/** Whether something fits into memory, asked before it is allocated. */
public final class Heap {

    private Heap() {}

    /**
     * Throws unless the heap can grow to hold {@code bytes}: not a promise that it will, since it
     * holds other things too, but what cannot ever fit is refused with words in place of an
     * OutOfMemoryError.
     *
     * @param what needs the memory, for the message
     * @param remedy what to do about it
     * @throws IllegalArgumentException if it cannot
     */
    public static void require(long bytes, String what, String remedy) {
        long most = Runtime.getRuntime().maxMemory();
        if (bytes > most) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "%s need %s of memory, the heap has at most %s; %s, or give the JVM more"
                                    + " (-Xmx)",
                            what,
                            size(bytes),
                            size(most),
                            remedy));
        }
    }

    private static String size(long bytes) {
        return bytes < 1L << 30
                ? String.format(Locale.ROOT, "%.0f MB", bytes / (double) (1 << 20))
                : String.format(Locale.ROOT, "%.1f GB", bytes / (double) (1 << 30));
    }
}
