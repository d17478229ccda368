package org.vsml.episode;

/**
 * A table, and how its fields became numbers.
 *
 * @param table the rows
 * @param encoding makes the same of other files
 * @param unlabelled rows that were left out because they have no label
 */
public record EncodedTable(Table table, TableEncoding encoding, int unlabelled) {}
