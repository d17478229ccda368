package org.vsml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.deeplearning4j.optimize.listeners.CheckpointListener;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vsml.dl4j.VsmlClassifier;

/** Listeners of modules of Deeplearning4j that the library itself does not depend on. */
class ListenersTest {

    @TempDir private Path folder;

    @Test
    void listenersThatLookIntoANetworkAreRefusedWithWhatToTakeInstead() {
        VsmlClassifier classifier = VsmlClassifier.pretrained();
        assertThatThrownBy(
                        () ->
                                classifier.setListeners(
                                        new StatsListener(new InMemoryStatsStorage())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a StatsListener looks into a MultiLayerNetwork")
                .hasMessageContaining("A PrequentialListener keeps accuracy and kappas");
        assertThatThrownBy(
                        () ->
                                classifier.addListeners(
                                        new CheckpointListener.Builder(folder.toFile())
                                                .saveEveryNIterations(1)
                                                .build()))
                .hasMessageContaining("a CheckpointListener looks into")
                .hasMessageContaining("Call save(File)");
        assertThat(classifier.getListeners()).isEmpty();
    }
}
