#!/usr/bin/env bash
# Moves tables from one project's database to another's, from a host, in stages that each leave nothing half done. Comes
# through standard input, behind it: a line with the source's password, one with the target's, one with the certificate
# authority in base64, then the stage's own lines. Nothing secret is an argument.
# Usage: bash -s -- STAGE SOURCE-HOST PORT USER TARGET-HOST PORT USER [PG_DUMP-OPTION...]
#   kept     says when the dump was taken that is here, and prints its manifest; ends with 4 where there is none
#   dump     takes one, with its manifest, of one moment; the stage's own lines are the query of the manifest
#   load     loads it, all or nothing; the own lines are statements for before, a line with only ----, and those for after
#   forget   removes it
set -euo pipefail
umask 077

folder="$HOME/.local/state/insightpulse/scout"

main() {
  local stage="$1" authority
  source="host=$2 port=$3 user=$4 dbname=postgres"
  target="host=$5 port=$6 user=$7 dbname=postgres"
  shift 7
  IFS= read -r source_password
  IFS= read -r target_password
  IFS= read -r authority
  export PGCONNECT_TIMEOUT=15 PGSSLMODE=require
  work="$(mktemp -d)"
  trap 'rm -rf "$work"' EXIT
  if [ -n "$authority" ]; then
    base64 --decode <<<"$authority" >"$work/authority.pem"
    export PGSSLROOTCERT="$work/authority.pem" PGSSLMODE=verify-full
  fi
  case "$stage" in
    kept) kept ;;
    dump) dump "$@" ;;
    load) load ;;
    forget) rm -rf "$folder" ;;
    *) printf 'there is no stage %s\n' "$stage" >&2 && exit 2 ;;
  esac
}

kept() {
  [ -e "$folder/complete" ] || exit 4
  date --utc --reference="$folder/complete" +%Y-%m-%dT%H:%M:%SZ
  cat "$folder/manifest"
}

# The manifest is taken inside the snapshot that pg_dump sees, so that the two are of one moment.
dump() {
  rm -rf "$folder"
  mkdir -p "$folder"
  cat >"$work/manifest.sql"
  printf '%s\n' "$@" >"$work/options"
  export PGPASSWORD="$source_password" SOURCE="$source" WORK="$work" FOLDER="$folder"
  psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --set=VERBOSITY=terse --tuples-only --no-align \
    --file=- "$source" >/dev/null <<'SQL'
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT pg_export_snapshot() AS snapshot \gset
\setenv SNAPSHOT :snapshot
\! xargs --delimiter='\n' --arg-file="$WORK/options" pg_dump --format=custom --compress=1 --no-owner --no-privileges --snapshot="$SNAPSHOT" --file="$WORK/dump" --dbname="$SOURCE" </dev/null && mv "$WORK/dump" "$FOLDER/dump"
\set manifest `echo "$FOLDER/manifest"`
\set query `echo "$WORK/manifest.sql"`
\o :manifest
\i :query
\o
COMMIT;
SQL
  [ -s "$folder/dump" ] || { printf 'pg_dump has made no dump\n' >&2; exit 1; }
  # Last: with it the dump is whole.
  touch "$folder/complete"
  stat --format=%s "$folder/dump"
}

load() {
  local line
  while IFS= read -r line && [ "$line" != "----" ]; do printf '%s\n' "$line"; done >"$work/before.sql"
  cat >"$work/after.sql"
  # An older server does not know the newest setting; nothing of the data depends on it.
  pg_restore --no-owner --no-privileges --file=- "$folder/dump" | sed '/^SET transaction_timeout = 0;$/d' >"$work/tables.sql"
  PGPASSWORD="$target_password" psql --no-psqlrc --quiet --single-transaction --output=/dev/null \
    --set=ON_ERROR_STOP=1 --set=VERBOSITY=terse \
    --file="$work/before.sql" --file="$work/tables.sql" --file="$work/after.sql" "$target"
}

# On one line: the shell reads it whole before it runs, so that what follows is left for the stages.
main "$@"; exit
