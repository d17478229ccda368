/**
 * Commands that measure the library itself: speed, scaling, endurance, conformance and the size of
 * the class path. May depend on everything that {@code cli} may. Start at {@link
 * org.vsml.cli.instruments.BenchCommand}.
 */
package org.vsml.cli.instruments;
