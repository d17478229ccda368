/**
 * What commands are made of: the command that ends in a report, and progress on the console. For
 * {@code cli} and its instruments alone. Start at {@link org.vsml.cli.internal.ReportingCommand}.
 */
package org.vsml.cli.internal;
