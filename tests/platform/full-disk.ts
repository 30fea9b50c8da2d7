import { type Platform, told } from "./support.ts";

/** Puts a small disk in the place of a folder on a host, with what is in it and no room for more, while something is done. */
export async function withFullDisk(
  platform: Platform,
  host: string,
  folder: string,
  work: () => Promise<void>,
): Promise<void> {
  const run = (script: string) => told(platform.inside(host, "bash", "-euc", script, "bash", folder));
  // What is in the folder may be secret: the copy is for root alone, and gone when the disk has it.
  await run(`kept="$(mktemp --directory /run/full-disk.XXXXXX)"
    trap 'rm -r "$kept"' EXIT
    cp --archive "$1/." "$kept/"
    mount -t tmpfs -o "size=$(($(du -sm "$kept" | cut -f1) + 4))m,mode=0755" full "$1"
    trap 'umount "$1"' ERR
    cp --archive "$kept/." "$1/"
    chmod 0755 "$1"
    dd if=/dev/zero "of=$1/.filling" bs=4k 2>/dev/null || true`);
  try {
    await work();
  } finally {
    await run('umount "$1"');
  }
}
