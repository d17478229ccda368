/**
 * The commands behind {@code ./vsml}. May depend on everything; nothing depends on it. Start at
 * {@code VsmlCli}.
 */
package org.vsml.examples;
