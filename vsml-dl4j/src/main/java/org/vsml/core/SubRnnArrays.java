package org.vsml.core;

/**
 * Names of the meta variables of a sub-RNN, which {@link SubRnn} explains; in a layout that of the
 * sub-RNN stands before them.
 */
public final class SubRnnArrays {

    /** Gates from the forward message, [F, gates]. */
    public static final String FORWARD_INPUT = "w_f";

    /** Gates from the backward message, [B, gates]. */
    public static final String BACKWARD_INPUT = "w_b";

    /** Gates from the hidden state, [N, gates]. */
    public static final String RECURRENT = "w_h";

    /** Gates from the coordinates, [{@link Coordinates#COUNT}, gates]. */
    public static final String COORDINATES = "w_c";

    /** Constants of the gates, [gates]. */
    public static final String BIAS = "bias";

    /** Stands before the arrays that make the forward message. */
    public static final String FORWARD = "fwd_";

    /** Stands before the arrays that make the backward message. */
    public static final String BACKWARD = "bwd_";

    /** After a direction: message from the hidden state, [N, message]. */
    public static final String WEIGHTS = "w";

    /** After a direction: constants of the message, [message]. */
    public static final String OFFSET = "b";

    /** After a direction: factors of the layer norm, [message]. */
    public static final String NORM_SCALE = "ln_scale";

    /** After a direction: constants of the layer norm, [message]. */
    public static final String NORM_OFFSET = "ln_offset";

    /** {@link #WEIGHTS} of the forward message. */
    public static final String FORWARD_WEIGHTS = FORWARD + WEIGHTS;

    /** {@link #OFFSET} of the forward message. */
    public static final String FORWARD_OFFSET = FORWARD + OFFSET;

    /** {@link #NORM_SCALE} of the forward message. */
    public static final String FORWARD_NORM_SCALE = FORWARD + NORM_SCALE;

    /** {@link #NORM_OFFSET} of the forward message. */
    public static final String FORWARD_NORM_OFFSET = FORWARD + NORM_OFFSET;

    /** {@link #WEIGHTS} of the backward message. */
    public static final String BACKWARD_WEIGHTS = BACKWARD + WEIGHTS;

    /** {@link #OFFSET} of the backward message. */
    public static final String BACKWARD_OFFSET = BACKWARD + OFFSET;

    /** {@link #NORM_SCALE} of the backward message. */
    public static final String BACKWARD_NORM_SCALE = BACKWARD + NORM_SCALE;

    /** {@link #NORM_OFFSET} of the backward message. */
    public static final String BACKWARD_NORM_OFFSET = BACKWARD + NORM_OFFSET;

    private SubRnnArrays() {}
}
