import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { editSettings } from "./stack-file.ts";

const root = resolve(import.meta.dirname, "../..");

/** What the cloud holds, by collection. */
export type Inventory = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** A call that the cloud has answered. */
export interface CloudRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly body?: unknown;
}

/** What a command printed, and how it ended. */
export interface Outcome {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  /** Everything, in the order of its streams. */
  readonly printed: string;
}

/** One sandbox of a test's own, in a folder of its own. */
export class TestSandbox {
  readonly folder: string;
  readonly #machines: "off" | "required";
  /** Promises, so that two commands at once ask for them once. */
  readonly #exports = new Map<string, Promise<string>>();

  /**
   * @param folder of a sandbox that is there already; without one it is new
   * @param machines what droplets are: most claims need no more than records, and it is quick
   */
  constructor(folder = mkdtempSync(join(tmpdir(), "sandbox-test-")), machines: "off" | "required" = "off") {
    this.folder = folder;
    this.#machines = machines;
  }

  /** With these `./scripts/sandbox` works on this sandbox. */
  get variables(): Readonly<Record<string, string>> {
    return { SANDBOX_STATE_DIR: this.folder, SANDBOX_MACHINES: this.#machines };
  }

  /** Runs `./scripts/sandbox`, and fails with everything it printed when it fails. */
  async run(...words: string[]): Promise<Outcome> {
    const outcome = await this.tryRun(...words);
    assert.equal(outcome.exitCode, 0, `sandbox ${words.join(" ")} failed:\n${outcome.printed}`);
    return outcome;
  }

  /** The same, for what is expected to fail. */
  async tryRun(...words: string[]): Promise<Outcome> {
    const env = this.variables;
    const options = { cwd: root, env, reject: false } as const;
    return outcomeOf(await execa(join(root, "scripts/sandbox"), words, options));
  }

  /** Runs plain `pulumi` in the project, in the environment that `sandbox env` prints. */
  async pulumi(environment: string, ...words: string[]): Promise<Outcome> {
    const asked = this.#exports.get(environment) ?? this.run("env", environment).then(({ stdout }) => stdout);
    this.#exports.set(environment, asked);
    const exports = await asked;
    // "$@" keeps the words as they are: nothing is quoted by hand.
    const script = 'eval "$1"; shift; exec pulumi --non-interactive "$@"';
    const options = { cwd: root, reject: false } as const;
    return outcomeOf(await execa("bash", ["-c", script, "bash", exports, ...words], options));
  }

  /**
   * A settings file like the environment's own, but edited, for `--config-file`.
   *
   * @param edits values by path below the project's prefix; `undefined` removes one
   */
  editedSettings(environment: string, edits: Readonly<Record<string, unknown>>): string {
    const name = `Pulumi.${environment}.yaml`;
    const own = readFileSync(join(this.folder, environment, name), "utf8");
    const file = join(mkdtempSync(join(this.folder, "edited-")), name);
    writeFileSync(file, editSettings(own, edits));
    return file;
  }

  /** Fails when an `up` with these settings would change anything. */
  async assertNoChanges(environment: string, settings: string): Promise<void> {
    const preview = ["preview", "--expect-no-changes", "--config-file", settings];
    const { exitCode, printed } = await this.pulumi(environment, ...preview);
    assert.equal(exitCode, 0, printed);
  }

  /** What the cloud holds, asked of the cloud itself and not of the stack. */
  async inventory(): Promise<Inventory> {
    return (await this.ask("/inventory")) as Inventory;
  }

  /** Every call the cloud has answered since it was started, or since a point in time, in order. */
  async requests(since = ""): Promise<CloudRequest[]> {
    const asked = `/requests?since=${encodeURIComponent(since)}`;
    return ((await this.ask(asked)) as { requests: CloudRequest[] }).requests;
  }

  /** Secret values the sandbox made up for an environment, by name. */
  secrets(environment: string): Record<string, string> {
    return JSON.parse(readFileSync(join(this.folder, environment, "secrets.json"), "utf8"));
  }

  /** Where the cloud is and what opens it. */
  cloud(): Record<
    "apiUrl" | "token" | "spacesAccessKeyId" | "spacesSecretAccessKey" | "cloudflareToken",
    string
  > {
    return JSON.parse(readFileSync(join(this.folder, "cloud/cloud.json"), "utf8"));
  }

  /** Asks the cloud's own interface, which no vendor has. */
  protected async ask(path: string): Promise<unknown> {
    const { apiUrl, token } = this.cloud();
    const answer = await fetch(`${apiUrl}/_sandbox${path}`, { headers: { "x-sandbox-token": token } });
    assert.equal(answer.status, 200, path);
    return answer.json();
  }

  /** Ends it and removes its folder. */
  async remove(): Promise<void> {
    await this.run("down", "--yes");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What of an inventory must be the same at two moments: all but the log of actions. */
export function lasting(inventory: Inventory): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(inventory)
      .filter(([collection]) => collection !== "actions")
      .map(([collection, entries]) => [collection, entries.map((entry) => JSON.stringify(entry)).sort()]),
  );
}

function outcomeOf(result: { exitCode?: number | undefined; stdout: string; stderr: string }): Outcome {
  const { exitCode, stdout, stderr } = result;
  return { exitCode, stdout, printed: `${stderr}\n${stdout}` };
}
