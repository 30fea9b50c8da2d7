#!/bin/sh
# Makes a freshly installed root into the image of a droplet. Called by mmdebstrap with the root's path.
set -eu
root="$1"

write() {
  mkdir -p "$root$(dirname "$1")"
  cat >"$root$1"
}

# Every machine makes its own.
rm -f "$root"/etc/ssh/ssh_host_*
: >"$root/etc/machine-id"
rm -f "$root/var/lib/dbus/machine-id" "$root/etc/hostname"

# cloud-init writes for networkd and does not enable it. A container has no kernel of its own to load modules into.
systemctl --root="$root" enable systemd-networkd.service systemd-resolved.service
systemctl --root="$root" mask systemd-modules-load.service
ln -sf ../run/systemd/resolve/stub-resolv.conf "$root/etc/resolv.conf"

# On a real image these packages are not there yet: whoever configures a service also switches it on.
systemctl --root="$root" disable nginx.service redis-server.service fail2ban.service \
  certbot.timer podman-auto-update.timer podman-restart.service podman.socket

# Nobody asked for the database cluster that comes with the server's package.
chroot "$root" pg_dropcluster 17 main

# Without a controller for process counts in the kernel, podman starts nothing under its default limit.
write /etc/containers/containers.conf.d/50-sandbox.conf <<'TEXT'
[containers]
pids_limit = 0
TEXT

# There is no mirror in the sandbox. What is installed is what there is, and asking for more fails at once.
rm -f "$root"/etc/apt/sources.list.d/*
: >"$root/etc/apt/sources.list"
write /etc/apt/apt.conf.d/90-sandbox <<'TEXT'
Acquire::Retries "0";
TEXT

# The vendor's own data source asks the mainboard who made it, and a container has none. Addresses are there before
# cloud-init starts, as on a droplet.
write /etc/cloud/cloud.cfg.d/90-sandbox.cfg <<'TEXT'
datasource_list: [NoCloud]
datasource:
  NoCloud:
    seedfrom: http://169.254.169.254/nocloud/
network: {config: disabled}
# Root is the user of a droplet, as the vendor's images have it.
users: []
disable_root: false
TEXT
