import { createInterface } from "node:readline/promises";
import { Failure } from "../failure.ts";

/**
 * Asks the person at the terminal something; the question goes where everything is said on the way.
 *
 * @param unattended what is wrong when there is nobody to ask
 * @returns the answer without spaces around it
 * @throws Failure when there is nobody to ask
 */
export async function ask(question: string, unattended: Failure): Promise<string> {
  if (!process.stdin.isTTY) throw unattended;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}

/**
 * Has the person at the terminal type a name before something is done.
 *
 * @param what what is done then, as in "Type prod to ..."
 * @param unattended what is wrong when there is nobody to ask
 * @param otherwise what is said when another name was typed
 * @throws Failure when there is nobody to ask, or another name was typed
 */
export async function confirmByName(
  name: string,
  what: string,
  unattended: Failure,
  otherwise = "nothing was changed",
): Promise<void> {
  if ((await ask(`Type ${name} to ${what}: `, unattended)) !== name) throw new Failure(otherwise);
}
