import { readdirSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { Failure, hasCode } from "../engine/failure.ts";

const folder = "/run/netns";

/** The file by which programs enter a network namespace. */
export const namespaceFile = (name: string): string => join(folder, name);

/** Names of the network namespaces there are that begin so. */
export function namespacesNamed(prefix: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.startsWith(prefix));
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}

/** Makes a network namespace, unless it is there. */
export async function makeNamespace(name: string): Promise<void> {
  if (!namespacesNamed(name).includes(name)) await run("ip", ["netns", "add", name]);
  await ip(name, ["link set lo up"]);
}

/** Removes a network namespace, and with it every interface in it. */
export async function removeNamespace(name: string): Promise<void> {
  if (namespacesNamed(name).includes(name)) await run("ip", ["netns", "delete", name]);
}

/** Runs lines of `ip` in a namespace, all in one process. */
export async function ip(namespace: string, lines: readonly string[]): Promise<void> {
  await run("ip", ["-netns", namespace, "-batch", "-"], lines.join("\n"));
}

/**
 * A command line that runs in a network namespace. By `nsenter`: `ip netns exec` would also mount another /sys, without
 * the control groups.
 */
export function inside(namespace: string, command: readonly string[]): string[] {
  return ["nsenter", `--net=${namespaceFile(namespace)}`, "--", ...command];
}

/** Runs a command in a network namespace, with a text on its standard input. */
export async function runInside(namespace: string, command: readonly string[], input = ""): Promise<string> {
  const [program = "", ...words] = inside(namespace, command);
  return run(program, words, input);
}

/** Runs a short command and returns what it printed; its own words are the reason when it fails. */
export async function run(program: string, words: readonly string[], input = ""): Promise<string> {
  const result = await execa(program, words, { input, reject: false });
  if (!result.failed) return result.stdout;
  throw new Failure(`${program} ${words.join(" ")} failed: ${result.stderr.trim() || result.shortMessage}`);
}
