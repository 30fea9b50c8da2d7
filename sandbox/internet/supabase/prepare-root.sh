#!/bin/sh
# Makes the data folder that every database of the sandbox begins with. Called by mmdebstrap with the root's path.
set -eu
root="$1"

# As at Supabase: the superuser is the vendor's, and `postgres` is the owner's role with fewer rights.
chroot "$root" setpriv --reuid=postgres --regid=postgres --clear-groups \
  /usr/lib/postgresql/17/bin/initdb --pgdata=/var/lib/postgresql/template --username=supabase_admin \
  --auth=scram-sha-256 --auth-local=peer --encoding=UTF8 --locale=C.UTF-8 --no-sync --no-instructions
