#!/usr/bin/env bash
# Runs Node's tests, for ./scripts/test, which sets `root` and sources this.
set -euo pipefail

# Where the test files are listed that passed only when they were run a second time.
unstable_files="$(mktemp)"

run_tests() {
  "${root:?}/node_modules/.bin/node" --test "$@"
}

# For tests of real processes, machines and clocks, where a moment's load can be enough: files in which something failed are
# run a second time, alone. What fails again has failed; what passes is named as unstable, and is to be mended.
# Usage: run_live_tests PREPARE ARGUMENT...; PREPARE is a command that makes the place ready for the second run.
run_live_tests() {
  local prepare="$1" listed failed
  shift
  listed="$(mktemp)"
  if run_tests --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter="$root/tests/support/failed-files.ts" --test-reporter-destination="$listed" "$@"; then
    rm "$listed"
    return
  fi
  mapfile -t failed < <(sort --unique "$listed")
  rm "$listed"
  # Chance strikes here and there; what strikes everywhere is a fault.
  if ((${#failed[@]} < 1 || ${#failed[@]} > 3)); then return 1; fi
  printf '\n== once more, because something in them failed:\n' && printf '   %s\n' "${failed[@]}"
  "$prepare"
  run_tests --test-concurrency=1 "${failed[@]}" || return 1
  printf '%s\n' "${failed[@]}" >>"$unstable_files"
}

# Says which files were unstable, also where GitHub shows it beside the run.
tell_unstable_files() {
  local file
  while read -r file; do
    printf 'UNSTABLE: %s failed, and passed when it was run once more\n' "${file#"$root/"}"
    [ -z "${GITHUB_ACTIONS:-}" ] || printf '::warning file=%s::failed, and passed when it was run once more\n' "${file#"$root/"}"
  done <"$unstable_files"
  rm -f "$unstable_files"
}
