package org.vsml.meta;

import org.vsml.episode.Seeds;

/** First elements of the paths that a run derives its seeds by, see {@link Seeds#derive}. */
final class SeedPaths {

    // Never renumber: seeds of what was published would give other results.
    static final long INITIAL = 0;
    static final long EPISODE = 1;
    static final long HELD_OUT = 2;
    static final long PAIR = 3;
    static final long POOL = 4;

    private SeedPaths() {}
}
