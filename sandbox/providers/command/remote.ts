import type { Client } from "ssh2";
import { Failure } from "../framework/errors.ts";
import type { Operation } from "../framework/operation.ts";
import { string } from "../framework/properties.ts";
import type { Resource } from "../framework/resource.ts";
import { fieldsOf } from "../framework/values.ts";
import { withConnection } from "./connecting.ts";
import type { Finished, Run, Runner } from "./running.ts";
import { commandInputs, commandLifecycle, connection, quotes } from "./running.ts";

const remoteRunner =
  (operation: Operation): Runner =>
  (inputs, run) =>
    withConnection(fieldsOf(inputs.connection), operation, async (client) => {
      await refuseLostVariables(client, Object.keys(fieldsOf(inputs.environment)), run);
      return runThere(client, run);
    });

/** A command on another machine, over SSH. */
export const remoteCommand: Resource<void> = {
  token: "command:remote:Command",
  importable: false,
  inputs: { ...commandInputs, connection: connection() },
  outputs: { stdout: string(), stderr: string() },
  quotes,
  ...commandLifecycle(remoteRunner),
};

function runThere(client: Client, { command, environment, stdin }: Run): Promise<Finished> {
  return new Promise((resolve, reject) => {
    client.once("close", () => reject(new Failure("The connection was lost while the command ran.")));
    client.exec(command, { env: environment }, (error, channel) => {
      if (error) return reject(error);
      const printed = { stdout: "", stderr: "" };
      let ended: { exitCode: number | null; signal?: string } = { exitCode: null };
      channel.setEncoding("utf8").on("data", (text: string) => {
        printed.stdout += text;
      });
      channel.stderr.setEncoding("utf8").on("data", (text: string) => {
        printed.stderr += text;
      });
      channel.on("exit", (exitCode: number | null, signal?: string) => {
        ended = { exitCode, ...(signal ? { signal } : {}) };
      });
      channel.on("close", () => resolve({ ...printed, ...ended }));
      channel.end(stdin);
    });
  });
}

/** A server takes only the variables its AcceptEnv names, and drops the rest without a word. */
async function refuseLostVariables(client: Client, names: string[], { environment }: Run): Promise<void> {
  if (names.length === 0) return;
  const command = names.map((name) => `[ -n "\${${name}+set}" ] || printf '%s ' ${name}`).join("; ");
  const { stdout } = await runThere(client, { command, environment, stdin: "" });
  if (stdout.trim() === "") return;
  throw new Failure(
    `The SSH server does not accept the variables ${stdout.trim()}: name them in AcceptEnv of its configuration, ` +
      "or put them in front of the command as NAME=value.",
  );
}
