package org.vsml.lab.paper;

import java.util.List;
import org.vsml.report.Report;
import org.vsml.report.Table;

/**
 * A figure as it was measured.
 *
 * @param number in the paper
 * @param title what it shows
 * @param protocol how it was made, and where that differs from the paper
 * @param report rows, curves and plots
 * @param rows the rows as records
 * @param table what a reader wants to see of it, shorter than the rows
 * @param image file name of the plot in the report
 * @param claims what the paper says and what was found
 * @param trained how far meta-training got: one row for each algorithm
 */
public record FigureResult(
        String number,
        String title,
        String protocol,
        Report report,
        List<Row> rows,
        Table table,
        String image,
        List<Claim> claims,
        Table trained) {

    public FigureResult {
        rows = List.copyOf(rows);
        claims = List.copyOf(claims);
    }
}
