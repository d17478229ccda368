package org.vsml.core;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Maps that are written the same way in every JVM. */
public final class Ordered {

    private Ordered() {}

    /**
     * An unmodifiable copy with an order: that of a {@link LinkedHashMap} or {@link SortedMap},
     * else (where each JVM has another, as with {@link Map#of}) that of the keys.
     */
    public static <V> Map<String, V> copy(Map<String, V> map) {
        return Collections.unmodifiableMap(
                map instanceof LinkedHashMap || map instanceof SortedMap
                        ? new LinkedHashMap<>(map)
                        : new TreeMap<>(map));
    }
}
