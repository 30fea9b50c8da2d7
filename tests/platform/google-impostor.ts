import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { statePaths } from "../../sandbox/engine/paths.ts";
import { Authority, type KeyPair } from "../../sandbox/internet/authority.ts";
import { internetFiles } from "../../sandbox/internet/files.ts";
import { visiting } from "../../sandbox/world/inside.ts";
import { waitFor } from "../support/wait-for.ts";
import type { tokens } from "./forged-tokens.ts";
import { type Platform, told } from "./support.ts";

/** What the impostor's program is told on its standard input, in one line. */
export interface GoogleImpostorSettings extends KeyPair {
  readonly address: string;
  readonly files: {
    /** Which token is wanted, by its name. */
    readonly wanted: string;
    /** The tokens of Google's own, one a line. */
    readonly genuine: string;
  };
}

/** The impostor's program, and what it has printed. */
interface Program {
  printed: string;
  end(): Promise<void>;
}

/** Names of Google's by which tokens are given out, and the keys they are signed with. */
const names = ["oauth2.googleapis.com", "www.googleapis.com"];
/** In the network of the platform, where nobody else is. */
const address = "198.18.0.72";
const hostsFile = "/etc/hosts";

/**
 * Somebody who has got between the sign-on proxy and Google, with a certificate that the host trusts: nothing but the
 * tokens themselves is left to tell what is Google's.
 */
export class GoogleImpostor {
  readonly #platform: Platform;
  readonly #files: GoogleImpostorSettings["files"];
  readonly #program: Program;

  private constructor(platform: Platform, files: GoogleImpostorSettings["files"], program: Program) {
    this.#platform = platform;
    this.#files = files;
    this.#program = program;
  }

  static async begin(platform: Platform): Promise<GoogleImpostor> {
    const state = statePaths(platform.folder);
    const folder = mkdtempSync(join(platform.folder, "impostor-"));
    const files = { wanted: join(folder, "wanted"), genuine: join(folder, "genuine") };
    const authority = await Authority.open(internetFiles(state.internet).authority);
    const settings: GoogleImpostorSettings = { address, files, ...(await authority.issue(names)) };
    const program = join(import.meta.dirname, "google-impostor-child.ts");
    const [command = "", ...rest] = visiting({ state }, [process.execPath, program]);
    const child = execa(command, rest, { reject: false, all: true });
    child.stdin.write(`${JSON.stringify(settings)}\n`);
    let hasEnded = false;
    child.then(() => {
      hasEnded = true;
    });
    const running: Program = {
      printed: "",
      end: async () => {
        child.stdin.end();
        await child;
      },
    };
    child.all.on("data", (words) => {
      running.printed += String(words);
    });
    const impostor = new GoogleImpostor(platform, files, running);
    try {
      await waitFor(() => running.printed === "ready\n" || hasEnded, "the impostor", 30);
      assert.ok(!hasEnded, running.printed);
      await impostor.#lead(names.map((name) => `${address} ${name}`));
    } catch (error) {
      await impostor.end();
      throw error;
    }
    return impostor;
  }

  /** What went wrong with it; a host that is answered nothing refuses that as well. */
  get complaints(): string {
    return this.#program.printed.replace(/^ready\n/, "");
  }

  /** Gives out this token from now on, in place of what Google gives. */
  give(token: keyof typeof tokens): void {
    writeFileSync(this.#files.wanted, token);
  }

  /** The tokens that Google itself has given, the last one at the end. */
  get genuine(): readonly string[] {
    return readFileSync(this.#files.genuine, "utf8").trim().split("\n");
  }

  async end(): Promise<void> {
    await this.#lead([]);
    await this.#program.end();
  }

  /** Where these names lead to on the host; its containers know it from when they start. */
  async #lead(lines: readonly string[]): Promise<void> {
    const script = `sed --in-place '/ # impostor$/d' ${hostsFile} && sed 's/$/ # impostor/' >>${hostsFile}`;
    const input = lines.map((line) => `${line}\n`).join("");
    await told(this.#platform.insideWith(input, "erp", "sh", "-c", script));
    await told(this.#platform.inside("erp", "systemctl", "restart", "oauth2-proxy.service"));
  }
}
