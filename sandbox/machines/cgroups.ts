import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { hasCode } from "../engine/failure.ts";

/** Where this machine keeps its control groups: every hierarchy that is mounted, and the newer one among them. */
export interface Hierarchies {
  /** Mount point of cgroup2; undefined where there is none. */
  readonly unified: string | undefined;
  /** Mount points of the older hierarchies by controller, for example `memory`. */
  readonly older: Readonly<Record<string, string>>;
}

/** Reads the hierarchies from the text of /proc/self/mountinfo. */
export function parseHierarchies(mountinfo: string): Hierarchies {
  let unified: string | undefined;
  const older: Record<string, string> = {};
  for (const line of mountinfo.split("\n")) {
    const [before = "", after = ""] = line.split(" - ");
    const mountPoint = before.split(" ")[4] ?? "";
    const [type, , options = ""] = after.split(" ");
    if (type === "cgroup2") unified ??= mountPoint;
    if (type === "cgroup")
      for (const option of options.split(",")) if (!isFlag(option)) older[option] = mountPoint;
  }
  return { unified, older };
}

const isFlag = (option: string) => /^(rw|ro|xattr|relatime|release_agent=.*)$/.test(option);

export function hierarchies(): Hierarchies {
  return parseHierarchies(readFileSync("/proc/self/mountinfo", "utf8"));
}

/** What a machine may use. */
export interface Limits {
  readonly memoryMib: number;
  readonly vcpus: number;
}

/** A machine's group: whatever it starts is in it, however its parents end. */
export interface Group {
  /** Where the watcher, and then the container, put themselves before they start anything. */
  readonly watch: readonly string[];
  readonly boot: string;
}

const periodMicroseconds = 100_000;

/** Makes a machine's group, with its limits wherever the kernel has a controller that can hold them. */
export function makeGroup(name: string, limits: Limits): Group {
  const { unified, older } = hierarchies();
  if (unified === undefined) throw new Error("cgroup2 is not mounted");
  const folder = join(unified, name);
  // Processes stay in the two leaves: a group that holds processes itself cannot hand controllers on.
  for (const leaf of ["watch", "boot"]) mkdirSync(join(folder, leaf), { recursive: true });
  limitUnified(folder, limits);
  return { watch: [join(folder, "watch"), ...limitOlder(older, name, limits)], boot: join(folder, "boot") };
}

function limitUnified(folder: string, { memoryMib, vcpus }: Limits): void {
  for (const controller of ["memory", "cpu", "pids"]) {
    try {
      writeFileSync(join(folder, "cgroup.subtree_control"), `+${controller}`);
    } catch {
      // Not offered here: that limit is not held, as the sandbox's README says.
    }
  }
  const set = (file: string, value: string) => {
    if (existsSync(join(folder, file))) writeFileSync(join(folder, file), value);
  };
  set("memory.max", String(memoryMib * 2 ** 20));
  set("cpu.max", `${vcpus * periodMicroseconds} ${periodMicroseconds}`);
}

function limitOlder(older: Hierarchies["older"], name: string, { memoryMib, vcpus }: Limits): string[] {
  const settings: [string, string, string][] = [
    ["memory", "memory.limit_in_bytes", String(memoryMib * 2 ** 20)],
    ["cpu", "cpu.cfs_quota_us", String(vcpus * periodMicroseconds)],
  ];
  const joined: string[] = [];
  for (const [controller, file, value] of settings) {
    const mountPoint = older[controller];
    if (mountPoint === undefined) continue;
    const folder = join(mountPoint, name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, file), value);
    joined.push(folder);
  }
  return joined;
}

/** The process that is number one inside the machine; undefined while there is none. */
export function firstProcess(name: string): number | undefined {
  const file = join(hierarchies().unified ?? "", name, "boot/payload/init.scope/cgroup.procs");
  // Its helpers are in there too, each for a moment, and the kernel promises no order.
  return (read(file) ?? "").split("\n").filter(Boolean).map(Number).find(isFirst);
}

/** Whether a process is number one in the innermost namespace it is in. */
function isFirst(pid: number): boolean {
  return /^NSpid:.*\t1$/m.test(read(`/proc/${pid}/status`) ?? "");
}

/** Whether anything runs in a machine's group. */
export function isPopulated(name: string): boolean {
  return /populated 1/.test(read(join(hierarchies().unified ?? "", name, "cgroup.events")) ?? "");
}

/** Ends everything in a machine's group at once, as if the power went. */
export async function killGroup(name: string, deadlineMs = 60_000): Promise<void> {
  const { unified } = hierarchies();
  if (unified === undefined || !existsSync(join(unified, name))) return;
  const end = Date.now() + deadlineMs;
  while (isPopulated(name)) {
    writeFileSync(join(unified, name, "cgroup.kill"), "1");
    if (Date.now() > end) throw new Error(`processes of ${name} do not end`);
    await pause(20);
  }
}

/** Holds everything in a machine's group still while `work` runs, so that its disk is of one moment. */
export async function whileFrozen<T>(name: string, work: () => Promise<T>, deadlineMs = 60_000): Promise<T> {
  const folder = join(hierarchies().unified ?? "", name);
  const file = join(folder, "cgroup.freeze");
  if (!existsSync(file)) return work();
  writeFileSync(file, "1");
  try {
    // The kernel takes the wish at once, and each process stops where it next can.
    for (const end = Date.now() + deadlineMs; !isFrozen(folder); await pause(5))
      if (Date.now() > end) throw new Error(`processes of ${name} do not hold still`);
    return await work();
  } finally {
    writeFileSync(file, "0");
  }
}

function isFrozen(folder: string): boolean {
  return /frozen 1/.test(read(join(folder, "cgroup.events")) ?? "");
}

/** Removes a machine's group from every hierarchy; nothing may run in it any more. */
export function removeGroup(name: string): void {
  const { unified, older } = hierarchies();
  for (const mountPoint of new Set([unified ?? "", ...Object.values(older)]))
    removeTree(join(mountPoint, name));
}

/** Names of groups that begin so, in whatever hierarchy they are left. */
export function groupsNamed(prefix: string): string[] {
  const { unified, older } = hierarchies();
  const names = [...new Set([unified, ...Object.values(older)])]
    .filter((mountPoint) => mountPoint !== undefined)
    .flatMap((mountPoint) => readdirSync(mountPoint).filter((name) => name.startsWith(prefix)));
  return [...new Set(names)];
}

/** The files of a group cannot be removed, only groups, and the innermost first. */
function removeTree(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) removeTree(join(folder, entry.name));
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    // A group that goes away while it is read answers with ENODEV, a process with ESRCH.
    if (hasCode(error, "ENOENT", "ENODEV", "ESRCH")) return undefined;
    throw error;
  }
}
