package org.vsml.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.report.Report;

class StreamExperimentTest {

    private static final String SMALL_CLOTHES =
            "{type: images, sets: [fashion_mnist], view: {type: resized, height: 6, width: 6}}";

    @TempDir private Path folder;

    private Path config(String task) throws IOException {
        return config("{type: convolution, kernel: 3, stride: 2, channels: 1}", task);
    }

    private Path config(String hidden, String task) throws IOException {
        return Files.writeString(
                folder.resolve("small.yaml"),
                """
                name: small
                learner:
                  type: vsml
                  subRnn: {stateSize: 16, forwardMessageSize: 8, backwardMessageSize: 8, layerNorm: false, inputGateShift: -5, forgetGateShift: 5, coordinates: true}
                  architecture: {hidden: [%s]}
                  dynamics: {microTicks: 1, feedLabel: true, backwardPass: true, separateBackwardRnn: true, layerwiseRnns: true, aggregation: MEAN, tanhBound: 100, outputChannel: 1, randomProportion: 0.5, stateClip: 3, averagedProportion: 0.5}
                phases:
                  - steps: 2
                    batch: 2
                    episodes: {components: [{task: %s, length: 4}]}
                    estimator: {type: backpropagation, clip: 5}
                    optimizer: {type: adam, learningRate: 0.001}
                """
                        .formatted(hidden, task));
    }

    /** Three images of two classes in each part, as PNG so that nothing is lost. */
    private Path images() throws IOException {
        Path images = folder.resolve("images");
        Random random = new Random(1);
        for (String part : List.of("train", "test")) {
            for (String label : List.of("dog", "cat")) {
                Path place = Files.createDirectories(images.resolve(part).resolve(label));
                for (int i = 0; i < 3; i++) {
                    BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
                    for (int p = 0; p < 16; p++) {
                        image.setRGB(p % 4, p / 4, random.nextInt(1 << 24));
                    }
                    ImageIO.write(image, "png", place.resolve("000" + i + ".png").toFile());
                }
            }
        }
        return images;
    }

    private Path archive(Path images) throws IOException {
        Path archive = folder.resolve("images.tar.gz");
        try (OutputStream out = Files.newOutputStream(archive);
                TarArchiveOutputStream tar =
                        new TarArchiveOutputStream(new GzipCompressorOutputStream(out));
                java.util.stream.Stream<Path> files = Files.walk(images)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                TarArchiveEntry entry = new TarArchiveEntry(images.relativize(file).toString());
                entry.setSize(Files.size(file));
                tar.putArchiveEntry(entry);
                Files.copy(file, tar);
                tar.closeArchiveEntry();
            }
        }
        return archive;
    }

    @Test
    void cifar10IsReadFromItsArchiveMetaTrainedOnAndTested() throws Exception {
        Path data = Files.createDirectories(folder.resolve("data/cifar10"));
        Files.move(archive(images()), data.resolve("all.tar.gz"));
        Report report =
                Cifar10Command.runExample(
                        "--config=" + config("{type: images, sets: [cifar10]}"),
                        "--out=" + folder.resolve("out"),
                        "--data=" + folder.resolve("data"),
                        "--side=4",
                        "--sets=cifar10",
                        "--learners=sgd",
                        "--examples=12",
                        "--streams=2",
                        "--threads=1");
        assertThat(report.table().rows())
                .extracting(row -> row.get("learner"))
                .containsExactly("small", "general-1", "sgd");
        assertThat(folder.resolve("out/small.vsml")).exists();
    }

    @Test
    void evaluateTestsOnAFolderOfImagesByItsName() throws Exception {
        images();
        Report report =
                EvaluateCommand.runExample(
                        "--meta-variables=none",
                        "--learners=sgd",
                        "--sets=images",
                        "--examples=12",
                        "--seeds=2",
                        "--data=" + folder);
        assertThat(report.table().rows())
                .extracting(row -> row.get("set"), row -> row.get("learner"))
                .containsExactly(org.assertj.core.groups.Tuple.tuple("images", "sgd"));
        assertThat(report.summary().toString()).contains(folder.resolve("images").toString());
    }

    @Test
    void convTestsWhatItMetaTrainedOnASetItHasNotSeen() throws Exception {
        Report report =
                ConvCommand.runExample(
                        "--config=" + config(SMALL_CLOTHES),
                        "--out=" + folder.resolve("out"),
                        "--sets=fashion_mnist",
                        "--deepen=none",
                        "--learners=sgd_convolution",
                        "--examples=20",
                        "--streams=2",
                        "--threads=1");
        assertThat(report.table().rows())
                .extracting(row -> row.get("set"), row -> row.get("learner"))
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("fashion_mnist", "small"),
                        org.assertj.core.groups.Tuple.tuple("fashion_mnist", "general-1"),
                        org.assertj.core.groups.Tuple.tuple("fashion_mnist", "sgd_convolution"));
        report.writeTo(folder.resolve("report"));
        assertThat(folder.resolve("report/curve.csv")).exists();
        assertThat(folder.resolve("report/curve.png")).exists();
    }

    @Test
    void deepPutsAFullyConnectedLayerBelowGeneral1() throws Exception {
        Report report =
                DeepCommand.runExample(
                        "--config=" + config("{type: dense, units: 3}", SMALL_CLOTHES),
                        "--out=" + folder.resolve("out"),
                        "--sets=fashion_mnist",
                        "--learners=sgd_hidden",
                        "--examples=20",
                        "--streams=2",
                        "--threads=1");
        assertThat(report.table().rows())
                .extracting(row -> row.get("learner"))
                .containsExactly("small", "general-1", "sgd_hidden");
    }
}
