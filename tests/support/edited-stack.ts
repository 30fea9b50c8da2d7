import assert from "node:assert/strict";
import { type Inventory, type Outcome, TestSandbox } from "./sandbox.ts";
import { doneSteps, nameOf, plannedSteps, resourcesOf, type StateResource } from "./state.ts";

/** Settings by path below the project's prefix; `undefined` removes one. */
export type Edits = Readonly<Record<string, unknown>>;

/** New values of secrets, by name; samples, since they stand in a command's arguments. */
export type Secrets = Readonly<Record<string, string>>;

/** One environment of a sandbox, looked at and changed by editing its settings. */
export class EditedStack {
  readonly sandbox: TestSandbox;
  readonly environment: string;
  #unchanged: Inventory = {};

  constructor(environment: string, sandbox = new TestSandbox()) {
    this.sandbox = sandbox;
    this.environment = environment;
  }

  /** Brings the environment up as its own settings say, and remembers what the cloud then holds. */
  async begin(): Promise<void> {
    await this.sandbox.run("up", this.environment);
    this.#unchanged = await this.sandbox.inventory();
  }

  /** What the cloud held before any edit. */
  get unchanged(): Inventory {
    return this.#unchanged;
  }

  /** What these settings would change, as `operation name`. */
  async planned(edits: Edits, secrets: Secrets = {}): Promise<string[]> {
    return (await this.preview(edits, secrets)).steps;
  }

  /** What these settings would change, and what is said of them without being asked. */
  async preview(edits: Edits, secrets: Secrets = {}): Promise<Previewed> {
    const { exitCode, stdout, printed } = await this.#preview(edits, secrets);
    assert.equal(exitCode, 0, printed);
    const { diagnostics = [] } = JSON.parse(stdout) as PrintedPreview;
    const messages = (wanted: string) =>
      diagnostics.filter(({ severity }) => severity === wanted).map(({ message }) => message);
    return { steps: plannedSteps(stdout), warnings: messages("warning"), said: messages("info") };
  }

  /**
   * The faults for which these settings are refused, as `resource: message`.
   *
   * @throws AssertionError when they are accepted
   */
  async refusals(edits: Edits): Promise<string[]> {
    const { exitCode, stdout, printed } = await this.#preview(edits, {});
    assert.notEqual(exitCode, 0, `not refused: ${printed}`);
    const { diagnostics = [] } = JSON.parse(stdout) as PrintedPreview;
    return diagnostics
      .filter(({ severity, urn }) => severity === "error" && urn !== undefined)
      .map(({ urn = "", message }) => `${nameOf(urn)}: ${message}`);
  }

  /** Fails unless these settings are refused for this reason, by a resource whose name begins so. */
  async assertRefused(edits: Edits, by: string, because: RegExp): Promise<void> {
    const reasons = (await this.refusals(edits)).filter((reason) => reason.startsWith(by));
    assert.match(reasons.join("\n"), because);
  }

  /** Makes these settings true. */
  async apply(edits: Edits, secrets: Secrets = {}): Promise<Applied> {
    return this.up("--config-file", await this.#settings(edits, secrets));
  }

  /** `pulumi up` with more words. */
  async up(...words: string[]): Promise<Applied> {
    const { exitCode, stdout, printed } = await this.sandbox.pulumi(
      this.environment,
      ...["up", "--yes", "--skip-preview", "--json", ...words],
    );
    assert.equal(exitCode, 0, printed);
    return { done: doneSteps(stdout), inventory: await this.sandbox.inventory() };
  }

  /** Runs plain `pulumi` on it, and fails with everything it printed when it fails. */
  async run(...words: string[]): Promise<string> {
    const { exitCode, stdout, printed } = await this.sandbox.pulumi(this.environment, ...words);
    assert.equal(exitCode, 0, printed);
    return stdout;
  }

  /** Its state's resources, secrets encrypted unless they are asked for. */
  async resources(...words: "--show-secrets"[]): Promise<StateResource[]> {
    return resourcesOf(await this.run("stack", "export", ...words));
  }

  /** The URN of the only resource of this name. */
  async urnOf(name: string): Promise<string> {
    const found = (await this.resources()).filter(({ urn }) => nameOf(urn) === name);
    assert.equal(found.length, 1, `${found.length} resources are called ${name}`);
    return found[0]?.urn ?? "";
  }

  /** Takes the protection off resources, as an operator does who means it. */
  async unprotect(...names: string[]): Promise<void> {
    const urns = await Promise.all(names.map((name) => this.urnOf(name)));
    await this.run("state", "unprotect", ...urns, "--yes");
  }

  async #preview(edits: Edits, secrets: Secrets): Promise<Outcome> {
    const settings = await this.#settings(edits, secrets);
    return this.sandbox.pulumi(this.environment, "preview", "--json", "--config-file", settings);
  }

  async #settings(edits: Edits, secrets: Secrets): Promise<string> {
    const settings = this.sandbox.editedSettings(this.environment, edits);
    for (const [name, value] of Object.entries(secrets))
      await this.run("config", "set", "--secret", name, value, "--config-file", settings);
    return settings;
  }
}

/** What an `up` did, as `operation name`, and what the cloud holds afterwards. */
export interface Applied {
  readonly done: readonly string[];
  readonly inventory: Inventory;
}

/** What settings would change, and what the program said. */
export interface Previewed {
  readonly steps: string[];
  readonly warnings: string[];
  /** What it merely mentioned. */
  readonly said: string[];
}

interface PrintedPreview {
  readonly diagnostics?: readonly { urn?: string; message: string; severity: string }[];
}
