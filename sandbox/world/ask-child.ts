/** Asks services from where it is started, and prints how each answered. See ask.ts. */
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { messageOf } from "../engine/failure.ts";

const input = z.object({
  questions: z.array(
    z.object({ name: z.string(), url: z.string(), status: z.number(), body: z.string().optional() }),
  ),
  waitMs: z.number(),
});

type Question = z.output<typeof input>["questions"][number];

const answerMs = 10_000;
const betweenMs = 250;
const shownCharacters = 80;

/** What is wrong with a service's answer; undefined when it is well. */
async function fault({ url, status, body }: Question): Promise<string | undefined> {
  try {
    const answer = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(answerMs) });
    const said = await answer.text();
    if (answer.status !== status) return `it answers ${answer.status}, not ${status}`;
    if (body === undefined || new RegExp(body).test(said)) return undefined;
    return `its answer is not what it should be: ${said.slice(0, shownCharacters)}`;
  } catch (error) {
    return messageOf(error instanceof Error && error.cause ? error.cause : error);
  }
}

const { questions, waitMs } = input.parse(JSON.parse(await text(process.stdin)));
const end = Date.now() + waitMs;
const answers = await Promise.all(
  questions.map(async (question) => {
    for (;;) {
      const reason = await fault(question);
      if (reason === undefined) return [question.name, { healthy: true }] as const;
      if (Date.now() >= end) return [question.name, { healthy: false, reason }] as const;
      await pause(betweenMs);
    }
  }),
);
console.log(JSON.stringify(Object.fromEntries(answers)));
