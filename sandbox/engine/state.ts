import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { stopCloud } from "./cloud.ts";
import { Failure } from "./failure.ts";
import { makeFolder, readJson, removeFolder, writeJson } from "./files.ts";
import { withLock } from "./lock.ts";
import { findMarked, mark, stop } from "./processes.ts";
import type { Sandbox } from "./sandbox.ts";
import { toolSchema } from "./tool.ts";

const markerSchema = z.object({ sandboxOf: z.string() });
const toolsSchema = z.object({ engine: toolSchema, objectStorage: toolSchema });

/** The programs a sandbox last worked with. */
export type Tools = z.infer<typeof toolsSchema>;

/** Whether this folder holds a sandbox. */
export function isUp({ state }: Sandbox): boolean {
  return markerSchema.safeParse(readJson(state.marker)).success;
}

/** Runs work that changes the sandbox, while no other run does; makes the state folder first. */
export async function withSandbox<T>(sandbox: Sandbox, purpose: string, work: () => Promise<T>): Promise<T> {
  const { project, state } = sandbox;
  makeFolder(state.root);
  if (!isUp(sandbox)) {
    refuseForeignFolder(sandbox);
    writeJson(state.marker, { sandboxOf: project.root });
  }
  return withLock(state.lock, { purpose }, work);
}

function refuseForeignFolder({ state }: Sandbox): void {
  const markerName = basename(state.marker);
  const foreign = readdirSync(state.root).filter((name) => !name.startsWith(markerName));
  if (foreign.length === 0) return;
  throw new Failure(
    `${state.root} already holds other files (${foreign.slice(0, 3).join(", ")}), so it is not used for a sandbox`,
    "set SANDBOX_STATE_DIR to a new or empty folder",
  );
}

/** Remembers how the programs were obtained, for `status`. */
export function recordTools({ state }: Sandbox, tools: Tools): void {
  writeJson(state.tools, tools);
}

/** The programs this sandbox last worked with, as far as they are known. */
export function recordedTools({ state }: Sandbox): Tools | undefined {
  const parsed = toolsSchema.safeParse(readJson(state.tools));
  return parsed.success ? parsed.data : undefined;
}

/** What taking a sandbox down did. */
export interface Removal {
  readonly processes: number;
  readonly folder: string;
}

/** Ends every process of the sandbox and removes its state; undefined when there is none. */
export async function removeSandbox(sandbox: Sandbox): Promise<Removal | undefined> {
  const { state } = sandbox;
  if (!existsSync(state.root)) return undefined;
  if (!isUp(sandbox)) {
    if (readdirSync(state.root).length > 0) refuseForeignFolder(sandbox);
    removeFolder(state.root);
    return { processes: 0, folder: state.root };
  }
  return withSandbox(sandbox, "taking the sandbox down", async () => {
    const engines = findMarked(mark(state.root, "engine"));
    await stop(engines);
    // The cloud first: it would miss its machines.
    const ended = await stopCloud(sandbox);
    const processes = engines.length + ended + (await sandbox.simulation.world.close(sandbox));
    // The marker last: a removal killed half way can still be told from somebody else's folder.
    for (const name of readdirSync(state.root)) {
      const path = join(state.root, name);
      if (path !== state.marker) removeFolder(path);
    }
    removeFolder(state.root);
    return { processes, folder: state.root };
  });
}
