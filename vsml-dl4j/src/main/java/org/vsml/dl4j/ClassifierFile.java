package org.vsml.dl4j;

import static org.vsml.core.Checks.require;

import java.io.File;
import java.io.IOException;

/** Writes a {@link VsmlClassifier} to a file and reads it again. */
final class ClassifierFile {

    private ClassifierFile() {}

    /**
     * Writes a session as it is between two batches.
     *
     * @throws IllegalStateException if there were no data yet
     */
    static void save(ClassifierSession session, File file) throws IOException {
        session.betweenBatches(() -> saved(session)).write(file.toPath());
    }

    private static SavedClassifier saved(ClassifierSession session) {
        ClassifierHead head = session.requireHead();
        RowLearner.State state = head.learner().state();
        RowReader rows = session.settings().rows();
        FeatureExtractor extractor = rows.extractor();
        return new SavedClassifier(
                session.settings().algorithm(),
                new SavedClassifier.Header(
                        head.learner().task(),
                        head.classes(),
                        head.oneColumn(),
                        head.labelNames(),
                        rows.imageFormat(),
                        state.examples(),
                        session.iterations(),
                        session.epochs(),
                        extractor == null ? null : extractor.layer(),
                        extractor == null ? null : extractor.sha256(),
                        session.notes()),
                state.learned());
    }

    /**
     * The layer that a saved classifier stands behind.
     *
     * @throws IllegalArgumentException if it stands behind none
     */
    static String requireLayer(File file) throws IOException {
        String layer = SavedClassifier.read(file.toPath()).header().layer();
        require(layer != null, "%s was saved without a network in front of it", file);
        return layer;
    }

    /**
     * A classifier that goes on where the saved one was.
     *
     * @param extractor the network in front of it, or null
     * @throws IllegalArgumentException if that is not the network it stood behind
     */
    static VsmlClassifier load(File file, FeatureExtractor extractor) throws IOException {
        SavedClassifier saved = SavedClassifier.read(file.toPath());
        SavedClassifier.Header header = saved.header();
        require(
                header.layer() == null || extractor != null,
                "%s was saved behind layer \"%s\" of a network, which is not in the file: load(file, network)",
                file,
                header.layer());
        require(
                extractor == null || extractor.sha256().equals(header.networkSha256()),
                "%s was saved behind a network with parameters of SHA-256 %s, got %s",
                file,
                header.networkSha256(),
                extractor == null ? null : extractor.sha256());
        VsmlClassifier result =
                new VsmlClassifier(
                        ClassifierSettings.loaded(
                                saved.algorithm(), extractor, header.imageFormat()));
        result.session()
                .restore(head(saved, file), header.notes(), header.iterations(), header.epochs());
        return result;
    }

    private static ClassifierHead head(SavedClassifier saved, File file) throws IOException {
        SavedClassifier.Header header = saved.header();
        try {
            RowLearner learner =
                    RowLearner.resumed(
                            saved.algorithm(),
                            header.task(),
                            new RowLearner.State(saved.learned(), header.examples()));
            return new ClassifierHead(
                    learner, header.classes(), header.oneColumn(), header.labelNames());
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " does not hold a valid classifier: " + e.getMessage(), e);
        }
    }
}
