import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { EngineShell, type Surroundings } from "../tests/support/engine-shell.ts";
import type { TestSandbox } from "../tests/support/sandbox.ts";

/** The repository: where the program is. */
export const root = resolve(import.meta.dirname, "..");

/** The engine set to work on one program of a sandbox. */
export interface Room {
  readonly shell: EngineShell;
  readonly surroundings: Surroundings;
  /** The file the program begins with. */
  readonly program: string;
}

/** Takes the policy pack away: programs are compared by what they take themselves. */
const unjudged = { PULUMI_OPTION_POLICY_PACK: undefined };

/**
 * This repository's program, with the settings of an environment.
 *
 * @param judged whether the policy pack judges it too
 */
export async function openRoom(sandbox: TestSandbox, environment: string, judged = false): Promise<Room> {
  const shell = await EngineShell.of(sandbox, environment);
  const variables = judged ? {} : unjudged;
  return { shell, surroundings: { folder: root, variables }, program: join(root, "index.ts") };
}

/**
 * A program without resources beside this repository's: same engine, packages, options and backend, a stack of its own.
 *
 * @param source the whole program
 */
export async function openEmptyRoom(sandbox: TestSandbox, name: string, source: string): Promise<Room> {
  const folder = join(sandbox.folder, name);
  mkdirSync(folder);
  const project = { name, runtime: { name: "nodejs", options: { typescript: false } } };
  writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify(project));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, type: "module", main: "index.ts" }));
  writeFileSync(join(folder, "index.ts"), source);
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const variables = { ...unjudged, PULUMI_STACK: name, PULUMI_OPTION_CONFIG_FILE: undefined };
  const room = {
    shell: await EngineShell.of(sandbox, "prod"),
    surroundings: { folder, variables },
    program: join(folder, "index.ts"),
  };
  await room.shell.run(
    { folder, variables: { ...variables, PULUMI_STACK: undefined } },
    "stack",
    "init",
    name,
  );
  await room.shell.run(room.surroundings, "up", "--yes", "--skip-preview");
  return room;
}
