import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { hasCode } from "./failure.ts";

/** Which process: a number alone is not enough, since the system uses numbers again. */
export const processIdentitySchema = z.object({
  pid: z.number().int().positive(),
  startedAt: z.string().min(1),
});

/** A process number together with when that process began. */
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

/** How the system is asked about processes; tests put their own answers in. */
export interface ProcessTable {
  /** A text that no two processes with the same number share, or undefined when there is no such process. */
  startedAt(pid: number): string | undefined;
}

/** Field 22 of a process's stat line: its start in clock ticks since boot. The name in field 2 may hold anything. */
export function startTicks(stat: string): string | undefined {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}

function startedAtFromProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // A zombie is over: it runs nothing and holds nothing, it only waits for its parent to look.
    if (stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z")) return undefined;
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot}:${startTicks(stat)}`;
  } catch (error) {
    if (hasCode(error, "ENOENT", "ESRCH")) return undefined;
    throw error;
  }
}

function startedAtFromPs(pid: number): string | undefined {
  try {
    const text = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], {
      encoding: "utf8",
      env: { PATH: process.env.PATH, LC_ALL: "C" },
      stdio: ["ignore", "pipe", "ignore"],
    });
    return text.trim() || undefined;
  } catch {
    return undefined;
  }
}

/** This machine's processes: from /proc where there is one, else from `ps`. */
export const systemProcesses: ProcessTable = {
  startedAt: process.platform === "linux" ? startedAtFromProc : startedAtFromPs,
};

/** The identity of a running process, or undefined when it has ended. */
export function identify(pid: number, table: ProcessTable = systemProcesses): ProcessIdentity | undefined {
  const startedAt = table.startedAt(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

/** Whether this very process still runs: another one that got its number later does not count. */
export function isRunning(identity: ProcessIdentity, table: ProcessTable = systemProcesses): boolean {
  return table.startedAt(identity.pid) === identity.startedAt;
}

/** Variable by which every process a sandbox starts can be found again, also when its parent was killed. */
export const markVariable = "INSIGHTPULSE_SANDBOX_OWNER";

/** Text carried in `markVariable` by the processes that do `role` for the sandbox (or cache) in `folder`. */
export function mark(folder: string, role: "cloud" | "engine" | "build" | "machine" | "internet"): string {
  return `${folder}#${role}`;
}

/** All running processes that carry `markText`, whoever their parent is by now. */
export function findMarked(markText: string): ProcessIdentity[] {
  const pids = process.platform === "linux" ? markedInProc(markText) : markedInPs(markText);
  return pids
    .filter((pid) => pid !== process.pid)
    .map((pid) => identify(pid))
    .filter((identity) => identity !== undefined);
}

function markedInProc(markText: string): number[] {
  const wanted = `${markVariable}=${markText}`;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/environ`, "utf8").split("\0").includes(wanted);
      } catch {
        return false; // It ended meanwhile, or belongs to someone else.
      }
    })
    .map(Number);
}

function markedInPs(markText: string): number[] {
  const list = execFileSync("ps", ["-E", "-ww", "-x", "-o", "pid=,command="], { encoding: "utf8" });
  const wanted = `${markVariable}=${markText} `;
  return list
    .split("\n")
    .filter((line) => `${line} `.includes(wanted))
    .map((line) => Number.parseInt(line, 10));
}

/** Sends a signal to this very process; false when it has ended. */
export function signal(identity: ProcessIdentity, name: NodeJS.Signals): boolean {
  if (!isRunning(identity)) return false;
  try {
    process.kill(identity.pid, name);
    return true;
  } catch (error) {
    if (hasCode(error, "ESRCH")) return false;
    throw error;
  }
}

/** Waits until all have ended or the time is up; the ones that still run are returned. */
export async function waitForEnd(
  identities: ProcessIdentity[],
  deadlineMs: number,
): Promise<ProcessIdentity[]> {
  const end = Date.now() + deadlineMs;
  let running = identities.filter((identity) => isRunning(identity));
  while (running.length > 0 && Date.now() < end) {
    await pause(50);
    running = running.filter((identity) => isRunning(identity));
  }
  return running;
}

/** What was ended by force is gone at once, but for one that waits for a disk. */
const forcedEndMs = 30_000;

/** Ends processes: first asks each with `first`, and after `graceMs` no longer asks. */
export async function stop(
  identities: ProcessIdentity[],
  { first = "SIGTERM", graceMs = 5_000 }: { first?: NodeJS.Signals; graceMs?: number } = {},
): Promise<void> {
  for (const identity of identities) signal(identity, first);
  for (const stubborn of await waitForEnd(identities, graceMs)) signal(stubborn, "SIGKILL");
  await waitForEnd(identities, forcedEndMs);
}
