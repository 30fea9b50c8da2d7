import { z } from "zod";
import { readJson } from "../engine/files.ts";
import { environmentPaths } from "../engine/paths.ts";
import type { Sandbox, Surroundings } from "../engine/sandbox.ts";

const secretsSchema = z.record(z.string(), z.string());

/** An environment that has been made ready in a sandbox: what it expects of the world, and its secrets' values. */
export interface ReadyEnvironment {
  readonly expected: Surroundings;
  readonly secrets: Readonly<Record<string, string>>;
}

/** Every environment that has been made ready in a sandbox: its secrets are the last thing it gets. */
export function readyEnvironments({ project, state }: Sandbox): ReadyEnvironment[] {
  return project.environments.flatMap((name) => {
    const secrets = secretsSchema.safeParse(readJson(environmentPaths(state.root, name).secrets));
    return secrets.success ? [{ expected: project.surroundingsOf(name, state), secrets: secrets.data }] : [];
  });
}
