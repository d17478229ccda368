package org.vsml.samediff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.vsml.core.Architecture;
import org.vsml.core.Dynamics;
import org.vsml.core.Engine;
import org.vsml.core.Examples;
import org.vsml.core.Learner;
import org.vsml.core.NamedArrays;
import org.vsml.core.Precision;
import org.vsml.core.Rollout;
import org.vsml.core.RolloutOptions;
import org.vsml.core.SubRnn;
import org.vsml.core.TaskShape;
import org.vsml.core.Vsml;
import org.vsml.episode.Seeds;

class VsmlFunctionTest {

    private static final int EPISODES = 2;
    private static final int STEPS = 3;
    private static final TaskShape TASK = TaskShape.of(4, 3);

    // Both compute in double; the order of sums differs.
    private static final double TOLERANCE = 1e-10;

    private final Vsml model =
            new Vsml(
                    new SubRnn(4, 3, 3, true, -1, 1),
                    Architecture.dense(2),
                    Dynamics.PAPER.withFeedLabel(true));
    private final NamedArrays metaVariables = model.initialMetaVariables(Seeds.generator(1));
    private final List<NamedArrays> starts =
            List.of(
                    model.initialLearnedVariables(TASK, 1, Seeds.generator(2)),
                    model.initialLearnedVariables(TASK, 1, Seeds.generator(3)));
    private final double[] inputs =
            Seeds.generator(4).doubles((long) EPISODES * STEPS * TASK.inputs(), -1, 1).toArray();
    private final int[] labels = {2, Examples.UNLABELLED, 0, 1, 1, 2};

    // The loss is Σ weight · logit, so the weights are ∂loss/∂logits.
    private final double[] weights =
            Seeds.generator(5).doubles((long) EPISODES * STEPS * TASK.classes(), -1, 1).toArray();

    @Test
    void logitsStatesAndGradientsInAUsersGraphAreThoseOfTheEngine() {
        SameDiff sd = SameDiff.create();
        Map<String, SDVariable> meta =
                VsmlFunction.metaVariables(sd, metaVariables, DataType.DOUBLE);
        StepGraph graph =
                new StepGraph(
                        sd,
                        DataType.DOUBLE,
                        TASK,
                        EPISODES,
                        1,
                        meta,
                        VsmlFunction.learnedVariables(sd, starts, DataType.DOUBLE));
        SDVariable x = sd.placeHolder("x", DataType.DOUBLE, EPISODES, STEPS, TASK.inputs());
        SDVariable y = sd.placeHolder("y", DataType.DOUBLE, EPISODES, STEPS, TASK.classes());
        VsmlFunction.Unrolled run = VsmlFunction.unroll(model, graph, x, y, STEPS);
        SDVariable loss =
                run.logits().mul(sd.constant(array(weights, EPISODES, STEPS, 3))).sum("loss");
        sd.setLossVariables(loss);
        Map<String, INDArray> values =
                Map.of("x", array(inputs, EPISODES, STEPS, TASK.inputs()), "y", oneHot());
        String cell = run.learnedVariables().get("cell.1").name();

        Map<String, INDArray> outputs = sd.output(values, run.logits().name(), cell);
        List<String> wanted = new ArrayList<>(meta.keySet());
        wanted.add("x");
        sd.createGradFunction("x"); // placeholders have gradients only when asked for beforehand
        Map<String, INDArray> gradients = sd.calculateGradients(values, wanted);

        Learner learner = Engine.of(SameDiffEngine.NAME, Precision.DOUBLE).learner(model);
        List<Examples> episodes = new ArrayList<>();
        List<double[]> seeds = new ArrayList<>();
        for (int e = 0; e < EPISODES; e++) {
            episodes.add(
                    Examples.online(
                            TASK,
                            part(inputs, e),
                            Arrays.copyOfRange(labels, e * STEPS, (e + 1) * STEPS)));
            seeds.add(part(weights, e));
        }
        try (Rollout rollout =
                learner.run(
                        metaVariables,
                        starts,
                        episodes,
                        RolloutOptions.GRADIENT.withInputGradient(true))) {
            Rollout.Gradient expected = rollout.backward(seeds);
            NamedArrays expectedMeta =
                    new NamedArrays(metaVariables.layout(), expected.metaVariables());
            for (int e = 0; e < EPISODES; e++) {
                assertThat(flat(outputs.get(run.logits().name()).slice(e)))
                        .containsExactly(rollout.logits(e), within(TOLERANCE));
                assertThat(flat(outputs.get(cell).slice(e)))
                        .containsExactly(
                                rollout.learnedVariables(e).array("cell.1"), within(TOLERANCE));
                assertThat(flat(gradients.get("x").slice(e)))
                        .containsExactly(expected.inputs().get(e), within(TOLERANCE));
            }
            for (String name : meta.keySet()) {
                assertThat(flat(gradients.get(name)))
                        .as(name)
                        .containsExactly(expectedMeta.array(name), within(TOLERANCE));
            }
        }
    }

    private INDArray oneHot() {
        INDArray result = Nd4j.zeros(DataType.DOUBLE, EPISODES, STEPS, TASK.classes());
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] != Examples.UNLABELLED) {
                result.putScalar(new int[] {i / STEPS, i % STEPS, labels[i]}, 1);
            }
        }
        return result;
    }

    private static double[] part(double[] values, int episode) {
        int size = values.length / EPISODES;
        return Arrays.copyOfRange(values, episode * size, (episode + 1) * size);
    }

    private static INDArray array(double[] values, long... shape) {
        return Nd4j.createFromArray(values).reshape('c', shape);
    }

    private static double[] flat(INDArray array) {
        return array.dup('c').data().asDouble();
    }
}
