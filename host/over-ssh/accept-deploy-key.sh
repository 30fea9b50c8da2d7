#!/usr/bin/env bash
# Lets another deploy key in beside the one that is let in already, until the next convergence: that leaves only its own. Runs
# as the deploy user. Comes through standard input, the public key in the line behind it. Usage: bash -s
set -euo pipefail

main() {
  local key keys="$HOME/.ssh/authorized_keys"
  IFS= read -r key
  [[ "$key" == ssh-ed25519\ * ]] || {
    printf 'that is no public key of the kind the stack makes\n' >&2
    return 1
  }
  grep --quiet --line-regexp --fixed-strings -- "$key" "$keys" && return
  printf '%s\n' "$key" >>"$keys"
}

# On one line: the shell reads it whole before it runs, so that what follows is left for `read`.
main "$@"; exit
