#!/usr/bin/env bash
# The first second of a service that only learns online: milliseconds from the start of a JVM to its first prediction, and
# microseconds an example (predicting and learning) up to the 1st, 10th, 50th, 100th, 200th, 500th and 1,000th, five JVMs each.
#
#   bench/first-second.sh    # after mvn -DskipTests package; the class path is this library, Jackson and SLF4J's API alone
#
#   VSML_JVM   more flags for the JVM, such as -XX:UseAVX=2
set -euo pipefail
home=$(cd -P -- "$(dirname -- "$0")/.." && pwd)
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
mvn -q -f "$home/pom.xml" -pl vsml-dl4j dependency:build-classpath -Dmdep.outputFile="$build/classpath" >&2
jars=$(tr : '\n' <"$build/classpath" | grep -E '/(jackson-(core|databind|annotations)|slf4j-api)-[0-9.]+\.jar$' | paste -sd: -)
path="$home/vsml-dl4j/target/classes:$jars"
javac -cp "$path" -d "$build" "$home/bench/FirstSecond.java"
echo "algorithm,inputs,classes,first_prediction_ms,us_1,us_10,us_50,us_100,us_200,us_500,us_1000"
for task in "general-1 4 3" "general-1 784 10" "general-2 16 26" "general-2 784 10"; do
  for round in 1 2 3 4 5; do
    # shellcheck disable=SC2086
    java -XX:+UseSerialGC --add-modules jdk.incubator.vector ${VSML_JVM:-} -cp "$build:$path" FirstSecond $task 2>/dev/null
  done
done
