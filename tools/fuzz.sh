#!/usr/bin/env bash
# Runs every fuzz target for a while: tools/fuzz.sh [SECONDS] [TARGET...]. Inputs that reach new code are kept in
# fuzz/found/TARGET and tried again next time; an input that breaks a target is kept in fuzz/found/broken. What is worth
# keeping for good goes to fuzz/corpus/TARGET, which every test run replays.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-30}
shift || true
tools/build.sh fuzz

shopt -s nullglob
failed=0
ran=0
mkdir -p fuzz/found/broken
for program in build/fuzz/fuzz/*_fuzz; do
  target=$(basename "$program" _fuzz)
  if [ $# -gt 0 ] && [[ " $* " != *" $target "* ]]; then continue; fi
  mkdir -p "fuzz/found/$target"
  corpora=("fuzz/found/$target")
  [ -d "fuzz/corpus/$target" ] && corpora+=("fuzz/corpus/$target")
  log=fuzz/found/$target.log
  ran=$((ran + 1))
  if "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="fuzz/found/broken/$target-" "${corpora[@]}" >"$log" 2>&1 </dev/null; then
    echo "fuzz: $target held for $seconds s, $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs"
  else
    failed=$((failed + 1))
    tail -n 40 "$log" >&2
    echo "fuzz: $target BROKE, see $log and fuzz/found/broken" >&2
  fi
done
echo "fuzz: $ran targets, $failed broken"
[ "$failed" -eq 0 ] && [ "$ran" -gt 0 ]
