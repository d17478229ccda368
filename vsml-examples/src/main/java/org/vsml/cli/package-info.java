/**
 * The commands behind {@code ./vsml}: options in, report out. May depend on everything; nothing
 * depends on it. Start at {@link org.vsml.cli.VsmlCli}, then {@link
 * org.vsml.cli.internal.ReportingCommand}.
 */
package org.vsml.cli;
