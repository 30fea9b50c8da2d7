#!/usr/bin/env bash
# Lets the deploy user into a host that was not made by this stack: the user, its key, and sudo without a password. What is
# there already stays. Everything else about the user is the bundle's, from the first convergence on.
# Comes through standard input, the public key in the line behind it. Usage: sudo bash -s -- USER
set -euo pipefail

main() {
  local user="$1" key home
  IFS= read -r key
  getent passwd "$user" >/dev/null || useradd --create-home --user-group --shell /bin/bash "$user"
  home="$(getent passwd "$user" | cut --delimiter=: --fields=6)"
  let_in "$user" "$home" "$key"
  make_root "$user"
}

let_in() {
  local user="$1" keys="$2/.ssh/authorized_keys" key="$3"
  install --directory --owner="$user" --group="$user" --mode=0700 "${keys%/*}"
  [ -e "$keys" ] || install --owner="$user" --group="$user" --mode=0600 /dev/null "$keys"
  grep --quiet --line-regexp --fixed-strings -- "$key" "$keys" && return
  # A line that was left without its end must not swallow the key.
  [ -z "$(tail --bytes=1 "$keys")" ] || printf '\n' >>"$keys"
  printf '%s\n' "$key" >>"$keys"
  printf 'the deploy key opens %s\n' "$user"
}

# A fault in a file below /etc/sudoers.d locks everybody out of sudo, so it is judged before it is put there.
make_root() {
  local user="$1" file="/etc/sudoers.d/insightpulse-deploy" draft
  draft="$(mktemp)"
  printf '%s ALL=(ALL) NOPASSWD:ALL\n' "$user" >"$draft"
  visudo --check --quiet --file="$draft"
  install --owner=root --group=root --mode=0440 "$draft" "$file"
  rm --force "$draft"
}

# On one line: the shell reads it whole before it runs, so that what follows is left for `read`.
main "$@"; exit
