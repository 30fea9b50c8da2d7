#!/bin/sh
# Runs one machine until it is switched off, and again when it reboots. Called in the machine's folder and in a mount
# namespace of its own, so that no mount outlives it:
#   supervise.sh NAME HOSTNAME BOOT-GROUP [GROUP...]
set -eu
umask 022
name="$1" hostname="$2" boot="$3"
shift 3

# Into its control groups first: whatever is started from here on ends with them.
for group in "$@"; do echo $$ >"$group/cgroup.procs"; done
rm -f switched-off

if [ -d disk/upper ]; then
  mount -t overlay machine -o lowerdir=base,upperdir=disk/upper,workdir=work root
else
  mount --bind disk/copy root
fi
mkdir -p root/var/lib/containers
mount --bind disk/containers root/var/lib/containers

# The container gets a group of its own below ours. Its system needs the kernel's keyrings, and podman bpf.
start() {
  echo 0 >"$boot/cgroup.procs"
  exec env SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 SYSTEMD_NSPAWN_LOCK=0 systemd-nspawn --quiet --boot \
    --directory=root --machine="$name" --hostname="$hostname" --network-namespace-path="/run/netns/$name" \
    --register=no --keep-unit --kill-signal=SIGRTMIN+4 --console=read-only \
    --capability=all --system-call-filter='@keyring bpf' \
    --resolv-conf=off --timezone=off --link-journal=no
}

while true; do
  status=0
  (start) || status=$?
  # What nspawn ends with when the system inside asked for a reboot.
  if [ "$status" -ne 133 ]; then
    # Whoever finds this machine off can tell that it was meant to be.
    [ "$status" -ne 0 ] || touch switched-off
    exit "$status"
  fi
done
