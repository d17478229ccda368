package org.vsml.meta;

/** Meta-training has diverged; the message says how, where, and which checkpoint is good. */
public final class DivergenceException extends RuntimeException {

    private static final long serialVersionUID = 1;

    DivergenceException(String message) {
        super(message);
    }
}
