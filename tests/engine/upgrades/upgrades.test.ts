import assert from "node:assert/strict";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, suite, test } from "node:test";
import { EngineShell, type Surroundings } from "../../support/engine-shell.ts";
import { TestSandbox } from "../../support/sandbox.ts";
import { plannedSteps } from "../../support/state.ts";

// Each folder beside this file holds the programs of one upgrade, applied in their order to one state: step 1 as it was,
// step 2 renamed with an alias, step 3 without the alias.
const root = resolve(import.meta.dirname, "../../..");
const sandbox = new TestSandbox();
let engine: EngineShell;
before(async () => {
  engine = await EngineShell.of(sandbox, "staging");
});
after(() => sandbox.remove());

/** A project whose program can be exchanged, with a stack of its own. */
class SteppedProject {
  readonly #upgrade: string;
  readonly #surroundings: Surroundings;

  constructor(upgrade: string) {
    const folder = join(sandbox.folder, upgrade);
    this.#upgrade = upgrade;
    this.#surroundings = {
      folder,
      variables: { PULUMI_STACK: undefined, PULUMI_OPTION_CONFIG_FILE: undefined },
    };
    mkdirSync(folder);
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    const runtime = { name: "nodejs", options: { typescript: false } };
    writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify({ name: upgrade, runtime }));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", main: "index.ts" }));
  }

  async run(...words: string[]): Promise<string> {
    return (await engine.run(this.#surroundings, ...words)).stdout;
  }

  /** Makes a numbered program the project's. */
  take(step: number): void {
    const program = join(import.meta.dirname, this.#upgrade, `step-${step}.ts`);
    writeFileSync(join(this.#surroundings.folder, "index.ts"), `export * from ${JSON.stringify(program)};\n`);
  }

  async planned(): Promise<string[]> {
    return plannedSteps(await this.run("preview", "--json"));
  }

  async up(): Promise<void> {
    await this.run("up", "--yes", "--skip-preview");
  }

  /** What the program gives out, secrets included: what must outlive the upgrade. */
  async outputs(): Promise<unknown> {
    return JSON.parse(await this.run("stack", "output", "--json", "--show-secrets"));
  }
}

/** What the engine would do to the state of step 1 by the program of step 3, which forgot the alias. */
const withoutAlias: Readonly<Record<string, readonly string[]>> = {
  "renamed-component": [
    ...["create generated", "create generated-first", "create generated-second"],
    ...["delete keys", "delete keys-first", "delete keys-second"],
  ],
  "wrapped-resource": ["create queue", "create queue-password", "delete queue-password"],
};

/** What it does by the program of step 2: at most the empty component around what exists. */
const withAlias: Readonly<Record<string, readonly string[]>> = {
  "renamed-component": [],
  "wrapped-resource": ["create queue"],
};

suite("a stepped upgrade", () => {
  for (const [upgrade, lost] of Object.entries(withoutAlias)) {
    test(`${upgrade}: without the alias secrets are made anew, with it they are kept, and then it can go`, async () => {
      const project = new SteppedProject(upgrade);
      project.take(1);
      await project.run("stack", "init", "upgraded");
      await project.up();
      const before = await project.outputs();

      project.take(3);
      assert.deepEqual(await project.planned(), lost);

      project.take(2);
      assert.deepEqual(await project.planned(), withAlias[upgrade]);
      await project.up();
      assert.deepEqual(await project.outputs(), before);

      project.take(3);
      assert.deepEqual(await project.planned(), []);
      await project.up();
      assert.deepEqual(await project.outputs(), before);
    });
  }
});
