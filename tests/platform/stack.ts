import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ConvergedHost, hostsIn } from "../../operations/hosts/stack.ts";
import { editSettings } from "../support/stack-file.ts";
import { nameOf, resourcesOf } from "../support/state.ts";
import { type Platform, type Said, told } from "./support.ts";

/** Settings by path below the project's prefix; `undefined` removes one. */
export type Edits = Readonly<Record<string, unknown>>;

/** Plain `pulumi` on an environment of a platform, and what it sends to the hosts. */
export class PlatformStack {
  readonly #platform: Platform;
  /** What stands before each command. */
  readonly #prefix: readonly string[];

  private constructor(platform: Platform, prefix: readonly string[] = []) {
    this.#platform = platform;
    this.#prefix = prefix;
  }

  static async of(platform: Platform): Promise<PlatformStack> {
    await platform.exports();
    return new PlatformStack(platform);
  }

  /** The same without the policies, for what they refuse and a test means. */
  static async unjudged(platform: Platform): Promise<PlatformStack> {
    await platform.exports();
    return new PlatformStack(platform, ["env", "-u", "PULUMI_OPTION_POLICY_PACK"]);
  }

  /** `pulumi up` with edited settings. */
  up(edits: Edits = {}, ...words: string[]): Promise<Said> {
    const options = ["--yes", "--skip-preview", "--suppress-outputs", "--config-file", this.settings(edits)];
    return this.pulumi("up", ...options, ...words);
  }

  /** Plain `pulumi` in the project, in the environment that `sandbox env` prints. */
  pulumi(...words: string[]): Promise<Said> {
    return this.#platform.operate(...this.#prefix, "pulumi", "--non-interactive", ...words);
  }

  /** A settings file like the environment's own, but edited. */
  settings(edits: Edits): string {
    const { folder, environment } = this.#platform;
    const name = `Pulumi.${environment}.yaml`;
    const file = join(mkdtempSync(join(folder, "edited-")), name);
    writeFileSync(file, editSettings(readFileSync(join(folder, environment, name), "utf8"), edits));
    return file;
  }

  /** Asks for drift on all hosts. */
  drift(...words: string[]): Promise<Said> {
    return this.#platform.ops("drift", this.#platform.environment, ...words);
  }

  /** The URN of the only resource of this name. */
  async urnOf(name: string): Promise<string> {
    const found = resourcesOf(await told(this.pulumi("stack", "export"))).filter(
      ({ urn }) => nameOf(urn) === name,
    );
    assert.equal(found.length, 1, `${found.length} resources are called ${name}`);
    return found[0]?.urn ?? "";
  }

  /** The hosts as the stack has converged them, with the documents they were sent. */
  async hosts(): Promise<ConvergedHost[]> {
    const words = ["stack", "export", "--show-secrets", "--stack", this.#platform.environment];
    return hostsIn(JSON.parse(await told(this.pulumi(...words))));
  }

  /** One of them. */
  async host(key: string): Promise<ConvergedHost> {
    const hosts = await this.hosts();
    return hosts.find((host) => host.key === key) ?? assert.fail(`no host ${key} has been converged`);
  }
}

/** The parts of a bundle that tests change. */
export interface Bundle {
  readonly files: readonly { readonly path: string; readonly content: string }[];
}

/** The same bundle with one file's content edited. */
export function withFile(bundle: unknown, path: string, edit: (content: string) => string): Bundle {
  const { files, ...rest } = bundle as Bundle;
  assert.ok(
    files.some((file) => file.path === path),
    `${path} is not in the bundle`,
  );
  const edited = files.map((file) => (file.path === path ? { ...file, content: edit(file.content) } : file));
  return { ...rest, files: edited };
}
