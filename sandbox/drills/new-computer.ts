import { rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { Failure } from "../engine/failure.ts";
import { makeFolder } from "../engine/files.ts";
import type { Sandbox } from "../engine/sandbox.ts";
import type { EngineVariables } from "../engine/variables.ts";
import { Operator } from "./operator.ts";

/**
 * What the sandbox's shells know and such a computer does not: the stack's passphrase, its settings with their secrets, and that
 * there is a stack.
 */
const unknown: ReadonlySet<string> = new Set([
  "PULUMI_CONFIG_PASSPHRASE_FILE",
  "PULUMI_OPTION_CONFIG_FILE",
  "PULUMI_STACK",
]);

/**
 * Somebody at a computer that has nothing but a fresh clone of the repository, an empty home, and a token and a key of Spaces that the
 * account's owner has just made. Three things stand for downloads, and are this computer's own: the packages of package-lock.json,
 * the engine, and its plugins.
 */
export async function newComputer(sandbox: Sandbox, { path, variables }: EngineVariables): Promise<Operator> {
  const { project, state } = sandbox;
  const root = join(state.root, "new-computer");
  rmSync(root, { recursive: true, force: true });
  const [home, folder] = [makeFolder(join(root, "home")), join(root, "repository")];
  const { exitCode, stderr } = await execa("git", ["clone", "--quiet", "--no-local", project.root, folder], {
    reject: false,
  });
  if (exitCode !== 0) throw new Failure(`${project.root} cannot be cloned: ${stderr.trim()}`);
  symlinkSync(join(project.root, "node_modules"), join(folder, "node_modules"));
  const known = Object.entries(variables).filter(([name]) => !unknown.has(name));
  const own = { HOME: home, LANG: "C.UTF-8", PATH: [...path, process.env.PATH ?? ""].join(":") };
  return new Operator(sandbox, {
    ...{ name: "new-computer", folder },
    variables: { ...Object.fromEntries(known), ...own },
  });
}

/** The home of whoever sits there. */
export function homeThere({ state }: Sandbox): string {
  return join(state.root, "new-computer/home");
}

/** The settings file that was written there. */
export function settingsThere({ state }: Sandbox, environment: string): string {
  return join(state.root, "new-computer/repository", `Pulumi.${environment}.yaml`);
}
