import { randomBytes } from "node:crypto";
import { Failure } from "../framework/errors.ts";
import type { Operation } from "../framework/operation.ts";
import type { Properties } from "../framework/properties.ts";
import { any, list, map, object, string } from "../framework/properties.ts";
import type { Resource } from "../framework/resource.ts";
import type { Fields } from "../framework/values.ts";
import { fieldsOf, textOf } from "../framework/values.ts";

/** What a finished command left behind. */
export interface Finished {
  stdout: string;
  stderr: string;
  /** Null when it was ended by a signal. */
  exitCode: number | null;
  signal?: string | undefined;
}

/** A command about to run. */
export interface Run {
  command: string;
  environment: Record<string, string>;
  stdin: string;
}

/** The inputs that local and remote commands share. A change of the triggers makes the command run anew. */
export const commandInputs: Properties = {
  create: string(),
  update: string(),
  delete: string(),
  stdin: string(),
  environment: map(string()),
  triggers: list(any(), { replace: true }),
  addPreviousOutputInEnv: any({ default: true }),
  logging: string({ oneOf: ["stdout", "stderr", "stdoutAndStderr", "none"] }),
};

/** Outputs that may quote what went in, and so are as secret as that. */
export const quotes = {
  outputs: ["stdout", "stderr"],
  inputs: ["create", "update", "delete", "stdin", "environment"],
};

/** The variables of a command: the declared ones, and what the command before it printed. */
export function environmentOf(inputs: Fields, previous: Fields): Record<string, string> {
  const declared = Object.entries(fieldsOf(inputs.environment)).map(([name, value]) => [name, textOf(value)]);
  const told =
    inputs.addPreviousOutputInEnv === false || previous.stdout === undefined
      ? {}
      : {
          PULUMI_COMMAND_STDOUT: textOf(previous.stdout),
          PULUMI_COMMAND_STDERR: textOf(previous.stderr),
        };
  return { ...told, ...Object.fromEntries(declared) };
}

/** The outputs of a command that succeeded; one that failed is an error with what it printed. */
export function outputsOf(command: string, finished: Finished): Fields {
  const { stdout, stderr, exitCode, signal } = finished;
  if (exitCode !== 0) {
    const how =
      exitCode === null ? `was ended by ${signal ?? "a signal"}` : `ended with exit status ${exitCode}`;
    const printed = [stderr.trimEnd(), stdout.trimEnd()].filter(Boolean).join("\n");
    throw new Failure(`The command ${how}: ${command}${printed ? `\n${printed}` : ""}`);
  }
  return { stdout: withoutLastNewline(stdout), stderr: withoutLastNewline(stderr) };
}

const withoutLastNewline = (text: string): string => text.replace(/\r?\n$/, "");

/** How a kind of command runs one command line; an empty one does nothing. */
export type Runner = (inputs: Fields, run: Run) => Promise<Finished>;

/** Runs the declared command for one step of the resource's life. */
export async function step(
  runner: Runner,
  inputs: Fields,
  name: "create" | "update" | "delete",
  previous: Fields,
): Promise<Fields> {
  const command = textOf(inputs[name]) || (name === "update" ? textOf(inputs.create) : "");
  if (command === "") return { stdout: textOf(previous.stdout), stderr: textOf(previous.stderr) };
  const run = { command, environment: environmentOf(inputs, previous), stdin: textOf(inputs.stdin) };
  return outputsOf(command, await runner(inputs, run));
}

/** The lifecycle that local and remote commands share. */
export function commandLifecycle(
  runnerFor: (operation: Operation) => Runner,
): Pick<Resource<void>, "create" | "read" | "update" | "delete" | "changedOutputs"> {
  return {
    changedOutputs: () => ["stdout", "stderr"],
    async create(_clients, inputs, operation) {
      const outputs = await step(runnerFor(operation), inputs, "create", {});
      return { id: `command${randomBytes(4).toString("hex")}`, state: outputs };
    },
    read: async (_clients, id) => ({ id, state: {} }),
    update: async (_clients, id, stored, inputs, operation) => ({
      id,
      state: await step(runnerFor(operation), inputs, "update", stored),
    }),
    async delete(_clients, _id, stored, operation) {
      await step(runnerFor(operation), stored, "delete", stored);
    },
  };
}

/** How to reach a host; shared by everything remote. */
export const connection = () => object({ ...host(), proxy: object(host()) }, { required: true });

const host = (): Properties => ({
  host: string({ required: true }),
  port: any({ default: 22 }),
  user: string({ default: "root" }),
  password: string({ secret: true }),
  privateKey: string({ secret: true }),
  privateKeyPassword: string({ secret: true }),
  agentSocketPath: string(),
  hostKey: string(),
  dialErrorLimit: any({ default: 10 }),
  perDialTimeout: any({ default: 15 }),
});
