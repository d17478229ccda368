package org.vsml.core;

/** Arithmetic of an engine. */
public enum Precision {
    /** 32 bits: training and use. */
    FLOAT,
    /** 64 bits: reference and gradient checks. */
    DOUBLE
}
