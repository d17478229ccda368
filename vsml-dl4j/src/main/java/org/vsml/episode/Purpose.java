package org.vsml.episode;

/**
 * The parts of an episode that have generators of their own: paths for {@link Seeds#derive}. Never
 * renumber.
 */
final class Purpose {

    static final long COMPONENT = 0;
    static final long LENGTH = 1;
    static final long TASK = 2;
    static final long VIEW = 3;
    static final long ORDER = 4;
    static final long AFFINE = 5;
    static final long STATE = 6;
    static final long BACKGROUND = 7;
    static final long CONCEPT = 8;
    static final long PIXELS = 9;
    static final long COLUMN_SCALES = 10;
    static final long MISSING = 11;
    static final long DRIFT = 12;
    static final long LABEL_ORDER = 13;

    private Purpose() {}
}
