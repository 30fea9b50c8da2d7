import { createInterface } from "node:readline/promises";
import type { Failure } from "../failure.ts";

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
