package org.vsml.core;

/** How the messages of many sub-RNNs become one (paper, equation 7 and appendix C). */
public enum Aggregation {
    /** The average; stable for any layer size, and the default. */
    MEAN,
    /** The sum, as equation 7 is written. */
    SUM
}
