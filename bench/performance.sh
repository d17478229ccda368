#!/usr/bin/env bash
# Measures everything in docs/performance.md again, at each width of vectors that this processor has.
#
#   bench/performance.sh FOLDER   # for the reports; each in a folder of its own
#
#   VSML_PEER    the script that does the dense work in PyTorch; without it nothing is beside PyTorch
#   VSML_PYTHON  the Python that has PyTorch (default /usr/bin/python3)
#   VSML_HOEFFDING_TREE  anything, to time MOA's Hoeffding tree on the streams of ./vsml latency (bench/moa.sh)
#   VSML_WIDTHS  which of 512, 256 and 128 to measure (default: 512 and 256, as far as the processor has them)
#
# Narrower vectors than the processor's are measured with -XX:UseAVX=2, which has 16 registers as AVX2
# has, and with -XX:MaxVectorSize=16; PyTorch then runs its AVX2 kernels too. Run it on a machine with
# nothing else to do.
set -euo pipefail
[ $# -eq 1 ] || { sed -n '2,13s/^# \{0,1\}//p' "$0"; exit 2; }
home=$(cd -P -- "$(dirname -- "$0")/.." && pwd)
folder=$1
python=${VSML_PYTHON:-/usr/bin/python3}
if grep -q -m 1 -w avx512vl /proc/cpuinfo; then widths="512 256"; else widths="256"; fi

for width in ${VSML_WIDTHS:-$widths}; do
  unset ATEN_CPU_CAPABILITY
  case $width in
    512) flags="" ;;
    256) flags="-XX:UseAVX=2"; export ATEN_CPU_CAPABILITY=avx2 ;;
    128) flags="-XX:MaxVectorSize=16"; export ATEN_CPU_CAPABILITY=avx2 ;;
  esac
  vsml() {
    name=$1
    shift
    VSML_JVM="${VSML_JVM:-} $flags" "$home/vsml" "$@" --out "$folder/$width/$name"
  }
  dense=()
  convolution=()
  if [ -n "${VSML_PEER:-}" ]; then
    dense=(--peer "$VSML_PEER" --python "$python")
    convolution=(--peer "$home/bench/torch_vsml_convolution.py" --python "$python")
  fi
  few=(--rounds 3 --repeats 3 --warm-up 6)
  vsml dense-784 bench --inputs 784 --episodes 16 --engine cpu "${few[@]}" "${dense[@]}"
  vsml dense-96 bench --inputs 96 --episodes 16 --examples 20 --engine cpu "${few[@]}" "${dense[@]}"
  vsml convolution-16 bench --convolution --engine cpu --episodes 16 "${few[@]}" "${convolution[@]}"
  vsml convolution-4 bench --convolution --engine cpu --episodes 4 --threads 1 "${few[@]}" "${convolution[@]}"
  VSML_JVM="${VSML_JVM:-} $flags" "$home/bench/first-second.sh" >"$folder/$width/first-second.csv"
  VSML_JVM="${VSML_JVM:-} $flags" "$home/bench/meta-step.sh" >"$folder/$width/meta-step.txt"
  vsml latency latency --write "$folder/$width/streams"
  if [ -n "${VSML_HOEFFDING_TREE:-}" ]; then
    for stream in "$folder/$width"/streams/*.csv; do
      echo "$(basename "$stream" .csv),$(LEARNERS=hoeffding_tree "$home/bench/moa.sh" "$stream" 0 0 0 0 0 0 0 0 0 | tail -1)"
    done >"$folder/$width/hoeffding-tree.csv"
  fi
  vsml scaling scaling --engine cpu
done
