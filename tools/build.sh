#!/usr/bin/env bash
# Configures and builds a preset: tools/build.sh PRESET [TARGET...]. Prints little unless something is wrong.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=$1
shift
log=$(mktemp)
trap 'rm -f "$log"' EXIT

if ! cmake --preset "$preset" >"$log" 2>&1; then
  cat "$log" >&2
  exit 1
fi
# On a terminal Ninja keeps to one line; in a log only what is worth reading stays.
quiet=()
[ -t 1 ] || quiet=(--quiet)
echo "building build/$preset${*:+ ($*)}" >&2
cmake --build "build/$preset" ${1:+--target "$@"} -- "${quiet[@]}"
