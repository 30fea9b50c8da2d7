import { chownSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../../engine/failure.ts";
import { readText } from "../../engine/files.ts";

/** Where a program in the root sees the project's folder. */
export const projectFolderInside = "/srv";

/** Where it sees a PostgreSQL that is not the root's own. */
export const serverInside = "/opt";

/**
 * A command line that runs a program of the root as its user `postgres`, with the project's folder mounted. The mounts
 * are the program's own and end with it.
 *
 * @param server folder of another PostgreSQL, mounted too
 */
export function inRoot(
  root: string,
  projectFolder: string,
  command: readonly string[],
  server = "",
): string[] {
  const script = [
    `mount --bind "$2" "$1${projectFolderInside}"`,
    `{ [ -z "$3" ] || mount --bind "$3" "$1${serverInside}"; }`,
    'mount --rbind /dev "$1/dev"',
    "root=$1",
    "shift 3",
    'exec chroot "$root" setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"',
  ].join(" && ");
  const unshared = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"];
  return [...unshared, root, projectFolder, server, ...command];
}

/** Numbers of the user the servers run as, as the root has them. */
export function databaseUser(root: string): { readonly user: number; readonly group: number } {
  const line = (readText(join(root, "etc/passwd")) ?? "")
    .split("\n")
    .find((one) => one.startsWith("postgres:"));
  const [, , user, group] = line?.split(":") ?? [];
  if (user === undefined || group === undefined) throw new Failure(`${root} has no user postgres`);
  return { user: Number(user), group: Number(group) };
}

/** Gives files to the user the servers run as. */
export function giveToDatabase(root: string, ...paths: string[]): void {
  const { user, group } = databaseUser(root);
  for (const path of paths) chownSync(path, user, group);
}
