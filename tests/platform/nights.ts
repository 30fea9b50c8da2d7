/** What hosts do at a time of day, and what takes the place of a certificate that nobody trusts every quarter of an hour. */
const services = [
  ...["backup", "backup-copy", "backup-check", "backup-watch"],
  ...["alarm-drill", "obtain-certificate"],
];

/**
 * A command on a host, after which nothing of it comes by itself any more: at some times of day it would in the middle of a
 * test, find that there is no backup yet, fail, and tell people. The timers stay as they are, and whoever starts a service by
 * hand is served.
 */
export const withoutNights: readonly string[] = [
  ...["bash", "-euc"],
  // Only what a timer starts is told of it.
  `for name; do
    folder="/usr/local/lib/systemd/system/$name.service.d"
    mkdir -p "$folder"
    printf '[Service]\\nExecCondition=/bin/sh -c "test -z $$TRIGGER_UNIT"\\n' >"$folder/only-by-hand.conf"
  done
  systemctl daemon-reload`,
  ...["bash", ...services],
];
