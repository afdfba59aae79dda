#!/usr/bin/env bash
# Installs what offex needs and is not there yet, on Debian 12.
#
#   tools/setup.sh [lint] [fuzz]
#
# Packages come from Debian, DuckDB from npm by the lock file in deps/, and what the Python package, flows and notebooks are
# built and tested with from PyPI, by the requirements.txt of tests, flows and notebooks into build/venv. Of Debian's packages
# only majors are pinned, by name, because Debian removes old builds; build/setup-versions.txt records what was used. When
# nothing is missing this makes no call to the network, so the Makefile runs it before every target.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
  g++ cmake ninja-build ccache pkg-config git make python3 python3-dev python3-venv
  libsimdjson-dev libisal-dev libzip-dev libcli11-dev libtomlplusplus-dev libhowardhinnant-date-dev libfmt-dev libssl-dev
  libcurl4-openssl-dev libpq-dev libflatbuffers-dev gnuplot-nox fonts-dejavu-core
  libgtest-dev libgmock-dev libbenchmark-dev nlohmann-json3-dev tzdata isal time zip postgresql-15
)
for argument in "$@"; do
  case $argument in
    lint) packages+=(clang-19 clang-tidy-19 clang-format-19) ;;
    fuzz) packages+=(clang-19 libclang-rt-19-dev) ;;
    *) echo "usage: tools/setup.sh [lint] [fuzz]" >&2; exit 2 ;;
  esac
done

duckdb=deps/duckdb
duckdb_stamp=$duckdb/lock.sha256

say() { echo "setup: $*" >&2; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    say "must be root, or have sudo, to run: $*"
    exit 1
  fi
}

installed() { dpkg-query -W -f '${db:Status-Abbrev}${Package}\t${Version}\n' "$@" 2>/dev/null | sed -n 's/^ii *//p'; }

install_packages() {
  local missing
  missing=$(comm -13 <(installed "$@" | cut -f1 | sort -u) <(printf '%s\n' "$@" | sort -u))
  [ -n "$missing" ] || return 0
  # shellcheck disable=SC2086  # one word per package is meant
  set -- $missing
  say "installing $*"
  local log
  log=$(mktemp)
  if ! { as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } \
    >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    say "apt-get could not install: $*"
    exit 1
  fi
  rm -f "$log"
}

# The lock says what is fetched, this script what is kept of it: a change of either fetches again.
lock_digest() { cat deps/package-lock.json "$0" | sha256sum | cut -d' ' -f1; }

install_duckdb() {
  # Whoever brings a DuckDB of their own says so, here as to CMake.
  if [ "${OFFEX_SYSTEM_DUCKDB:-OFF}" = ON ]; then return 0; fi
  local digest
  digest=$(lock_digest)
  if [ -f "$duckdb_stamp" ] && [ "$(cat "$duckdb_stamp")" = "$digest" ]; then return 0; fi

  command -v npm >/dev/null || install_packages nodejs npm ca-certificates
  say "fetching DuckDB"
  local log
  log=$(mktemp)
  if ! (cd deps && npm ci --ignore-scripts --no-audit --no-fund) >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    say "npm could not fetch DuckDB"
    exit 1
  fi
  rm -f "$log"

  local modules=deps/node_modules libraries
  libraries=("$modules"/@duckdb/node-bindings-linux-*/libduckdb.so)
  if [ ! -f "${libraries[0]}" ]; then
    say "no DuckDB library is published for this machine ($(uname -sm)); install DuckDB 1.4 and set OFFEX_SYSTEM_DUCKDB=ON"
    exit 1
  fi
  rm -rf "$duckdb"
  mkdir -p "$duckdb/include" "$duckdb/lib"
  cp "${libraries[0]}" "$duckdb/lib/"
  cp "$modules/duckdb/src/duckdb/src/include/duckdb.h" "$duckdb/include/"
  cp "$modules/duckdb/LICENSE" "$duckdb/"
  rm -rf "$modules"
  # Written last, so that an interrupted run starts over.
  echo "$digest" >"$duckdb_stamp"
}

# The Python package, flows and notebooks are built and tested in build/venv, and some tests read our files with other
# people's code; without it they are skipped. So a failure is told once, not fatal.
install_references() {
  local requirements=({tests,flows,notebooks}/requirements.txt) venv=build/venv digest
  digest=$(cat "${requirements[@]}" flows/constraints.txt | sha256sum | cut -d' ' -f1)
  if [ "$(cat $venv/requirements.sha256 2>/dev/null)" = "$digest" ]; then return 0; fi
  if [ "$(cat $venv.failed 2>/dev/null)" = "$digest" ]; then return 0; fi
  say "fetching the Python packages of the tests"
  mkdir -p build
  rm -rf $venv
  local log
  log=$(mktemp)
  if python3 -m venv $venv >"$log" 2>&1 &&
    $venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --retries 1 --timeout 20 \
      --only-binary :all: "${requirements[@]/#/--requirement=}" >>"$log" 2>&1 </dev/null; then
    echo "$digest" >$venv/requirements.sha256
    rm -f $venv.failed
  else
    tail -n 3 "$log" >&2
    say "no Python packages: their tests will be skipped; to try again, remove $venv.failed"
    rm -rf $venv
    echo "$digest" >$venv.failed
  fi
  rm -f "$log"
}

record_versions() {
  local file=build/setup-versions.txt
  mkdir -p build
  {
    sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release
    installed "${packages[@]}" | sort -u
    printf 'duckdb\t%s\n' "$(sed -n 's/^#define DUCKDB_VERSION "\(.*\)"/\1/p;/"duckdb": "/s/[^0-9.]//gp' deps/package.json | head -n 1)"
  } >"$file.new"
  mv "$file.new" "$file"
}

install_packages "${packages[@]}"
install_duckdb
install_references
record_versions
