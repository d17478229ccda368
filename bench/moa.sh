#!/usr/bin/env bash
# MOA's Hoeffding tree, k-NN, adaptive random forest and streaming random patches on a CSV file (last
# column the class), prequentially, with their default settings, to hold beside what ./vsml evaluate says.
#
#   bench/moa.sh FILE.csv[.gz] [SEED...]   # orders by seed; 0, the default, is the order of the file
#   EXAMPLES=2000 LEARNERS=hoeffding_tree,adaptive_random_forest bench/moa.sh FILE.csv 1 2 3 4
#   CHANGE=10000 bench/moa.sh FILE.csv     # accuracy in windows about a change, as ./vsml drift has them
#
# MOA (GPL-3) is no part of this project and nothing here links to it: this script lets your Maven fetch
# it into VSML_MOA (default ~/.cache/vsml-moa) and runs it in a Java machine of its own.
set -euo pipefail
[ $# -ge 1 ] || { sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 2; }
version=2024.07.0
folder=${VSML_MOA:-$HOME/.cache/vsml-moa}/$version
if [ ! -e "$folder/lib/moa-$version.jar" ]; then
  mkdir -p "$folder"
  cat > "$folder/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId>
  <artifactId>moa-runner</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>nz.ac.waikato.cms.moa</groupId>
      <artifactId>moa</artifactId>
      <version>$version</version>
    </dependency>
  </dependencies>
</project>
POM
  mvn -q -f "$folder/pom.xml" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$folder/lib" >&2
fi
file=$1
shift
exec java -Dchange="${CHANGE:-0}" -Dexamples="${EXAMPLES:-1000000}" \
  -Dlearners="${LEARNERS:-hoeffding_tree,knn,adaptive_random_forest,srp}" -cp "$folder/lib/*" "$(dirname "$0")/MoaPrequential.java" "$file" "${@:-0}"
