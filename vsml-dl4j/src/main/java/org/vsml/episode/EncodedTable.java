package org.vsml.episode;

/**
 * A table, and how its fields became numbers.
 *
 * @param table the rows
 * @param encoding makes the same of other files
 */
public record EncodedTable(Table table, TableEncoding encoding) {}
