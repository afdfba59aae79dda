#!/usr/bin/env bash
# Runs every benchmark and keeps the numbers as JSON in out/bench: tools/bench.sh [BENCHMARK ARGUMENTS...]
set -euo pipefail
cd "$(dirname "$0")/.."

tools/build.sh bench
mkdir -p out/bench
shopt -s nullglob
for program in build/bench/benchmarks/offex_*_bench; do
  name=$(basename "$program")
  "$program" --benchmark_out="out/bench/$name.json" --benchmark_out_format=json "$@"
done
echo "bench: the numbers are in out/bench"
