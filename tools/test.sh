#!/usr/bin/env bash
# Builds a preset and runs all its tests: tools/test.sh PRESET. The last line counts them.
#
# They run beside a PostgreSQL of their own. With the preset dev come the tests of the Python package, built as `pip install
# ./python` builds it, of the flows and of the notebooks.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=$1
results=$PWD/build/$preset/tests.xml
log=build/$preset/tests.log
python_results=$PWD/build/$preset/python_tests.xml
python_log=build/$preset/python_tests.log

python3 tools/check_floors.py
tools/build.sh "$preset"

rm -f "$results" "$python_results"
echo "testing build/$preset" >&2
status=0
tools/with_postgres.sh ctest --preset "$preset" --parallel "${JOBS:-$(nproc)}" --output-junit "$results" >"$log" 2>&1 \
  </dev/null || status=$?
if [ ! -f "$results" ]; then
  cat "$log" >&2
fi
files=("$results")
if [ "$preset" = dev ]; then
  files+=("$python_results")
  echo "testing the Python package" >&2
  # Without the package its tests count as one that failed.
  if tools/python.sh; then
    OFFEX_BIN=$PWD/build/$preset/offex tools/with_postgres.sh build/venv/bin/python -m pytest -q \
      --junitxml="$python_results" tests/python >"$python_log" 2>&1 </dev/null || status=$?
    if [ ! -f "$python_results" ]; then
      cat "$python_log" >&2
    fi
  fi
fi
python3 tools/count_tests.py --label "tests in build/$preset" "${files[@]}" || status=1
exit "$status"
