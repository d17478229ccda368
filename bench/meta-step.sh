#!/usr/bin/env bash
# Where the time of meta-training goes: a few steps of shipped configurations on one thread, sampled by Flight Recorder; examples per
# second of processor time, and the share of each part. Images are the samples that the library has in itself.
#
#   bench/meta-step.sh    # after mvn -DskipTests package
#
#   VSML_JVM   more flags for the JVM, such as -XX:UseAVX=2
set -euo pipefail
home=$(cd -P -- "$(dirname -- "$0")/.." && pwd)
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
mvn -q -f "$home/pom.xml" -pl vsml-dl4j dependency:build-classpath -Dmdep.outputFile="$build/classpath" >&2
path="$home/vsml-dl4j/target/classes:$(<"$build/classpath")"
javac -cp "$path" -d "$build" "$home/bench/MetaStep.java"
for run in "general-1-part-6 4 general-1" "general-2-part-6 3 general-2" "paper-part-2 4"; do
  # Samples are taken anywhere, not only where the JVM can stop a thread.
  # shellcheck disable=SC2086
  java -XX:+UseSerialGC -Xmx3g -XX:+UnlockDiagnosticVMOptions -XX:+DebugNonSafepoints --add-modules jdk.incubator.vector ${VSML_JVM:-} \
    -cp "$build:$path" MetaStep $run 2>/dev/null
done
