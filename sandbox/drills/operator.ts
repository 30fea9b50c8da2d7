import { rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { Failure } from "../engine/failure.ts";
import { withWorkFolder, writeWhole } from "../engine/files.ts";
import { shellQuote } from "../engine/quote.ts";
import type { Sandbox } from "../engine/sandbox.ts";
import type { Report } from "../engine/tool.ts";
import { childEnvironment, type EngineVariables } from "../engine/variables.ts";
import { visiting } from "../world/inside.ts";

/** Lines of what a command said that are shown when it fails. */
const shownLines = 30;

/** What a command printed, and how it ended. */
export interface Said {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  /** Everything, in the order in which it was printed. */
  readonly text: string;
}

/** A computer that somebody operates the platform from. */
export interface Computer {
  /** By this its files lie in the state's folder. */
  readonly name: string;
  /** The repository's folder on it. */
  readonly folder: string;
  /** All that its commands read from their surroundings. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Somebody who operates the platform, at a computer in the sandbox's network: in the repository's folder, with the administrators'
 * key, and nobody there to answer questions.
 */
export class Operator {
  readonly #sandbox: Sandbox;
  readonly #folder: string;
  readonly #variables: Record<string, string>;
  /** Settings of the SSH of that computer, laid over this one's for its commands alone. */
  readonly #ssh: string;

  constructor(sandbox: Sandbox, { name, folder, variables }: Computer) {
    const { state } = sandbox;
    const known = join(state.root, `${name}-known-hosts`);
    // A drill that stopped half way has left keys of hosts that are no more.
    rmSync(known, { force: true });
    this.#sandbox = sandbox;
    this.#folder = folder;
    this.#variables = { ...variables, OPS_KNOWN_HOSTS: known };
    this.#ssh = join(state.root, `${name}-ssh-config`);
    const settings = [
      `IdentityFile ${state.operatorKey}`,
      `UserKnownHostsFile ${known}`,
      "StrictHostKeyChecking accept-new",
    ];
    writeWhole(this.#ssh, `${settings.join("\n")}\n`, 0o644);
  }

  /** At the computer that has always been used: with the sandbox's own variables over this one's. */
  static atDesk(sandbox: Sandbox, variables: EngineVariables): Operator {
    const { root: folder } = sandbox.project;
    return new Operator(sandbox, { name: "operator", folder, variables: childEnvironment(variables) });
  }

  /** Runs a command to its end, whatever its status; what it says is reported line by line. */
  async run(words: readonly string[], report: Report = () => {}, input = ""): Promise<Said> {
    const over = `mount --bind ${shellQuote(this.#ssh)} /etc/ssh/ssh_config && exec "$@"`;
    const [command = "", ...rest] = visiting(this.#sandbox, ["sh", "-c", over, "sh", ...words]);
    const running = execa(command, rest, {
      ...{ all: true, reject: false, input, extendEnv: false },
      ...{ cwd: this.#folder, env: this.#variables },
    });
    for await (const line of running.iterable({ from: "all" })) {
      if (line.trim() !== "") report(line);
    }
    const { exitCode, stdout, all } = await running;
    return { exitCode, stdout, text: all };
  }

  /** What a command printed to its standard output; fails with what it said when it fails. */
  async told(...words: string[]): Promise<string> {
    const said = await this.run(words);
    requireSuccess(said, words.join(" "));
    return said.stdout.trim();
  }

  /**
   * Runs a script of shell commands to its end.
   *
   * @param name what it is, for what is said when it fails
   * @throws Failure with the last lines it said
   */
  async follow(script: string, name: string, report: Report): Promise<void> {
    await withWorkFolder(this.#sandbox.state.root, async (folder) => {
      const file = join(folder, "page.sh");
      writeWhole(file, script);
      requireSuccess(await this.run(["bash", file], report), name);
    });
  }
}

function requireSuccess({ exitCode, text }: Said, name: string): void {
  if (exitCode === 0) return;
  const last = text.trimEnd().split("\n").slice(-shownLines);
  throw new Failure(`${name} ended with ${exitCode}:\n${last.map((line) => `    ${line}`).join("\n")}`);
}
