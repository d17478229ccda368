package org.vsml.core;

import static org.vsml.core.Checks.require;
import static org.vsml.core.Checks.requireBound;

import java.util.function.Consumer;

/**
 * How the sub-RNNs are run over a stream of examples; everything that is neither size nor
 * architecture.
 *
 * @param microTicks LSTM ticks a layer makes on the same incoming messages before it sends its own
 *     (paper: 2)
 * @param feedLabel whether channel 1 of the last backward message carries the label beside the
 *     error
 * @param backwardPass whether the layers run in reverse order, with error and label, straight after
 *     each prediction; the next forward pass then gets zeros in the last backward message
 * @param separateBackwardRnn whether the reverse pass has meta variables of its own; needs {@code
 *     backwardPass}
 * @param layerwiseRnns whether every layer has meta variables of its own
 * @param aggregation how messages are combined
 * @param tanhBound bound β of the logits, β·tanh(y/β); positive, infinity for none
 * @param outputChannel channel of the last forward message that holds the logits
 * @param randomProportion share of the N channels of c (of h where the sub-RNN is no LSTM) that
 *     start standard normal, the rest and h start at 0
 * @param stateClip cells are clipped to ±stateClip in every tick, before the hidden state is
 *     computed from them; positive, infinity for none
 * @param averagedProportion with several parallel examples: share of the channels of h and c that
 *     is averaged over them before every step (batched learning algorithms, paper appendix C)
 * @param constantInputs what inputs do that have never changed; null is {@link
 *     ConstantInputs#TAKE_PART}, {@link ConstantInputs#REST} needs aggregation MEAN
 */
public record Dynamics(
        int microTicks,
        boolean feedLabel,
        boolean backwardPass,
        boolean separateBackwardRnn,
        boolean layerwiseRnns,
        Aggregation aggregation,
        double tanhBound,
        int outputChannel,
        double randomProportion,
        double stateClip,
        double averagedProportion,
        ConstantInputs constantInputs) {

    /** Two micro ticks, error fed back, no label, one pass (paper, section 4.2 and appendix C). */
    public static final Dynamics PAPER =
            new Dynamics(
                    2,
                    false,
                    false,
                    false,
                    false,
                    Aggregation.MEAN,
                    100,
                    1,
                    0.5,
                    Double.POSITIVE_INFINITY,
                    0.5,
                    ConstantInputs.TAKE_PART);

    /** Finite bounds and their inverses stay well within float. */
    private static final double LEAST_BOUND = 1e-6;

    private static final double GREATEST_BOUND = 1e12;

    public Dynamics {
        require(
                microTicks >= 1 && microTicks <= 1000,
                "microTicks must be in [1, 1000], got %d",
                microTicks);
        require(
                !separateBackwardRnn || backwardPass,
                "separateBackwardRnn needs backwardPass: true, got backwardPass: false");
        require(aggregation != null, "aggregation must be MEAN or SUM, got null");
        requireBound(tanhBound, LEAST_BOUND, GREATEST_BOUND, "tanhBound");
        require(outputChannel >= 0, "outputChannel must be >= 0, got %d", outputChannel);
        require(
                randomProportion >= 0 && randomProportion <= 1,
                "randomProportion must be in [0, 1], got %s",
                randomProportion);
        requireBound(stateClip, LEAST_BOUND, GREATEST_BOUND, "stateClip");
        require(
                averagedProportion >= 0 && averagedProportion <= 1,
                "averagedProportion must be in [0, 1], got %s",
                averagedProportion);
        // Absent from what was saved before there was a choice.
        constantInputs = constantInputs == null ? ConstantInputs.TAKE_PART : constantInputs;
        require(
                constantInputs == ConstantInputs.TAKE_PART || aggregation == Aggregation.MEAN,
                "constantInputs: REST leaves inputs out of averages and needs aggregation: MEAN, got %s",
                aggregation);
    }

    /** These dynamics with another number of micro ticks. */
    public Dynamics withMicroTicks(int ticks) {
        return copy(fields -> fields.microTicks = ticks);
    }

    /** These dynamics with or without the label in the last backward message. */
    public Dynamics withFeedLabel(boolean fed) {
        return copy(fields -> fields.feedLabel = fed);
    }

    /**
     * These dynamics with or without the reverse pass, and with or without meta variables of its
     * own for it.
     */
    public Dynamics withBackwardPass(boolean reverse, boolean separate) {
        return copy(
                fields -> {
                    fields.backwardPass = reverse;
                    fields.separateBackwardRnn = separate;
                });
    }

    /** These dynamics with one set of meta variables a layer, or one for all. */
    public Dynamics withLayerwiseRnns(boolean layerwise) {
        return copy(fields -> fields.layerwiseRnns = layerwise);
    }

    /** These dynamics with messages summed or averaged. */
    public Dynamics withAggregation(Aggregation combined) {
        return copy(fields -> fields.aggregation = combined);
    }

    /** These dynamics with another clip of the cells. */
    public Dynamics withStateClip(double clip) {
        return copy(fields -> fields.stateClip = clip);
    }

    /** These dynamics with another share of random initial cells. */
    public Dynamics withRandomProportion(double proportion) {
        return copy(fields -> fields.randomProportion = proportion);
    }

    /** These dynamics with another treatment of inputs that have never changed. */
    public Dynamics withConstantInputs(ConstantInputs treatment) {
        return copy(fields -> fields.constantInputs = treatment);
    }

    /** Channels (of N) of the initial cells (or hidden states) that are drawn at random. */
    public int randomChannels(int stateSize) {
        return (int) Math.round(stateSize * randomProportion);
    }

    /** Channels (of N) of h and of c that are averaged over parallel examples before every step. */
    public int averagedChannels(int stateSize) {
        return (int) Math.round(stateSize * averagedProportion);
    }

    private Dynamics copy(Consumer<Fields> change) {
        Fields fields = new Fields(this);
        change.accept(fields);
        return fields.build();
    }

    /** The components of dynamics, to change some of them. */
    private static final class Fields {
        int microTicks;
        boolean feedLabel;
        boolean backwardPass;
        boolean separateBackwardRnn;
        boolean layerwiseRnns;
        Aggregation aggregation;
        double tanhBound;
        int outputChannel;
        double randomProportion;
        double stateClip;
        double averagedProportion;
        ConstantInputs constantInputs;

        Fields(Dynamics dynamics) {
            microTicks = dynamics.microTicks;
            feedLabel = dynamics.feedLabel;
            backwardPass = dynamics.backwardPass;
            separateBackwardRnn = dynamics.separateBackwardRnn;
            layerwiseRnns = dynamics.layerwiseRnns;
            aggregation = dynamics.aggregation;
            tanhBound = dynamics.tanhBound;
            outputChannel = dynamics.outputChannel;
            randomProportion = dynamics.randomProportion;
            stateClip = dynamics.stateClip;
            averagedProportion = dynamics.averagedProportion;
            constantInputs = dynamics.constantInputs;
        }

        Dynamics build() {
            return new Dynamics(
                    microTicks,
                    feedLabel,
                    backwardPass,
                    separateBackwardRnn,
                    layerwiseRnns,
                    aggregation,
                    tanhBound,
                    outputChannel,
                    randomProportion,
                    stateClip,
                    averagedProportion,
                    constantInputs);
        }
    }
}
