/**
 * Commands that measure the library itself: its speed, scaling, endurance, conformance and class
 * path. May depend on everything but the other commands. Start at {@link
 * org.vsml.cli.instruments.BenchCommand}.
 */
package org.vsml.cli.instruments;
