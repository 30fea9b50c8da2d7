import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa, type Result } from "execa";

const root = resolve(import.meta.dirname, "../..");

/** What the cloud holds, by collection. */
export type Inventory = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** One sandbox of a test's own, in a folder of its own. */
export class TestSandbox {
  readonly folder = mkdtempSync(join(tmpdir(), "sandbox-test-"));

  /** Runs `./scripts/sandbox`, and fails with everything it printed when it fails. */
  async run(...words: string[]): Promise<Result> {
    const result = await this.tryRun(...words);
    assert.equal(
      result.exitCode,
      0,
      `sandbox ${words.join(" ")} failed:\n${result.stderr}\n${result.stdout}`,
    );
    return result;
  }

  /** The same, for what is expected to fail. */
  tryRun(...words: string[]): Promise<Result> {
    return execa(join(root, "scripts/sandbox"), words, {
      cwd: root,
      env: { SANDBOX_STATE_DIR: this.folder },
      reject: false,
    });
  }

  /** Runs plain `pulumi` in the project, with the environment that `sandbox env` prints. */
  async pulumi(environment: string, words: string[], extra: Record<string, string> = {}): Promise<Result> {
    const { stdout: exports } = await this.run("env", environment);
    // "$@" keeps the words as they are: nothing is quoted by hand.
    return execa("bash", ["-c", `eval "$1"; shift; exec pulumi "$@"`, "bash", `${exports}`, ...words], {
      cwd: root,
      env: { SANDBOX_STATE_DIR: this.folder, ...extra },
      reject: false,
    });
  }

  /** What the cloud holds, asked of the cloud itself and not of the stack. */
  async inventory(): Promise<Inventory> {
    return (await this.ask("/inventory")) as Inventory;
  }

  /** Asks the cloud's own administration. */
  async ask(path: string): Promise<unknown> {
    const { apiUrl, token } = this.cloud();
    const answer = await fetch(`${apiUrl}/_sandbox${path}`, { headers: { "x-sandbox-token": token } });
    assert.equal(answer.status, 200, `${path}: ${answer.status}`);
    return answer.json();
  }

  /** Ends it and removes its folder. */
  async remove(): Promise<void> {
    await this.run("down", "--yes");
    rmSync(this.folder, { recursive: true, force: true });
  }

  private cloud(): { apiUrl: string; token: string } {
    return JSON.parse(readFileSync(join(this.folder, "cloud/cloud.json"), "utf8"));
  }
}
