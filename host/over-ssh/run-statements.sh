#!/usr/bin/env bash
# Runs SQL statements in the database, from a host. Comes through standard input, behind it a line with the password, a
# line with the certificate authority in base64 (empty: nobody is verified), and then the statements: nothing secret is an
# argument, which every process on the host could read.
# Usage: bash -s -- HOST PORT USER [PSQL-OPTION...]
set -euo pipefail

main() {
  local host="$1" port="$2" user="$3" authority
  shift 3
  command -v psql >/dev/null || install_client </dev/null >&2
  IFS= read -r PGPASSWORD
  IFS= read -r authority
  export PGPASSWORD PGCONNECT_TIMEOUT=15 PGSSLMODE=require
  if [ -n "$authority" ]; then
    PGSSLROOTCERT="$(mktemp)"
    trap 'rm -f "$PGSSLROOTCERT"' EXIT
    base64 --decode <<<"$authority" >"$PGSSLROOTCERT"
    export PGSSLROOTCERT PGSSLMODE=verify-full
  fi
  # Terse: an error does not quote the statement it stands in.
  psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --set=VERBOSITY=terse --file=- "$@" \
    "host=$host port=$port user=$user dbname=postgres"
}

# A new droplet's cloud-init, and its first automatic upgrades, may be at apt at the same time.
install_client() {
  if command -v cloud-init >/dev/null; then cloud-init status --wait >/dev/null || true; fi
  sudo apt-get --quiet --quiet update
  sudo env DEBIAN_FRONTEND=noninteractive apt-get --quiet --quiet --option DPkg::Lock::Timeout=300 \
    install --yes --no-install-recommends postgresql-client
}

# On one line: the shell reads it whole before it runs, so that what follows is left for `read` and `psql`.
main "$@"; exit
