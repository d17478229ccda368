package org.vsml.dl4j;

import java.util.Locale;
import org.vsml.core.LearningAlgorithm;
import org.vsml.core.TaskShape;

/** What a {@link VsmlClassifier} is, in lines of at most 80 characters. */
final class ClassifierSummary {

    private final StringBuilder text = new StringBuilder();

    private ClassifierSummary() {}

    static String of(ClassifierSession session) {
        ClassifierSummary summary = new ClassifierSummary();
        summary.settings(session.settings());
        ClassifierHead head = session.head();
        if (head == null) {
            summary.line("sizes", "come with the first data");
        } else {
            summary.sizes(head);
        }
        return summary.text.toString();
    }

    private void settings(ClassifierSettings settings) {
        LearningAlgorithm algorithm = settings.algorithm();
        line("VsmlClassifier", "learns online, every labelled row once, in order");
        line("algorithm", algorithm.provenance().name());
        line("V_M", format("%,d values, fixed", algorithm.metaVariables().values().length));
        if (settings.rows().extractor() != null) {
            line("behind layer", settings.rows().extractor().layer());
        }
        line("conditioning", InputConditioning.DESCRIPTION);
    }

    private void sizes(ClassifierHead head) {
        TaskShape task = head.learner().task();
        RowLearner.State state = head.learner().state();
        line("inputs", ClassifierHead.describe(task.input()));
        line(
                "classes",
                format("%,d, room for %,d more", head.classes(), task.classes() - head.classes()));
        line(
                "V_L",
                format(
                        "%,d values, learned from %,d examples",
                        state.learned().values().length, state.examples()));
    }

    private void line(String name, String value) {
        String shown = value.length() <= 62 ? value : value.substring(0, 59) + "...";
        text.append(String.format(Locale.ROOT, "%-16s  %s%n", name, shown));
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
