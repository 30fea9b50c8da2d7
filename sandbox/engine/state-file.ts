import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { age } from "./age.ts";
import { Failure } from "./failure.ts";
import { readJson, writeWhole } from "./files.ts";
import { environmentPaths } from "./paths.ts";
import type { Sandbox } from "./sandbox.ts";

const checkpointSchema = z.object({
  version: z.number(),
  checkpoint: z.object({
    latest: z
      .object({
        manifest: z.object({ time: z.coerce.date() }).optional(),
        resources: z.array(z.unknown()).nullish(),
        pending_operations: z.array(z.unknown()).nullish(),
      })
      .nullish(),
  }),
});

/** A copy of a stack's state that can be read. */
interface GoodCopy {
  readonly path: string;
  readonly savedAt: Date;
  readonly resources: number;
}

/** Where the engine keeps an environment's state. */
export function stackFile({ project, state }: Sandbox, environment: string): string {
  return join(state.backend, ".pulumi/stacks", project.name, `${environment}.json`);
}

/** Puts the last good copy in the place of a state that cannot be read; returns what to tell, if anything was done. */
export function restoreDamagedState(sandbox: Sandbox, environment: string): string | undefined {
  const file = stackFile(sandbox, environment);
  if (!existsSync(file) || isReadable(file)) return undefined;
  const good = lastGoodCopy(sandbox, environment);
  if (!good) throw beyondRepair(file, environment);
  const damaged = `${file}.damaged`;
  writeWhole(damaged, readFileSync(file, "utf8"));
  writeWhole(file, readFileSync(good.path, "utf8"));
  return (
    `the state of ${environment} was damaged (kept as ${damaged}); restored from ${good.path}, saved ${age(good.savedAt)}, ` +
    `with ${good.resources} resources: what was made or generated after that may be missing in it`
  );
}

/**
 * Keeps a copy of the state as it is before an operation, away from the engine's own: on a full disk the engine puts
 * what it could write of a state, and of its copy, in the place of the whole ones.
 */
export function keepGoodCopy(sandbox: Sandbox, environment: string): void {
  const file = stackFile(sandbox, environment);
  if (readCopy(file)) writeWhole(ownCopy(sandbox, environment), readFileSync(file, "utf8"));
}

function ownCopy({ state }: Sandbox, environment: string): string {
  return join(environmentPaths(state.root, environment).root, "last-good.json");
}

/** Whether a run ended before it knew, or could write down, how something it had begun came out. */
export function hasUnfinishedOperations(sandbox: Sandbox, environment: string): boolean {
  const state = checkpointSchema.safeParse(readJson(stackFile(sandbox, environment))).data;
  return (state?.checkpoint.latest?.pending_operations ?? []).length > 0;
}

/** Whether the engine can at least tell what it is: what is whole but makes no sense is the engine's to refuse. */
function isReadable(file: string): boolean {
  return z.looseObject({}).safeParse(readJson(file)).success;
}

function beyondRepair(file: string, environment: string): Failure {
  return new Failure(
    `the state of ${environment} is damaged, and there is no good copy of it: ${file}`,
    "put a copy of your own in its place, or start anew: ./scripts/sandbox down",
  );
}

/**
 * The newest copy that can be read, of those the engine makes (the state before its last write, and the state at the end
 * of every run, twice) and the sandbox's own.
 */
function lastGoodCopy(sandbox: Sandbox, environment: string): GoodCopy | undefined {
  const { project, state } = sandbox;
  const folders = ["history", "backups"].map((kind) =>
    join(state.backend, ".pulumi", kind, project.name, environment),
  );
  const copies = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
    .filter((path) => path.endsWith(".json") && !path.endsWith(".history.json"));
  return [`${stackFile(sandbox, environment)}.bak`, ownCopy(sandbox, environment), ...copies]
    .map(readCopy)
    .filter((copy) => copy !== undefined)
    .sort((one, other) => other.savedAt.getTime() - one.savedAt.getTime())
    .at(0);
}

function readCopy(path: string): GoodCopy | undefined {
  const parsed = checkpointSchema.safeParse(readJson(path));
  if (!parsed.success) return undefined;
  const { manifest, resources } = parsed.data.checkpoint.latest ?? {};
  return { path, savedAt: manifest?.time ?? statSync(path).mtime, resources: resources?.length ?? 0 };
}
