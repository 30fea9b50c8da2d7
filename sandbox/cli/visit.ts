import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Sandbox } from "../engine/sandbox.ts";
import { visiting } from "../world/inside.ts";

/** Runs a command in the sandbox's network on this terminal, and ends as it ended. */
export async function visit(sandbox: Sandbox, words: readonly string[]): Promise<void> {
  const [command = "", ...rest] = visiting(sandbox, words);
  const child = spawn(command, rest, { stdio: "inherit" });
  const [code] = await once(child, "exit");
  process.exitCode = code ?? 1;
}
