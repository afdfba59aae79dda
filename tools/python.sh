#!/usr/bin/env bash
# Builds the Python package and installs it into build/venv: tools/python.sh [wheel]. With `wheel` the wheel also goes to
# dist/. Does nothing when nothing changed since.
#
# The flags are those of the release preset, so that ccache knows most of it; the build folder, build/wheel, stays.
set -euo pipefail
cd "$(dirname "$0")/.."

# The compiler under the name that the presets find, too: ccache tells c++ from g++.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1 CC=${CC:-cc} CXX=${CXX:-c++}
python=build/venv/bin/python
stamp=build/venv/offex.stamp
wheels=build/wheel-dist

say() { echo "python: $*" >&2; }

if ! "$python" -c "import nanobind, scikit_build_core" 2>/dev/null; then
  say "build/venv lacks what builds the package; run tools/setup.sh"
  exit 1
fi

inputs=(CMakeLists.txt cmake include src python tools/floors.txt tests/requirements.txt deps/duckdb)
if [ ! -f "$stamp" ] || ! ls "$wheels"/offex-*.whl >/dev/null 2>&1 ||
  [ -n "$(find "${inputs[@]}" -newer "$stamp" -print -quit)" ]; then
  say "building the wheel in build/wheel"
  log=$(mktemp)
  started=$(mktemp)
  trap 'rm -f "$log" "$started"' EXIT
  rm -rf "$wheels"
  if ! { "$python" -m pip wheel --quiet --disable-pip-version-check --no-build-isolation --no-deps --no-cache-dir \
    --wheel-dir "$wheels" --config-settings=cmake.define.OFFEX_DEVELOPER=ON ./python &&
    "$python" -m pip install --quiet --disable-pip-version-check --no-deps --no-index --force-reinstall \
      "$wheels"/offex-*.whl; } >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    say "the package could not be built"
    exit 1
  fi
  # As old as the start: what changes while it is built is built next time.
  touch -r "$started" "$stamp"
fi

if [ "${1:-}" = wheel ]; then
  mkdir -p dist
  cp "$wheels"/offex-*.whl dist/
  ls -l dist/offex-*.whl
fi
