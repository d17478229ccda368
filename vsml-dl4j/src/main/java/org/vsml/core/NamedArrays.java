package org.vsml.core;

import static org.vsml.core.Checks.require;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.vsml.math.Hashes;

/**
 * Values for a layout. The flat vector is owned by this object; {@link #values()} hands out the
 * vector itself, not a copy, so that engines can read it without cost: treat it as read-only unless
 * you made it.
 */
public final class NamedArrays {

    private final ArrayLayout layout;
    private final double[] values;

    /**
     * Wraps {@code values} without copying.
     *
     * @throws IllegalArgumentException if the length is not the layout's
     */
    public NamedArrays(ArrayLayout layout, double[] values) {
        require(
                values.length == layout.size(),
                "the layout has %d values, got %d",
                layout.size(),
                values.length);
        this.layout = layout;
        this.values = values;
    }

    /**
     * All zeros.
     *
     * @throws IllegalArgumentException if the heap is too small for them
     */
    public static NamedArrays zeros(ArrayLayout layout) {
        Heap.require(
                (long) Double.BYTES * layout.size(),
                "arrays of " + layout.size() + " values",
                "lower the sizes of task or model");
        return new NamedArrays(layout, new double[layout.size()]);
    }

    /** Names, shapes and places. */
    public ArrayLayout layout() {
        return layout;
    }

    /** The flat vector itself. */
    public double[] values() {
        return values;
    }

    /** A copy of one array, row-major. */
    public double[] array(String name) {
        int offset = layout.offset(name);
        return Arrays.copyOfRange(values, offset, offset + layout.entry(name).size());
    }

    /** Overwrites one array with row-major values. */
    public void set(String name, double... source) {
        int size = layout.entry(name).size();
        require(source.length == size, "array %s has %d values, got %d", name, size, source.length);
        System.arraycopy(source, 0, values, layout.offset(name), size);
    }

    /** The arrays of all of these, one after the other; an independent copy. */
    public static NamedArrays concatenate(List<NamedArrays> parts) {
        ArrayLayout layout =
                ArrayLayout.concatenate(parts.stream().map(NamedArrays::layout).toList());
        NamedArrays result = zeros(layout);
        int offset = 0;
        for (NamedArrays part : parts) {
            System.arraycopy(part.values, 0, result.values, offset, part.values.length);
            offset += part.values.length;
        }
        return result;
    }

    /** These arrays under names that begin with {@code prefix}; shares the values. */
    public NamedArrays prefixed(String prefix) {
        return new NamedArrays(layout.prefixed(prefix), values);
    }

    /** The arrays whose names begin with {@code prefix}, without it; an independent copy. */
    public NamedArrays withPrefix(String prefix) {
        List<ArrayLayout.Entry> entries = new ArrayList<>();
        for (ArrayLayout.Entry entry : layout.entries()) {
            if (entry.name().startsWith(prefix)) {
                String name = entry.name().substring(prefix.length());
                entries.add(new ArrayLayout.Entry(name, entry.shape()));
            }
        }
        NamedArrays part = zeros(new ArrayLayout(entries));
        for (ArrayLayout.Entry entry : entries) {
            part.set(entry.name(), array(prefix + entry.name()));
        }
        return part;
    }

    /** The arrays from index {@code from} on, up to {@code to}; an independent copy. */
    public NamedArrays range(int from, int to) {
        ArrayLayout part = new ArrayLayout(layout.entries().subList(from, to));
        int offset = from < to ? layout.offset(layout.entries().get(from).name()) : 0;
        return new NamedArrays(part, Arrays.copyOfRange(values, offset, offset + part.size()));
    }

    /** An independent copy. */
    public NamedArrays copy() {
        return new NamedArrays(layout, values.clone());
    }

    /**
     * SHA-256 of the values (little-endian IEEE 754 doubles, in layout order) in hexadecimal: one
     * number to compare runs by.
     */
    public String sha256() {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asDoubleBuffer().put(values);
        return HexFormat.of().formatHex(Hashes.sha256().digest(bytes.array()));
    }

    /**
     * Throws unless all values are finite and of absolute value at most {@code bound}; {@code what}
     * and {@code owner} say in the message whose they are.
     */
    public void requireWithin(double bound, String what, String owner) {
        for (int i = 0; i < values.length; i++) {
            if (!(Math.abs(values[i]) <= bound)) {
                ArrayLayout.Entry entry = layout.entryAt(i);
                throw new IllegalArgumentException(
                        String.format(
                                Locale.ROOT,
                                "%s of %s must be finite and within ±%.0e: array %s has %s at index"
                                        + " %d",
                                what,
                                owner,
                                bound,
                                entry.name(),
                                values[i],
                                i - layout.offset(entry.name())));
            }
        }
    }

    /**
     * Throws unless the layouts agree; {@code what} and {@code owner} say in the message what
     * differs.
     */
    public void requireLayout(ArrayLayout expected, String what, String owner) {
        require(
                layout.equals(expected),
                "%s do not fit %s: expected %s, got %s",
                what,
                owner,
                expected,
                layout);
    }
}
