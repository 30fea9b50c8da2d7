import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { age } from "./age.ts";
import { Failure } from "./failure.ts";
import { readJson } from "./files.ts";
import { identify } from "./processes.ts";
import type { Sandbox } from "./sandbox.ts";

const lockSchema = z.object({
  pid: z.number(),
  username: z.string().optional(),
  hostname: z.string().optional(),
  timestamp: z.coerce.date(),
});

/** The engine's lock on a stack. */
export interface StackLock {
  /** Who took it, and when, in words: `root@host (process 123), 12 minutes ago`. */
  readonly owner: string;
  /** The process while it is still at work. */
  readonly working: number | undefined;
}

/** The locks on an environment's stack; more than one only when two engines raced. */
export function stackLocks({ project, state }: Sandbox, environment: string): StackLock[] {
  const folder = join(state.backend, ".pulumi/locks/organization", project.name, environment);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => readLock(join(folder, name)) ?? []);
}

/** Undefined for one that was freed since it was listed. */
function readLock(path: string): StackLock | undefined {
  const lock = lockSchema.safeParse(readJson(path)).data;
  if (!lock) {
    const written = statSync(path, { throwIfNoEntry: false });
    // Killed before it had written its name.
    return written && { owner: `somebody, ${age(written.mtime)}`, working: undefined };
  }
  const { pid, username = "somebody", hostname = "this machine", timestamp } = lock;
  return {
    owner: `${username}@${hostname} (process ${pid}), ${age(timestamp)}`,
    working: isEngine(pid) ? pid : undefined,
  };
}

/** The lock that an engine left when it was killed outright. Fails when the holder of one is still at work. */
export function staleLock(sandbox: Sandbox, environment: string): StackLock | undefined {
  const locks = stackLocks(sandbox, environment);
  const held = locks.find(({ working }) => working !== undefined);
  if (!held) return locks[0];
  throw new Failure(
    `pulumi is at work on ${environment}: started by ${held.owner}`,
    `wait for it to end, or end it: kill -INT ${held.working}`,
  );
}

/** Looks at the name as well: the number of a killed engine may have gone to another program. */
function isEngine(pid: number): boolean {
  if (!identify(pid)) return false;
  const { stdout } = spawnSync("ps", ["-o", "comm=", "-p", String(pid)], { encoding: "utf8" });
  return stdout.includes("pulumi");
}
