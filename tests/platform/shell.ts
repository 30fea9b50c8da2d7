import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { Said } from "./support.ts";

const patienceMs = 120_000;

/**
 * A shell on a host that is opened once, and into which commands are typed one after the other: entering takes longer
 * than most of them, so a file of tests opens one for all that it types.
 */
export class Shell {
  readonly #child: ChildProcessWithoutNullStreams;
  #printed = "";
  /** Whether it is over, and all that it printed has been read. */
  #isOver = false;
  /** Called when something was printed, and at the end. */
  #heard = () => {};

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (text) => {
        this.#printed += text;
        this.#heard();
      });
    child.once("close", () => {
      this.#isOver = true;
      this.#heard();
    });
    child.stdin.on("error", () => {}); // Seen as a shell that has ended.
  }

  /** @param words the command line that opens the shell */
  static async open(
    [command = "", ...words]: readonly string[],
    env: Record<string, string>,
  ): Promise<Shell> {
    const shell = new Shell(spawn(command, words, { env: { ...process.env, ...env } }));
    try {
      // Past its greeting.
      await shell.type("true");
    } catch (error) {
      shell.#child.kill();
      throw error;
    }
    return shell;
  }

  /** Types a command, and waits for its end. */
  async type(command: string): Promise<Said> {
    const mark = `end-of-command-${randomUUID()}`;
    this.#printed = "";
    this.#child.stdin.write(`{ ${command}\n} 2>&1 </dev/null; printf '\\n%s %s\\n' ${mark} "$?"\n`);
    const end = new RegExp(`\\n${mark} (\\d+)\\n`);
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const found = end.exec(this.#printed);
      if (found) {
        const text = this.#printed.slice(0, found.index).replace(/\n$/, "");
        return { exitCode: Number(found[1]), stdout: text, text };
      }
      assert.ok(!this.#isOver, `the shell has ended: ${this.#printed}`);
      const left = deadline - Date.now();
      assert.ok(left > 0, `\`${command}\` has not ended after ${patienceMs / 1000} s: ${this.#printed}`);
      await this.#more(left);
    }
  }

  #more(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#heard = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Leaves it. ssh itself gives up on a host that answers no more. */
  async close(): Promise<void> {
    // Nobody hears twice of an end.
    if (this.#isOver) return;
    const left = once(this.#child, "close");
    this.#child.stdin.end("exit\n");
    await left;
  }
}
