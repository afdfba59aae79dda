#!/usr/bin/env bash
# Builds a preset and runs all its tests: tools/test.sh PRESET. The last line counts them.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=$1
results=$PWD/build/$preset/tests.xml
log=build/$preset/tests.log

python3 tools/check_floors.py
tools/build.sh "$preset"

rm -f "$results"
echo "testing build/$preset" >&2
status=0
ctest --preset "$preset" --parallel "${JOBS:-$(nproc)}" --output-junit "$results" >"$log" 2>&1 </dev/null || status=$?
if [ ! -f "$results" ]; then
  cat "$log" >&2
fi
python3 tools/count_tests.py --label "tests in build/$preset" "$results" || status=1
exit "$status"
