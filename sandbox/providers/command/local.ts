import { spawn } from "node:child_process";
import type { Operation } from "../framework/operation.ts";
import { list, string } from "../framework/properties.ts";
import type { Lookup, Resource } from "../framework/resource.ts";
import type { Fields } from "../framework/values.ts";
import { textOf, textsOf } from "../framework/values.ts";
import type { Finished, Run, Runner } from "./running.ts";
import { commandInputs, commandLifecycle, environmentOf, outputsOf, quotes } from "./running.ts";

const localRunner =
  ({ signal }: Operation): Runner =>
  (inputs, run) =>
    runHere(inputs, run, signal);

/** A command on the machine that runs the engine. */
export const localCommand: Resource<void> = {
  token: "command:local:Command",
  importable: false,
  inputs: { ...commandInputs, dir: string(), interpreter: list(string()) },
  outputs: { stdout: string(), stderr: string() },
  quotes,
  ...commandLifecycle(localRunner),
};

/** A command that runs at every preview and update and leaves nothing in the state. */
export const localRun: Lookup<void> = {
  token: "command:local:run",
  async read(_clients, inputs, { signal }) {
    const command = textOf(inputs.command);
    const run = { command, environment: environmentOf(inputs, {}), stdin: textOf(inputs.stdin) };
    return { ...inputs, ...outputsOf(command, await runHere(inputs, run, signal)) };
  },
};

function runHere(
  inputs: Fields,
  { command, environment, stdin }: Run,
  signal: AbortSignal,
): Promise<Finished> {
  const declared = textsOf(inputs.interpreter);
  const [program = "/bin/sh", ...leading] = declared.length > 0 ? declared : ["/bin/sh", "-c"];
  const directory = textOf(inputs.dir);
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...leading, command], {
      env: { ...process.env, ...environment },
      signal,
      ...(directory ? { cwd: directory } : {}),
    });
    const printed = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      printed.stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      printed.stderr += text;
    });
    child.once("error", reject);
    child.once("close", (exitCode, ended) => resolve({ ...printed, exitCode, signal: ended ?? undefined }));
    // A command that reads nothing closes its input early; that is no failure of it.
    child.stdin.on("error", () => {});
    child.stdin.end(stdin);
  });
}
