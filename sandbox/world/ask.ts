import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import type { HealthQuestion, Sandbox } from "../engine/sandbox.ts";
import { visiting } from "./inside.ts";

const answerSchema = z.object({ healthy: z.boolean(), reason: z.string().optional() });

/** How one service answered: well, or why not. */
export type Answer = z.output<typeof answerSchema>;

/**
 * Asks services as their users reach them: by name, with the certificate verified, from a computer of the sandbox's
 * network. All at once, and each for as long as the deadline allows.
 *
 * @param waitMs for how long a service may be asked again until it is well
 */
export async function askServices(
  sandbox: Pick<Sandbox, "state">,
  questions: readonly HealthQuestion[],
  waitMs: number,
): Promise<Record<string, Answer>> {
  if (questions.length === 0) return {};
  const program = join(import.meta.dirname, "ask-child.ts");
  const [command = "", ...words] = visiting(sandbox, [process.execPath, program]);
  const asked = questions.map(({ name, url, status, body }) => ({ name, url, status, body: body?.source }));
  const { stdout } = await execa(command, words, { input: JSON.stringify({ questions: asked, waitMs }) });
  return z.record(z.string(), answerSchema).parse(JSON.parse(stdout));
}
