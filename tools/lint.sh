#!/usr/bin/env bash
# Checks the text of the project, in this order unless steps are named:
#
#   tools/lint.sh [floors] [format] [headers] [tidy]
#
# floors    every include points down           headers   every public header compiles alone
# format    clang-format has nothing to change  tidy      clang-tidy has nothing to say (TIDY=REGEX: only those files)
#
# `tools/lint.sh fix` formats in place.
set -euo pipefail
cd "$(dirname "$0")/.."

sources() {
  local folders=() folder
  for folder in include src tests benchmarks fuzz python; do
    [ -d "$folder" ] && folders+=("$folder")
  done
  find "${folders[@]}" \( -name '*.hpp' -o -name '*.cpp' \) -print0
}

floors() { python3 tools/check_floors.py; }

format() {
  local wrong
  # One line per file is enough: the cure is the same for all.
  wrong=$(sources | xargs -0 -r clang-format-19 --dry-run 2>&1 | sed -n 's/^\([^ :]*\):[0-9]*:[0-9]*: .*/\1/p' | sort -u)
  if [ -n "$wrong" ]; then
    printf '%s: not formatted\n' $wrong >&2
    echo "format: run 'make format'" >&2
    return 1
  fi
  echo "format: clean"
}

fix() { sources | xargs -0 -r clang-format-19 -i; }

headers() {
  tools/build.sh dev all_verify_interface_header_sets
  echo "headers: each compiles alone"
}

tidy() {
  local log status=0
  log=$(mktemp)
  # Headers are judged through the sources that include them, not once more on their own.
  { cmake --preset tidy >"$log" &&
    run-clang-tidy-19 -p build/tidy -quiet -j "${JOBS:-$(nproc)}" "${TIDY:-^$PWD/(src|tests|fuzz|benchmarks)/}" >"$log"; } \
    2>&1 || status=1
  if [ "$status" -eq 0 ]; then
    echo "tidy: clean"
  else
    grep -vE '^(clang-tidy-19|\[ *[0-9]+/[0-9]+\]|[0-9]+ warnings? |Running clang-tidy)' "$log" | cat -s >&2 || true
  fi
  rm -f "$log"
  return "$status"
}

steps=("$@")
[ $# -gt 0 ] || steps=(floors format headers tidy)
for step in "${steps[@]}"; do
  case $step in
    floors | format | headers | tidy | fix) "$step" ;;
    *) sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done
