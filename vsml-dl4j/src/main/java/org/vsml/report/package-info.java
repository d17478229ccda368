/**
 * What every command leaves behind: a folder with summary.json, the curves as CSV and the plots as
 * PNG, and the same table on the screen. This package may depend on {@link org.vsml.core} and on
 * XChart, and knows nothing of learners or episodes. Start reading at {@link
 * org.vsml.report.Report}.
 */
package org.vsml.report;
