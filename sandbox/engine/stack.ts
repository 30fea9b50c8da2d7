import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { Failure } from "./failure.ts";
import { makeFolder, readJson, readText, writeJson, writeWhole } from "./files.ts";
import { type EnvironmentPaths, environmentPaths } from "./paths.ts";
import { findMarked, mark, stop } from "./processes.ts";
import type { Droplets, Sandbox, SandboxKeys } from "./sandbox.ts";
import { sandboxConfig, secretKeys } from "./stack-config.ts";
import { stackFile } from "./state-file.ts";
import type { Report, Tool } from "./tool.ts";
import { childEnvironment, stackVariables } from "./variables.ts";

/** Long enough for the engine to finish the operations it has begun and to write its state. */
const gracefulEndMs = 60_000;

/** Ends an engine whose run was killed: asked politely, it finishes what it has begun and keeps its state whole. */
export async function endAbandonedEngine({ state }: Sandbox, report: Report): Promise<void> {
  const left = findMarked(mark(state.root, "engine"));
  if (left.length === 0) return;
  report("ending what a killed run left");
  await stop(left, { first: "SIGINT", graceMs: gracefulEndMs });
}

/** What the stack's settings and secrets have to fit in this sandbox. */
export interface Here {
  readonly droplets: Droplets;
  readonly keys: SandboxKeys;
}

/** Makes the stack ready for the engine: passphrase, settings, secrets, the stack itself. */
export async function prepareStack(
  sandbox: Sandbox,
  environment: string,
  engine: Tool,
  { droplets, keys }: Here,
  report: Report,
): Promise<void> {
  const { project, state } = sandbox;
  const paths = environmentPaths(state.root, environment);
  makeFolder(paths.root);
  makeFolder(state.backend);
  if (readText(state.passphrase) === undefined)
    writeWhole(state.passphrase, `${randomBytes(24).toString("hex")}\n`);
  writeWhole(paths.project, `${JSON.stringify({ name: project.name, runtime: "nodejs" })}\n`);
  await writeSettings(sandbox, environment, paths, droplets);
  // Never in the project's folder: making a stack writes its key into the settings file lying there.
  const pulumi = (args: string[], input?: string) => runPulumi(sandbox, environment, engine, args, input);
  if (!existsSync(stackFile(sandbox, environment))) {
    report("making the stack");
    await pulumi(["stack", "select", environment, "--create"]);
  }
  await setSecrets(sandbox, environment, keys, (name, value) => {
    report(`setting secret ${name}`);
    return pulumi(["config", "set", "--secret", `${project.name}:${name}`], value);
  });
}

async function writeSettings(
  { project, state }: Sandbox,
  environment: string,
  paths: EnvironmentPaths,
  droplets: Droplets,
): Promise<void> {
  const file = project.settingsFile(environment);
  const repository = readText(file);
  if (repository === undefined)
    throw new Failure(`there are no settings for ${environment}: ${file} is missing`);
  const previous = readText(paths.config);
  const here = await project.settingsHere(environment, droplets, state);
  const text = sandboxConfig({ repository, previous, here });
  if (text !== previous) writeWhole(paths.config, text);
}

/** Values go to the engine by its standard input: everyone on the machine can read a command's arguments. */
async function setSecrets(
  { project, state }: Sandbox,
  environment: string,
  keys: SandboxKeys,
  set: (name: string, value: string) => Promise<unknown>,
): Promise<void> {
  const paths = environmentPaths(state.root, environment);
  const wanted = project.secretsFor(environment);
  const stored = z.record(z.string(), z.string()).safeParse(readJson(paths.secrets));
  const values = stored.success ? stored.data : {};
  const made = wanted.filter(({ name }) => values[name] === undefined);
  for (const { name, makeValue } of made) values[name] = makeValue(keys);
  if (made.length > 0) writeJson(paths.secrets, values);
  const present = secretKeys(readText(paths.config) ?? "");
  for (const { name } of wanted) {
    const value = values[name];
    if (value !== undefined && !present.has(`${project.name}:${name}`)) await set(name, value);
  }
}

/** Runs a short engine command in the environment's own folder and returns what it printed. */
async function runPulumi(
  sandbox: Sandbox,
  environment: string,
  engine: Tool,
  args: readonly string[],
  input = "",
): Promise<string> {
  const result = await execa(join(engine.folder, "pulumi"), [...args, "--non-interactive"], {
    cwd: environmentPaths(sandbox.state.root, environment).root,
    env: childEnvironment(stackVariables(sandbox, environment, engine)),
    extendEnv: false,
    input,
    reject: false,
  });
  if (result.failed) {
    throw new Failure(
      `pulumi ${args.slice(0, 2).join(" ")} failed:\n${result.stderr || result.shortMessage}`,
    );
  }
  return result.stdout;
}

/** Whether this environment's stack has been made. */
export function stackExists(sandbox: Sandbox, environment: string): boolean {
  return existsSync(stackFile(sandbox, environment));
}

/** The stack as the engine exports it, secrets encrypted unless they are asked for. */
export async function exportStack(
  sandbox: Sandbox,
  environment: string,
  engine: Tool,
  secrets: "encrypted" | "plain" = "encrypted",
): Promise<unknown> {
  const shown = secrets === "plain" ? ["--show-secrets"] : [];
  return JSON.parse(await runPulumi(sandbox, environment, engine, ["stack", "export", ...shown]));
}

/** One output of a stack, in plain text also where it is a secret. */
export async function readOutput(
  sandbox: Sandbox,
  environment: string,
  engine: Tool,
  name: string,
): Promise<string> {
  const words = ["stack", "output", name, "--show-secrets"];
  return runPulumi(sandbox, environment, engine, words);
}

/** Puts an exported and corrected state back. */
export async function replaceStack(
  sandbox: Sandbox,
  environment: string,
  engine: Tool,
  exported: unknown,
): Promise<void> {
  await runPulumi(sandbox, environment, engine, ["stack", "import"], JSON.stringify(exported));
}

/** Takes the protection off every resource, in the state alone: the next `up` puts it back. */
export async function unprotectAll(sandbox: Sandbox, environment: string, engine: Tool): Promise<void> {
  await runPulumi(sandbox, environment, engine, ["state", "unprotect", "--all", "--yes"]);
}

/** Takes away the lock of an engine that was killed. */
export async function releaseLock(sandbox: Sandbox, environment: string, engine: Tool): Promise<void> {
  await runPulumi(sandbox, environment, engine, ["cancel", "--yes"]);
}
