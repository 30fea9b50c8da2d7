#!/bin/sh
# Fetches an image as any computer of the sandbox's network does: by name, with TLS verified. Called in a new mount
# namespace. Docker's configuration comes on standard input, since there is a login in it: it lies in memory and nowhere
# else.
#
# Usage: fetch-image.sh SCRATCH RESOLVER REFERENCE LAYOUT
#   SCRATCH    folder that is free for it
#   RESOLVER   file that says which name servers to ask
#   REFERENCE  the image's whole name
#   LAYOUT     folder that will hold the image, in the form of the OCI image layout
set -eu
scratch="$1" resolver="$2" reference="$3" layout="$4"

mount -t tmpfs -o mode=0700 tmpfs "$scratch"
cat >"$scratch/logins.json"
mount --bind "$resolver" /etc/resolv.conf
exec skopeo --insecure-policy copy --quiet --authfile "$scratch/logins.json" "docker://$reference" "oci:$layout:image"
