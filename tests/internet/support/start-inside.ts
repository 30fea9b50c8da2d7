import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { inside } from "../../../sandbox/machines/namespaces.ts";
import { until } from "../../cloud/support.ts";

/** Databases, registries and an authority may have to start one after the other on a busy computer. */
const readyMs = 180_000;

/**
 * Starts one of the sandbox's programs in a network namespace, with a text on its standard input, and waits for its
 * ready line.
 *
 * @param variables over those of this process
 * @param started told of the process at once, so that it is ended also when it never gets ready
 */
export async function startInside(
  namespace: string,
  words: readonly string[],
  input: string,
  started: (child: ChildProcess) => void,
  variables: Readonly<Record<string, string>> = {},
): Promise<ChildProcess> {
  const [command = "", ...rest] = inside(namespace, [process.execPath, ...words]);
  const child = spawn(command, rest, { env: { ...process.env, ...variables } });
  started(child);
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text) => {
      printed += text;
    });
  }
  child.stdin.end(input);
  await until(
    () => printed.includes('"ready":true') || child.exitCode !== null,
    () => `not ready: ${printed}`,
    readyMs,
  );
  assert.equal(child.exitCode, null, printed);
  return child;
}
