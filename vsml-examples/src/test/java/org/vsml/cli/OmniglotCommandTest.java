package org.vsml.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.report.Report;

class OmniglotCommandTest {

    @TempDir private Path folder;

    private Path config(String task) throws IOException {
        return Files.writeString(
                folder.resolve("few.yaml"),
                """
                name: few
                learner:
                  type: vsml
                  subRnn: {stateSize: 4, forwardMessageSize: 2, backwardMessageSize: 2, layerNorm: false, inputGateShift: -1, forgetGateShift: 3}
                  architecture: {hidden: []}
                  dynamics: {microTicks: 1, feedLabel: true, backwardPass: true, separateBackwardRnn: true, layerwiseRnns: false, aggregation: MEAN, tanhBound: 100, outputChannel: 1, randomProportion: 0.5, stateClip: Infinity, averagedProportion: 0.5}
                phases:
                  - steps: 4
                    batch: 2
                    episodes: {components: [{task: %s}]}
                    estimator: {type: backpropagation, clip: 5}
                    optimizer: {type: adam, learningRate: 0.01}
                """
                        .formatted(task));
    }

    private Report run(Path config, String... more) throws IOException {
        String[] options = {
            "--config=" + config,
            "--out=" + folder.resolve("out"),
            "--episodes=6",
            "--threads=1",
            "--learners=1nn,sgd"
        };
        String[] all = java.util.Arrays.copyOf(options, options.length + more.length);
        System.arraycopy(more, 0, all, options.length, more.length);
        return OmniglotCommand.runExample(all);
    }

    @Test
    void metaTrainsInPiecesAndTestsEveryoneOnTheSameEpisodes() throws IOException {
        Path config =
                config(
                        "{type: few_shot, sets: [fashion_mnist], ways: 3, shots: 1, view: {type:"
                                + " resized, height: 7, width: 7}}");
        Report report = run(config, "--every=3");
        assertThat(report.table().rows())
                .hasSize(1 + 2 * 3)
                .allSatisfy(row -> assertThat((Double) row.get("accuracy")).isBetween(0.0, 1.0))
                .first()
                .satisfies(row -> assertThat(row).containsEntry("learner", "few"))
                .satisfies(row -> assertThat(row).containsEntry("view", "7x7"));
        report.writeTo(folder.resolve("out"));
        assertThat(Files.readAllLines(folder.resolve("out/curve.csv")))
                .extracting(line -> line.split(",", 2)[0])
                .containsExactly("step", "3", "4");
        // What was saved is what was tested.
        Report again = run(config, "--meta-variables=" + folder.resolve("out/few.vsml"));
        assertThat(again.table().rows()).isEqualTo(report.table().rows());
    }

    @Test
    void anotherTaskIsRejected() throws IOException {
        Path config = config("{type: images, sets: [fashion_mnist]}, length: 5");
        assertThatThrownBy(() -> run(config))
                .hasMessage("the last phase of few has no few_shot component");
    }
}
