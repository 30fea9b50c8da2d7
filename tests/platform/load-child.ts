/**
 * Asks web servers over and over, each on a connection of its own, until its standard input ends; then says how often it
 * asked each, and what failed. See load.ts.
 */
import { once } from "node:events";
import { request } from "node:https";
import { setTimeout as pause } from "node:timers/promises";
import type { Loaded } from "./load.ts";

const longestMs = 120_000;
/** Longer than anybody may have to wait: nginx itself waits a minute for a service. */
const answerMs = 70_000;
const betweenMs = 10;

/** Asks once; a reason when it is not answered well. */
function fault(url: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const asking = request(url, { agent: false, timeout: answerMs }, (answer) => {
      answer.resume();
      answer.once("end", () =>
        resolve(answer.statusCode === 200 ? undefined : `status ${answer.statusCode}`),
      );
      answer.once("error", ({ message }) => resolve(message));
    });
    asking.once("timeout", () => asking.destroy(new Error(`no answer in ${answerMs} ms`)));
    asking.once("error", ({ message }) => resolve(message));
    asking.end();
  });
}

const end = Date.now() + longestMs;
let isOver = false;
once(process.stdin.resume(), "end").then(() => {
  isOver = true;
});
const asked = await Promise.all(
  process.argv.slice(2).map(async (url) => {
    const loaded: Loaded = { asked: 0, failed: [] };
    while (!isOver && Date.now() < end) {
      const reason = await fault(url);
      loaded.asked += 1;
      if (reason !== undefined) loaded.failed.push(`${new Date().toISOString()} ${reason}`);
      else if (loaded.asked === 1) process.stderr.write(`first answer of ${url}\n`);
      await pause(betweenMs);
    }
    return [url, loaded] as const;
  }),
);
process.stdout.write(JSON.stringify(Object.fromEntries(asked)));
process.exit();
