#!/bin/sh
# Runs a container: a copy of an image's files that is thrown away at its end, in a network namespace that a cable joins
# to the sandbox's. Called in new mount and network namespaces; what it mounts and makes there ends with the container.
# The container's configuration comes on standard input, since there are secrets in it: it lies in memory and nowhere else.
#
# Usage: contain.sh OUTSIDE FILES SCRATCH LINK ADDRESS GATEWAY
#   OUTSIDE  number of a process in the sandbox's network namespace
#   FILES    folder of the image's files
#   SCRATCH  folder that is free for it
#   LINK     name of the cable's end outside
#   ADDRESS  the container's own, whose way out is GATEWAY
set -eu
outside="$1" files="$2" scratch="$3" link="$4" address="$5" gateway="$6"

mount -t tmpfs -o mode=0700 tmpfs "$scratch"
mkdir "$scratch/changes" "$scratch/work" "$scratch/files"
mount -t overlay -o "lowerdir=$files,upperdir=$scratch/changes,workdir=$scratch/work" overlay "$scratch/files"
cat >"$scratch/config.json"
# The runtime wants to see one hierarchy of control groups, which it is told not to use; here it sees that one alone.
mount -t cgroup2 cgroup2 /sys/fs/cgroup

# One that was killed may have left its end for a moment.
nsenter --net="/proc/$outside/ns/net" ip link delete "$link" 2>/dev/null || true
ip -batch - <<LINES
link set lo up
link add eth0 type veth peer name $link netns $outside
address add $address/32 dev eth0
link set eth0 up
route add $gateway/32 dev eth0
route add default via $gateway
LINES
nsenter --net="/proc/$outside/ns/net" ip -batch - <<LINES
link set $link up
address replace $gateway/32 dev lo scope link
route replace $address/32 dev $link src $gateway
LINES

exec crun --root "$scratch/state" --cgroup-manager disabled run --bundle "$scratch" "$link"
