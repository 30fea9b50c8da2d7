import { linkSync, renameSync, rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { age } from "./age.ts";
import { Failure, hasCode } from "./failure.ts";
import { readJson, writeJson } from "./files.ts";
import { identify, isRunning, type ProcessIdentity, processIdentitySchema } from "./processes.ts";

const ownerSchema = processIdentitySchema.extend({ purpose: z.string(), since: z.coerce.date() });
type Owner = z.infer<typeof ownerSchema>;

/** How to behave when someone else holds the lock. */
export interface LockOptions {
  /** What the holder does, for the message to whoever waits. */
  readonly purpose: string;
  /** How long to wait for the other run; without it, fail at once. */
  readonly waitMs?: number;
  /** Told once, when waiting begins. */
  readonly onWait?: (owner: ProcessIdentity & { purpose: string }) => void;
}

/** Runs `work` while no other process holds the lock at `path`. A lock whose holder was killed does not count. */
export async function withLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  await acquire(path, options);
  const release = () => rmSync(path, { force: true });
  try {
    return await work();
  } finally {
    release();
  }
}

async function acquire(path: string, { purpose, waitMs = 0, onWait }: LockOptions): Promise<void> {
  const self = identify(process.pid);
  if (!self) throw new Error("this process does not find itself in the process table");
  const end = Date.now() + waitMs;
  let told = false;
  for (;;) {
    if (tryAcquire(path, { ...self, purpose, since: new Date() })) return;
    const owner = holder(path);
    if (owner && isRunning(owner)) {
      if (Date.now() >= end) throw busy(owner, path);
      if (!told) onWait?.(owner);
      told = true;
      await pause(200);
    } else {
      setAside(path);
    }
  }
}

function busy(owner: Owner, path: string): Failure {
  return new Failure(
    `another run is at work here: process ${owner.pid}, ${owner.purpose}, begun ${age(owner.since)} (lock ${path})`,
    "wait for it to end, or end it, and try again",
  );
}

/** Linking a finished file into place is the one step that is both atomic and fails when the lock is taken. */
function tryAcquire(path: string, owner: Owner): boolean {
  const draft = `${path}.${process.pid}`;
  writeJson(draft, owner);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function holder(path: string): Owner | undefined {
  const parsed = ownerSchema.safeParse(readJson(path));
  return parsed.success ? parsed.data : undefined;
}

/** Takes a dead run's lock away. Only one of several that try can rename it; a lock taken meanwhile is put back. */
function setAside(path: string): void {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
    const owner = holder(aside);
    if (owner && isRunning(owner)) linkSync(aside, path);
  } catch (error) {
    if (!hasCode(error, "ENOENT", "EEXIST")) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}
