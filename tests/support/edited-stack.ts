import assert from "node:assert/strict";
import type { Inventory, Outcome, TestSandbox } from "./sandbox.ts";
import { nameOf, plannedSteps } from "./state.ts";

/** Settings by path below the project's prefix; `undefined` removes one. */
export type Edits = Readonly<Record<string, unknown>>;

/** One environment of a sandbox, looked at and changed by editing its settings. */
export class EditedStack {
  readonly #sandbox: TestSandbox;
  readonly #environment: string;

  constructor(sandbox: TestSandbox, environment: string) {
    this.#sandbox = sandbox;
    this.#environment = environment;
  }

  /** What these settings would change, as `operation name`. */
  async planned(edits: Edits): Promise<string[]> {
    return (await this.preview(edits)).steps;
  }

  /** What these settings would change, and what is said of them without being asked. */
  async preview(edits: Edits): Promise<{ steps: string[]; warnings: string[] }> {
    const { exitCode, stdout, printed } = await this.#preview(edits);
    assert.equal(exitCode, 0, printed);
    const { diagnostics = [] } = JSON.parse(stdout) as Previewed;
    const warnings = diagnostics.filter(({ severity }) => severity === "warning");
    return { steps: plannedSteps(stdout), warnings: warnings.map(({ message }) => message) };
  }

  /**
   * The faults for which these settings are refused, as `resource: message`.
   *
   * @throws AssertionError when they are accepted
   */
  async refusals(edits: Edits): Promise<string[]> {
    const { exitCode, stdout, printed } = await this.#preview(edits);
    assert.notEqual(exitCode, 0, `not refused: ${printed}`);
    const { diagnostics = [] } = JSON.parse(stdout) as Previewed;
    return diagnostics
      .filter(({ severity, urn }) => severity === "error" && urn !== undefined)
      .map(({ urn = "", message }) => `${nameOf(urn)}: ${message}`);
  }

  /** Makes these settings true. */
  async apply(edits: Edits): Promise<Applied> {
    const settings = this.#sandbox.editedSettings(this.#environment, edits);
    const words = ["up", "--yes", "--skip-preview", "--json", "--config-file", settings];
    const { exitCode, stdout, printed } = await this.#sandbox.pulumi(this.#environment, ...words);
    assert.equal(exitCode, 0, printed);
    const events = stdout.split("\n").filter((line) => line.startsWith("{"));
    return { done: doneSteps(events), inventory: await this.#sandbox.inventory() };
  }

  #preview(edits: Edits): Promise<Outcome> {
    const settings = this.#sandbox.editedSettings(this.#environment, edits);
    return this.#sandbox.pulumi(this.#environment, "preview", "--json", "--config-file", settings);
  }
}

/** What an `up` did, as `operation name`, and what the cloud holds afterwards. */
export interface Applied {
  readonly done: readonly string[];
  readonly inventory: Inventory;
}

function doneSteps(events: readonly string[]): string[] {
  return events
    .map((line) => (JSON.parse(line) as { resourcePreEvent?: { metadata: Step } }).resourcePreEvent?.metadata)
    .filter((step) => step !== undefined)
    .filter(({ op, urn }) => op !== "same" && !urn.includes("pulumi:pulumi:Stack"))
    .map(({ op, urn }) => `${op} ${nameOf(urn)}`)
    .sort();
}

interface Step {
  readonly op: string;
  readonly urn: string;
}

interface Previewed {
  readonly diagnostics?: readonly { urn?: string; message: string; severity: string }[];
}
