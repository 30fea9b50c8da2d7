#!/usr/bin/env bash
# Lets the deploy user into a host that was not made by this stack: the user, its key, and the files by which the host knows
# what that user may hand it. What is there already stays. Everything else about the user is the bundle's, from the first
# convergence on.
# Comes through standard input. In the lines behind it: the public key, then each file as its path, its mode and its
# content in base64. Usage: sudo bash -s -- USER
set -euo pipefail

main() {
  local user="$1" key home path mode content
  IFS= read -r key
  getent passwd "$user" >/dev/null || useradd --create-home --user-group --shell /bin/bash "$user"
  home="$(getent passwd "$user" | cut --delimiter=: --fields=6)"
  while read -r path mode content; do put "$path" "$mode" "$content"; done
  let_in "$user" "$home" "$key"
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
put() {
  local path="$1" mode="$2" draft
  draft="$(mktemp)"
  base64 --decode <<<"$3" >"$draft"
  case "$path" in /etc/sudoers.d/*) visudo --check --quiet --file="$draft" ;; esac
  install -D --owner=root --group=root --mode="$mode" "$draft" "$path"
  rm --force "$draft"
}

# On one line: the shell reads it whole before it runs, so that what follows is left for `read`.
main "$@"; exit
