#!/usr/bin/env bash
# Runs every benchmark, keeps the numbers in out/bench and ends with one table: tools/bench.sh [BENCHMARK ARGUMENTS...]
# OFFEX_BENCH_SCALE=0.1 measures a tenth of the days. Then those of the Python package; PostgreSQL is one of its own.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -z "${OFFEX_BENCH_SERVED:-}" ]; then
  OFFEX_BENCH_SERVED=1 exec tools/with_postgres.sh "$PWD/tools/bench.sh" "$@"
fi

tools/build.sh bench
mkdir -p out/bench
rm -f out/bench/*.json
shopt -s nullglob
failed=0
for program in build/bench/benchmarks/offex_*_bench; do
  name=$(basename "$program")
  "$program" --benchmark_out="out/bench/$name.json" --benchmark_out_format=json --benchmark_min_time=0.3 "$@" || failed=1
done
echo
echo "scale ${OFFEX_BENCH_SCALE:-1}, $(nproc) cores, load $(cut -d' ' -f1-3 /proc/loadavg); DuckDB on one thread"
tools/bench_summary.py out/bench/*.json | tee out/bench/summary.txt
tools/python.sh
export OFFEX_BIN=$PWD/build/bench/offex
build/venv/bin/python python/benchmarks/bench.py | tee out/bench/python.txt || failed=1
build/venv/bin/python python/benchmarks/push.py | tee out/bench/push.txt || failed=1
echo "bench: the numbers are in out/bench"
exit $failed
