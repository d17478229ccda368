/**
 * Evolution strategies on a cluster: the pairs of a generation are evaluated by Apache Spark, which
 * is an optional dependency, and the result is that of a run on one machine bit for bit. This
 * package may depend on {@link org.vsml.core}, {@link org.vsml.episode} and {@link org.vsml.meta}.
 * Start reading at {@link org.vsml.spark.SparkPairEvaluator}, then docs/spark.md.
 */
package org.vsml.spark;
