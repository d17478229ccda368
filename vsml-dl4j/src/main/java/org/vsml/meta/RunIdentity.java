package org.vsml.meta;

import static org.vsml.core.Checks.require;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vsml.core.Json;
import org.vsml.episode.DataSets;
import org.vsml.episode.Split;

/**
 * What makes a run the one that it is: all that its meta variables are a function of. A checkpoint
 * says it, and whoever goes on from there must agree.
 */
final class RunIdentity {

    private static final Logger LOG = LoggerFactory.getLogger(RunIdentity.class);
    private static final String DATA = "data";

    private final RunSettings settings;
    private ObjectNode description;

    RunIdentity(RunSettings settings) {
        this.settings = settings;
    }

    /** Configuration, seed, initial meta variables, engine, and a digest of every image set. */
    ObjectNode description() {
        if (description == null) {
            ObjectNode run = Json.mapper().createObjectNode();
            run.set("config", Json.mapper().valueToTree(settings.config()));
            run.put("seed", settings.seed());
            run.put(
                    "initial",
                    settings.initial() == null
                            ? "random"
                            : settings.initial().provenance().metaVariablesSha256());
            run.put("engine", settings.engine().name());
            ObjectNode digests = run.putObject(DATA);
            DataSets data = settings.data();
            for (String set : sets(settings.config().phases().size() - 1)) {
                digests.put(set, data.sha256(set));
            }
            description = asRead(run);
        }
        return description;
    }

    /** Image sets of the phases up to this, and of the evaluation. */
    private Set<String> sets(int phase) {
        Set<String> names = new TreeSet<>();
        for (Phase one : settings.config().phases().subList(0, phase + 1)) {
            one.episodes().components().forEach(c -> names.addAll(c.task().imageSets()));
        }
        if (settings.config().evaluation() != null) {
            names.addAll(settings.config().evaluation().sets());
        }
        return names;
    }

    /**
     * Throws unless a checkpoint is one of this run: phases that had not begun may differ, and so
     * may evaluation, checkpoints and divergence.
     */
    void requireSame(RunFolder.Checkpoint checkpoint) {
        long step = checkpoint.state().step();
        MetaTrainingConfig config = settings.config();
        int begun = step == 0 ? 0 : config.phaseAfter(step - 1);
        ObjectNode expected = comparable(description(), begun);
        ObjectNode found = comparable(checkpoint.run(), begun);
        Set<String> parts = new TreeSet<>();
        expected.fieldNames().forEachRemaining(parts::add);
        found.fieldNames().forEachRemaining(parts::add);
        for (String part : parts) {
            require(
                    expected.path(part).equals(found.path(part)),
                    "%s belongs to another run: its %s is %s, asked for is %s",
                    checkpoint.file(),
                    part,
                    found.get(part),
                    expected.get(part));
        }
        requireSameData(checkpoint, begun);
        require(
                step <= settings.steps(),
                "%s is at step %d already, beyond the %d steps asked for",
                checkpoint.file(),
                step,
                settings.steps());
        if (step > 0) {
            int moments = config.phases().get(begun).optimizer().moments();
            require(
                    checkpoint.state().moments().length == moments,
                    "%s must have %d moments of the optimizer, got %d",
                    checkpoint.file(),
                    moments,
                    checkpoint.state().moments().length);
        }
    }

    private void requireSameData(RunFolder.Checkpoint checkpoint, int begun) {
        JsonNode found = checkpoint.run().path(DATA);
        if (!found.isObject()) {
            LOG.warn("{} does not say on which images it was made", checkpoint.file());
        }
        for (String set : sets(begun)) {
            String expected = description().path(DATA).path(set).asText();
            require(
                    !found.has(set) || found.path(set).asText().equals(expected),
                    "%s belongs to another run: it was made on other images of the name %s than %s",
                    checkpoint.file(),
                    set,
                    settings.data().load(set, Split.TRAIN).origin());
        }
    }

    /** As JSON that has been written and read: types of numbers are then comparable. */
    private static ObjectNode asRead(ObjectNode tree) {
        try {
            return (ObjectNode) Json.mapper().readTree(Json.mapper().writeValueAsString(tree));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + tree, e);
        }
    }

    /** What of a description must agree on resuming, with the phases up to {@code begun}. */
    private static ObjectNode comparable(ObjectNode run, int begun) {
        JsonNode config = run.path("config");
        ObjectNode result = run.objectNode();
        for (String part : new String[] {"seed", "initial", "engine"}) {
            result.set(part, run.get(part));
        }
        for (String part : new String[] {"name", "learner", "timeScales"}) {
            result.set(part, config.get(part));
        }
        for (int i = 0; i <= begun; i++) {
            result.set("phase " + i, config.path("phases").get(i));
        }
        dropNulls(result);
        return result;
    }

    /** An option that is absent and one that a former version did not have are the same. */
    private static void dropNulls(JsonNode tree) {
        if (tree instanceof ObjectNode object) {
            object.properties().removeIf(field -> field.getValue().isNull());
        }
        tree.forEach(RunIdentity::dropNulls);
    }
}
