import { execa } from "execa";
import type { Outcome, TestSandbox } from "./sandbox.ts";

/** Where and with what the engine is run: another folder, other variables, something on its standard input. */
export interface Surroundings {
  readonly folder: string;
  /** Variables beside the sandbox's own; `undefined` takes one away. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
}

/** The engine of a sandbox in surroundings of the test's own, for what `TestSandbox.pulumi` is too narrow for. */
export class EngineShell {
  readonly #exports: string;

  private constructor(exports: string) {
    this.#exports = exports;
  }

  static async of(sandbox: TestSandbox, environment: string): Promise<EngineShell> {
    return new EngineShell((await sandbox.run("env", environment)).stdout);
  }

  /** Runs plain `pulumi`, and fails with everything it printed when it fails. */
  async run(surroundings: Surroundings, ...words: string[]): Promise<Outcome> {
    const outcome = await this.tryRun(surroundings, ...words);
    if (outcome.exitCode !== 0) throw new Error(`pulumi ${words.join(" ")} failed:\n${outcome.printed}`);
    return outcome;
  }

  /** The same, for what is expected to fail. */
  async tryRun(surroundings: Surroundings, ...words: string[]): Promise<Outcome> {
    const { exitCode, stdout, stderr } = await this.start(surroundings, ...words);
    return { exitCode, stdout, printed: `${stderr}\n${stdout}` };
  }

  /** Starts plain `pulumi`; the process is the engine itself, with no shell around it. */
  start({ folder, variables = {}, input = "" }: Surroundings, ...words: string[]) {
    const changes = Object.entries(variables)
      // `env` takes what is removed first.
      .sort(([, left], [, right]) => Number(left !== undefined) - Number(right !== undefined))
      .flatMap(([name, value]) => (value === undefined ? ["-u", name] : [`${name}=${value}`]));
    // "$@" keeps the words as they are: nothing is quoted by hand.
    const script = 'eval "$1"; shift; exec env "$@"';
    const command = [...changes, "pulumi", "--non-interactive", ...words];
    const options = { cwd: folder, input, reject: false } as const;
    return execa("bash", ["-c", script, "bash", this.#exports, ...command], options);
  }
}
