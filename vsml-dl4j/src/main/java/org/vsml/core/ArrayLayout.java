package org.vsml.core;

import static org.vsml.core.Checks.require;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Named arrays over one flat vector, each row-major (last axis fastest), one after the other in the
 * given order. Meta variables, learned variables and optimizer states all have such a layout.
 */
public final class ArrayLayout {

    /**
     * One named array.
     *
     * @param name unique within the layout
     * @param shape sizes of the axes; 0 for an array that has yet to grow
     */
    public record Entry(String name, List<Integer> shape) {
        public Entry {
            shape = List.copyOf(shape);
            require(!name.isEmpty(), "an array's name must not be empty");
            long size = 1;
            for (int axis : shape) {
                require(axis >= 0, "axes of array %s must be >= 0, got %s", name, shape);
                size *= axis;
                require(size <= Integer.MAX_VALUE, "array %s is too large: %s", name, shape);
            }
        }

        /** An array of the given name and axes. */
        public static Entry of(String name, Integer... shape) {
            return new Entry(name, List.of(shape));
        }

        /** Number of elements. */
        public int size() {
            return shape.stream().reduce(1, (a, b) -> a * b);
        }
    }

    private final List<Entry> entries;
    private final Map<String, Integer> indices = new HashMap<>();
    private final int[] offsets;

    /**
     * A layout of these arrays.
     *
     * @throws IllegalArgumentException if two arrays have one name, or all together are too large
     *     for one vector
     */
    public ArrayLayout(List<Entry> entries) {
        this.entries = List.copyOf(entries);
        offsets = new int[entries.size() + 1];
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            require(seen.add(entry.name()), "two arrays are named %s", entry.name());
            indices.put(entry.name(), i);
            long end = (long) offsets[i] + entry.size();
            require(
                    end <= Integer.MAX_VALUE,
                    "the arrays up to %s are too large together",
                    entry.name());
            offsets[i + 1] = (int) end;
        }
    }

    /** The arrays in order. */
    public List<Entry> entries() {
        return entries;
    }

    /** Length of the flat vector. */
    public int size() {
        return offsets[entries.size()];
    }

    /** Whether there is an array of this name. */
    public boolean contains(String name) {
        return indices.containsKey(name);
    }

    /** The array's place in the flat vector. */
    public int offset(String name) {
        return offsets[index(name)];
    }

    /** The array of this name. */
    public Entry entry(String name) {
        return entries.get(index(name));
    }

    /** The array that a place in the flat vector is of. */
    Entry entryAt(int place) {
        int low = 0;
        int high = entries.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (offsets[middle] <= place) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return entries.get(low);
    }

    /** This layout with every name prefixed. */
    ArrayLayout prefixed(String prefix) {
        List<Entry> renamed = new ArrayList<>();
        for (Entry entry : entries) {
            renamed.add(new Entry(prefix + entry.name(), entry.shape()));
        }
        return new ArrayLayout(renamed);
    }

    /** These layouts one after the other. */
    public static ArrayLayout concatenate(List<ArrayLayout> layouts) {
        return new ArrayLayout(layouts.stream().flatMap(l -> l.entries().stream()).toList());
    }

    private int index(String name) {
        Integer index = indices.get(name);
        require(index != null, "no array is named %s; there are %s", name, indices.keySet());
        return index;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ArrayLayout layout && entries.equals(layout.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }

    @Override
    public String toString() {
        return entries.toString();
    }
}
