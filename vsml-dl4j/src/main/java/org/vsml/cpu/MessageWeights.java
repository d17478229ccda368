package org.vsml.cpu;

import org.vsml.core.NamedArrays;
import org.vsml.core.SubRnnArrays;

/**
 * The part of a sub-RNN that makes its outgoing messages in one direction: m = h·w + b, then
 * possibly layer normalisation. The scale and the offset of the normalisation are the same for all
 * sub-RNNs, so they are applied to the average.
 */
final class MessageWeights {

    final int channels;
    final Matrix weights;
    final Matrix transposed;
    final float[] bias;

    /** Null without layer normalisation. */
    final float[] scale;

    final float[] offset;

    /**
     * Reads them.
     *
     * @param prefix of the names of the arrays, up to {@code fwd_} or {@code bwd_}
     */
    MessageWeights(NamedArrays meta, String prefix, int size, int channels, boolean layerNorm) {
        this.channels = channels;
        weights = new Matrix(Floats.of(meta.array(prefix + SubRnnArrays.WEIGHTS)), size, channels);
        transposed = weights.transposed();
        bias = Floats.of(meta.array(prefix + SubRnnArrays.OFFSET));
        scale = layerNorm ? Floats.of(meta.array(prefix + SubRnnArrays.NORM_SCALE)) : null;
        offset = layerNorm ? Floats.of(meta.array(prefix + SubRnnArrays.NORM_OFFSET)) : null;
    }
}
