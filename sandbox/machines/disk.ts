import { chmodSync, existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { makeFolder, readText, removeFolder, writeWhole } from "../engine/files.ts";
import { run } from "./namespaces.ts";

/**
 * A machine's disk. Either what differs from the base root, laid over it when the machine boots, or, where the file system
 * cannot carry such a layer, a whole copy. What containers keep lies beside it in a folder of its own, because podman
 * lays its own layers there, and the kernel does not stack them on ours.
 *
 * | in the machine's folder | |
 * | --- | --- |
 * | `base` | link to the base root that the disk was made for |
 * | `disk/upper`, `work` | the layer, and what the kernel needs for it |
 * | `disk/copy` | the copy, instead of both |
 * | `disk/containers` | `/var/lib/containers` |
 * | `root` | where the machine's own processes find it all together |
 */
export interface Disk {
  /** Folder through which files of the machine can be changed while it is off. */
  readonly writable: string;
  readonly layered: boolean;
}

const layer = (machine: string) => join(machine, "disk/upper");
const copy = (machine: string) => join(machine, "disk/copy");

/** The disk that a machine's folder holds; undefined when it has none. */
export function openDisk(machine: string): Disk | undefined {
  if (existsSync(layer(machine))) return { writable: layer(machine), layered: true };
  if (existsSync(copy(machine))) return { writable: copy(machine), layered: false };
  return undefined;
}

/** What a disk is made of. */
export interface DiskSource {
  readonly base: string;
  /** Folder of the snapshot whose contents it begins with, instead of the base alone. */
  readonly snapshot?: string | undefined;
  /** Writes into the disk before anybody can take it for a finished one. */
  prepare(writable: string): void;
}

/** Makes a machine's disk anew; what was on it is gone. */
export async function makeDisk(machine: string, { base, snapshot, prepare }: DiskSource): Promise<Disk> {
  removeFolder(join(machine, "disk"));
  removeFolder(join(machine, "work"));
  removeFolder(join(machine, "base"));
  const half = join(machine, "disk.half");
  removeFolder(half);
  if (snapshot === undefined) await makeEmpty(half, base);
  else await copyTree(join(snapshot, "disk"), half);
  const root = snapshot === undefined ? base : (readText(join(snapshot, "base")) ?? base);
  symlinkSync(root, join(machine, "base"));
  for (const name of ["work", "root"]) makeFolder(join(machine, name));
  prepare(join(half, existsSync(join(half, "upper")) ? "upper" : "copy"));
  // In place by one step: a machine has a whole disk or none.
  await run("mv", [half, join(machine, "disk")]);
  const disk = openDisk(machine);
  if (!disk) throw new Error(`${machine} has no disk after making one`);
  return disk;
}

async function makeEmpty(folder: string, base: string): Promise<void> {
  makeFolder(join(folder, "containers"));
  if (await canLayer(folder, base)) {
    // What users inside see as `/`, whatever mask this process has.
    mkdirSync(join(folder, "upper"));
    chmodSync(join(folder, "upper"), 0o755);
  } else {
    await copyTree(base, join(folder, "copy"));
  }
}

/** Keeps what is on the disk now under another folder, together with the base it belongs to. */
export async function copyDisk(machine: string, snapshot: string): Promise<void> {
  const half = `${snapshot}.half`;
  removeFolder(half);
  makeFolder(half);
  await copyTree(join(machine, "disk"), join(half, "disk"));
  writeWhole(join(half, "base"), await run("readlink", [join(machine, "base")]));
  removeFolder(snapshot);
  await run("mv", [half, snapshot]);
}

/** With owners, times, links and the attributes by which the kernel marks what was deleted. */
async function copyTree(from: string, to: string): Promise<void> {
  await run("cp", ["--archive", "--reflink=auto", "--no-target-directory", from, to]);
}

/** Whether the file system here can carry a layer: some cannot, overlay itself among them. Asked by doing it. */
async function canLayer(folder: string, base: string): Promise<boolean> {
  const probe = join(folder, "probe");
  for (const name of ["upper", "work", "root"]) makeFolder(join(probe, name));
  symlinkSync(base, join(probe, "base"));
  // Relative paths: a comma or colon in the state folder's own path would mean something else to mount.
  const options = "lowerdir=base,upperdir=upper,workdir=work";
  const script = `mount -t overlay probe -o ${options} root && rm root/etc/debian_version && mkdir root/opt/probe`;
  const command = ["--mount", "--propagation", "private", "sh", "-c", script];
  const result = await execa("unshare", command, { cwd: probe, reject: false });
  removeFolder(probe);
  return !result.failed;
}
