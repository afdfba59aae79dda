#!/usr/bin/env bash
# Runs a command beside a PostgreSQL of its own: tools/with_postgres.sh COMMAND [ARGUMENTS...]
#
# The server lives in a temporary folder, listens on a free port of the loopback address and asks for a password. The
# command finds it as OFFEX_TEST_POSTGRES. At the end, also by a signal, the server stops and the folder goes; the status is
# the command's. Without PostgreSQL (PG_BINDIR, or Debian's newest) it says so, and the command runs without the variable.
set -euo pipefail

if [ $# -eq 0 ]; then
  echo "usage: tools/with_postgres.sh COMMAND [ARGUMENTS...]" >&2
  exit 2
fi

find_programs() {
  local folder
  for folder in "${PG_BINDIR:-}" $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) "$(dirname "$(command -v initdb || true)")"; do
    if [ -n "$folder" ] && [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ]; then
      echo "$folder"
      return 0
    fi
  done
  return 1
}

# initdb and the server refuse to run as root.
as_owner() {
  if [ "$(id -u)" -eq 0 ]; then
    runuser -u postgres -- "$@"
  else
    "$@"
  fi
}

unset OFFEX_TEST_POSTGRES
if ! programs=$(find_programs) || { [ "$(id -u)" -eq 0 ] && ! id postgres >/dev/null 2>&1; }; then
  echo "with_postgres: PostgreSQL is not installed (apt-get install postgresql): running without it" >&2
  exec "$@"
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/offex_postgres.XXXXXX")
started=no
child=

cleanup() {
  trap - EXIT INT TERM HUP
  if [ -n "$child" ]; then
    kill -TERM "$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  fi
  if [ "$started" = yes ]; then
    (cd / && as_owner "$programs/pg_ctl" stop -D "$folder/data" -m immediate -w -s) >/dev/null 2>&1 || true
  fi
  rm -rf "$folder"
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

password=$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
(umask 077 && printf '%s\n' "$password" >"$folder/password")
if [ "$(id -u)" -eq 0 ]; then
  chown -R postgres "$folder"
fi

# The folder of the caller may be closed to the server's user.
server() { (cd / && as_owner "$@" </dev/null); }

if ! server "$programs/initdb" -D "$folder/data" -U postgres -A scram-sha-256 --pwfile="$folder/password" --encoding=UTF8 \
  --no-locale --no-sync >"$folder/log" 2>&1; then
  cat "$folder/log" >&2
  exit 1
fi
rm -f "$folder/password"

# Another process may take a port between our look and our use: try a few.
for _ in 1 2 3 4 5 6 7 8; do
  port=$((20000 + (0x$(od -An -N2 -tx1 /dev/urandom | tr -d ' \n') % 12000)))
  started=yes
  if server "$programs/pg_ctl" start -D "$folder/data" -w -s -t 60 -l "$folder/server.log" -o "-p $port -h 127.0.0.1 -k $folder -F \
-c full_page_writes=off -c synchronous_commit=off -c max_connections=200 -c max_wal_size=4GB" >/dev/null 2>&1; then
    break
  fi
  started=no
done
if [ "$started" = no ]; then
  echo "with_postgres: the server did not start:" >&2
  cat "$folder/server.log" >&2
  exit 1
fi

export OFFEX_TEST_POSTGRES="postgresql://postgres:$password@127.0.0.1:$port/postgres"
# In the background, so that a signal to this script is not kept waiting by the command.
"$@" <&0 &
child=$!
status=0
wait "$child" || status=$?
child=
exit "$status"
