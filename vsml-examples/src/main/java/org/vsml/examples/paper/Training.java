package org.vsml.examples.paper;

/**
 * One meta-training: a method on a set. Figures name those they need; the laboratory makes each
 * once.
 *
 * @param projected whether inputs are randomly projected in meta-training (paper, section 4.3)
 */
record Training(Method method, TrainingSet set, boolean projected) {

    /** Name of the learning algorithm and, with its extension, of its file. */
    String name() {
        return method.label() + "-" + set.name() + (projected ? "-projected" : "");
    }
}
