package org.vsml.lab.paper;

import java.io.IOException;
import java.util.List;

/**
 * A figure of the paper, or a group of them that differ in what is read off the same runs. Adding
 * one is writing one class and naming it in {@link Figures}.
 */
interface Figure {

    /** Its number in the paper. */
    String number();

    /** What it shows. */
    String title();

    /** How it is made here, and where that differs from the paper. */
    String protocol();

    /** The meta-trainings it needs. */
    List<Training> trainings();

    /**
     * Makes it.
     *
     * @param laboratory where learning algorithms come from
     * @param effort how much to measure
     */
    FigureResult run(Laboratory laboratory, Effort effort) throws IOException;
}
