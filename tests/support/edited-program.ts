import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { EngineShell } from "./engine-shell.ts";
import type { TestSandbox } from "./sandbox.ts";

const root = resolve(import.meta.dirname, "../..");
const parts = ["Pulumi.yaml", "package.json", "index.ts", "components", "config", "host"];

/** Text of one file of the program, and what takes its place. */
export interface Edit {
  readonly file: string;
  readonly text: string;
  readonly by: string;
}

/** What the engine said of it. */
export interface Judged {
  readonly accepted: boolean;
  readonly printed: string;
  /** Refusals by policies as `rule resource`, in alphabetical order. */
  readonly refusals: readonly string[];
}

/** A copy of the program in a folder of a sandbox, as a pull request would have it. */
export class EditedProgram {
  readonly #folder: string;
  readonly #engine: EngineShell;

  /** @throws Error when a file does not hold the text that is to be replaced */
  constructor(sandbox: TestSandbox, engine: EngineShell, edits: readonly Edit[]) {
    this.#engine = engine;
    this.#folder = mkdtempSync(join(sandbox.folder, "program-"));
    for (const part of parts) cpSync(join(root, part), join(this.#folder, part), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(this.#folder, "node_modules"));
    for (const { file, text, by } of edits) {
      const path = join(this.#folder, file);
      const before = readFileSync(path, "utf8");
      if (!before.includes(text)) throw new Error(`${file} does not hold ${text}`);
      writeFileSync(path, before.replace(text, by));
    }
  }

  /** Runs its preview; the policies judge it, for the sandbox has them judge everything. */
  preview(...words: string[]): Promise<Judged> {
    return this.#judge("preview", ...words);
  }

  /** Makes it true, without a preview before. */
  up(): Promise<Judged> {
    return this.#judge("up", "--yes", "--skip-preview");
  }

  async #judge(...words: string[]): Promise<Judged> {
    const { exitCode, printed } = await this.#engine.tryRun({ folder: this.#folder }, ...words);
    const found = [...printed.matchAll(/\[mandatory\] +(?<rule>\S+) +\(\S+ (?<resource>[^)]+)\)/g)];
    const refusals = found.map(({ groups }) => `${groups?.rule} ${groups?.resource}`).sort();
    return { accepted: exitCode === 0, printed, refusals };
  }

  /** Fails unless it is refused by exactly these rules, and says this of how to mend it. */
  async assertRefused(refusals: readonly string[], fix: RegExp): Promise<void> {
    const judged = await this.preview();
    assert.ok(!judged.accepted, judged.printed);
    assert.deepEqual(judged.refusals, [...refusals].sort(), judged.printed);
    assert.match(judged.printed, fix);
  }
}
