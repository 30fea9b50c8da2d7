import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { Failure } from "./failure.ts";
import { makeFolder, readJson, readText, withWorkFolder, writeJson, writeWhole } from "./files.ts";
import { keptIn } from "./kept-settings.ts";
import { type EnvironmentPaths, environmentPaths } from "./paths.ts";
import { findMarked, mark, stop } from "./processes.ts";
import type { Droplets, Sandbox, SandboxKeys } from "./sandbox.ts";
import { hasKey, sandboxConfig, secretKeys, withSecretsOf } from "./stack-config.ts";
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

/** Makes the stack: passphrase, settings, values for its secrets, the stack itself. Its settings hold no secret yet. */
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
  makeSecretValues(sandbox, environment, keys);
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
  const text = sandboxConfig({ repository, previous, here, kept: keptIn(paths.keptSettings) });
  if (text !== previous) writeWhole(paths.config, text);
}

function makeSecretValues({ project, state }: Sandbox, environment: string, keys: SandboxKeys): void {
  const { secrets } = environmentPaths(state.root, environment);
  const values = secretValues(secrets);
  const made = project.secretsFor(environment).filter(({ name }) => values[name] === undefined);
  for (const { name, makeValue } of made) values[name] = makeValue(keys);
  if (made.length > 0) writeJson(secrets, values);
}

function secretValues(file: string): Record<string, string> {
  return z.record(z.string(), z.string()).safeParse(readJson(file)).data ?? {};
}

/**
 * Puts the secrets that are missing into the stack's settings, and returns how many those were. The engine takes one at a
 * time, and takes its time: each is encrypted into a copy of the settings, all at once, and the copies are put together.
 */
export async function setSecrets(sandbox: Sandbox, environment: string, engine: Tool): Promise<number> {
  const { project, state } = sandbox;
  const { config, root, secrets } = environmentPaths(state.root, environment);
  const values = secretValues(secrets);
  const before = readText(config) ?? "";
  const present = secretKeys(before);
  const missing = project
    .secretsFor(environment)
    .map(({ name }) => ({ key: `${project.name}:${name}`, value: values[name] }))
    .filter(({ key }) => !present.has(key));
  const [first] = missing;
  if (first === undefined) return 0;
  const encrypt = async ({ key, value }: typeof first, file: string) => {
    // The value by standard input: everyone on the machine can read a command's arguments.
    const words = ["config", "set", "--secret", key, "--config-file", file];
    await runPulumi(sandbox, environment, engine, words, value);
  };
  if (!hasKey(before)) {
    // A file without a key gets one with its first secret.
    await encrypt(first, config);
    return 1 + (await setSecrets(sandbox, environment, engine));
  }
  await withWorkFolder(root, async (folder) => {
    const copies = await Promise.all(
      missing.map(async (secret, index) => {
        const copy = join(folder, `${index}.yaml`);
        writeWhole(copy, before);
        await encrypt(secret, copy);
        return readText(copy) ?? "";
      }),
    );
    writeWhole(config, withSecretsOf(before, copies));
  });
  return missing.length;
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
