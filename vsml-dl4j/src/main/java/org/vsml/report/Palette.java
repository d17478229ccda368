package org.vsml.report;

import java.awt.Color;

/** The colours of all plots. */
public final class Palette {

    /** Of text and axes. */
    public static final Color INK = new Color(0x22, 0x22, 0x22);

    /** Of what is right, such as the true class. */
    public static final Color TRUTH = new Color(0xD55E00);

    /** Of what is said, such as the predicted class. */
    public static final Color PREDICTION = new Color(0x009E73);

    static final Color GRID = new Color(0xE4, 0xE4, 0xE4);

    /**
     * Distinguishable for most kinds of colour vision (Okabe and Ito), then darker shades of the
     * same.
     */
    private static final Color[] LINES = {
        new Color(0xD55E00),
        new Color(0x0072B2),
        new Color(0x009E73),
        new Color(0xCC79A7),
        new Color(0xE69F00),
        new Color(0x56B4E9),
        new Color(0x555555),
        new Color(0x8C3B00),
        new Color(0x00456E),
        new Color(0x00634A),
        new Color(0x8A3E68),
        new Color(0x9C6B00)
    };

    private Palette() {}

    /** The colour of a line by its place, from 0 on; they come again after the last. */
    public static Color line(int place) {
        return LINES[place % LINES.length];
    }

    /** A cell of a table, from white for 0 to dark blue for 1. */
    public static Color shade(double share) {
        int shade = 255 - (int) Math.round(Math.min(1, Math.max(0, share)) * 215);
        return new Color(shade, shade, 255 - (255 - shade) / 3);
    }
}
