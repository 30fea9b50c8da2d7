import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type ConvergedHost, hostsIn } from "../../operations/hosts/stack.ts";
import { statePaths } from "../../sandbox/engine/paths.ts";
import { visiting } from "../../sandbox/world/inside.ts";
import { editSettings } from "../support/stack-file.ts";
import { nameOf, resourcesOf } from "../support/state.ts";
import { type Platform, type Said, say, told } from "./support.ts";

const root = resolve(import.meta.dirname, "../..");

/** Settings by path below the project's prefix; `undefined` removes one. */
export type Edits = Readonly<Record<string, unknown>>;

/** Plain `pulumi` on an environment of a platform, and what it sends to the hosts. */
export class PlatformStack {
  readonly #platform: Platform;
  readonly #exports: string;

  private constructor(platform: Platform, exports: string) {
    this.#platform = platform;
    this.#exports = exports;
  }

  static async of(platform: Platform): Promise<PlatformStack> {
    return new PlatformStack(platform, await told(platform.sandbox("env", platform.environment)));
  }

  /** The same without the policies, for what they refuse and a test means. */
  static async unjudged(platform: Platform): Promise<PlatformStack> {
    const exports = await told(platform.sandbox("env", platform.environment));
    return new PlatformStack(platform, `${exports}\nunset PULUMI_OPTION_POLICY_PACK`);
  }

  /** `pulumi up` with edited settings. */
  up(edits: Edits = {}, ...words: string[]): Promise<Said> {
    const options = ["--yes", "--skip-preview", "--suppress-outputs", "--config-file", this.settings(edits)];
    return this.pulumi("up", ...options, ...words);
  }

  /** Plain `pulumi` in the project, in the environment that `sandbox env` prints. */
  pulumi(...words: string[]): Promise<Said> {
    return this.run("pulumi", "--non-interactive", ...words);
  }

  /** Any command in that environment. */
  run(...words: string[]): Promise<Said> {
    // "$@" keeps the words as they are: nothing is quoted by hand.
    return say(["bash", "-c", 'eval "$1"; shift; exec "$@"', "bash", this.#exports, ...words]);
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
  async drift(...words: string[]): Promise<Said> {
    const { folder, environment } = this.#platform;
    const known = ["--known-hosts", join(folder, "known-hosts")];
    const command = [join(root, "scripts/ops"), "drift", environment, ...known, ...words];
    return this.run(...visiting({ state: statePaths(folder) }, command));
  }

  /** The URN of the only resource of this name. */
  async urnOf(name: string): Promise<string> {
    const found = resourcesOf(await told(this.pulumi("stack", "export"))).filter(
      ({ urn }) => nameOf(urn) === name,
    );
    assert.equal(found.length, 1, `${found.length} resources are called ${name}`);
    return found[0]?.urn ?? "";
  }

  /** A host as the stack has converged it, with the document it was sent. */
  async host(key: string): Promise<ConvergedHost> {
    const words = ["stack", "export", "--show-secrets", "--stack", this.#platform.environment];
    const hosts = hostsIn(JSON.parse(await told(this.pulumi(...words))));
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
