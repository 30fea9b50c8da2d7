import { type Dirent, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { Failure } from "./failure.ts";
import { mark, markVariable } from "./processes.ts";
import type { Report } from "./tool.ts";

/** One command that may take minutes. */
export interface LongCommand {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly folder?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** Whose process this is, so that a later run finds it when this one is killed. */
  readonly cache: string;
  readonly report: Report;
  /** Give up when none of these folders has grown for so long: a dead network looks the same as a slow one. */
  readonly stall?: { readonly folders: readonly string[]; readonly afterMs: number };
}

/** Files the builds and downloads leave are the user's own, as if made by hand: the sandbox's strict mask is lifted. */
const ordinaryMask = 0o022;
const keptLines = 40;
const interruptedStatus = 130;

/** Runs a command to its end, passing each line of its output on; a failure says what was printed last. */
export async function runLong(task: LongCommand): Promise<void> {
  const strictMask = process.umask(ordinaryMask);
  const child = execa(task.command, task.arguments, {
    ...(task.folder === undefined ? {} : { cwd: task.folder }),
    env: { ...task.variables, [markVariable]: mark(task.cache, "build") },
    all: true,
    buffer: false,
    detached: true,
    reject: false,
    stdin: "ignore",
  });
  process.umask(strictMask);
  const end = (name: NodeJS.Signals) => child.pid !== undefined && endGroup(child.pid, name);
  // A child in a group of its own gets no Ctrl-C from the terminal, and none of this runs when a signal ends us.
  const onExit = () => end("SIGTERM");
  const onSignal = () => process.exit(interruptedStatus);
  process.on("exit", onExit);
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  const stalled = watchForStall(task, () => end("SIGKILL"));
  const tail: string[] = [];
  try {
    for await (const line of child.iterable({ from: "all" })) {
      const text = String(line).trim();
      if (text === "") continue;
      tail.push(text);
      if (tail.length > keptLines) tail.shift();
      task.report(text);
    }
    const result = await child;
    if (stalled.happened()) throw new Failure(`no progress for ${(task.stall?.afterMs ?? 0) / 1000} s`);
    if (result.failed) {
      const reason = tail.length > 0 ? tail.join("\n") : result.shortMessage;
      throw new Failure(`${task.command} ${task.arguments.join(" ")} failed:\n${reason}`);
    }
  } finally {
    stalled.stop();
    process.off("exit", onExit);
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}

/** A detached child leads a process group of its own, so its children end with it. */
function endGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch {
    // It has ended.
  }
}

function watchForStall({ stall }: LongCommand, onStall: () => void) {
  if (!stall) return { happened: () => false, stop: () => {} };
  let bytes = -1;
  let grownAt = Date.now();
  let happened = false;
  const timer = setInterval(() => {
    const now = stall.folders.reduce((sum, folder) => sum + size(folder), 0);
    if (now !== bytes) {
      bytes = now;
      grownAt = Date.now();
    } else if (Date.now() - grownAt >= stall.afterMs) {
      happened = true;
      onStall();
    }
  }, 500);
  return { happened: () => happened, stop: () => clearInterval(timer) };
}

/** Bytes in all files of a folder. */
function size(folder: string): number {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch {
    return 0;
  }
  return entries
    .filter((entry) => entry.isFile())
    .reduce(
      (sum, entry) =>
        sum + (statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
}
