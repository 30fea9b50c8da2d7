import { setTimeout as pause } from "node:timers/promises";
import type { CloudKeys } from "../engine/cloud.ts";
import { describeStack } from "../engine/describe.ts";
import { Failure } from "../engine/failure.ts";
import type { Sandbox } from "../engine/sandbox.ts";
import { exportStack } from "../engine/stack.ts";
import type { Tool } from "../engine/tool.ts";
import { engineVariables } from "../engine/variables.ts";
import { forgetCutOff } from "../internet/names/cut-off.ts";
import { hostCommand } from "../world/host-command.ts";
import { newComputer } from "./new-computer.ts";
import { Operator } from "./operator.ts";

const betweenMs = 500;

/** What drills are held on: an environment that is up with machines, and those who can break and mend it. */
export class Ground {
  readonly sandbox: Sandbox;
  readonly environment: string;
  /** Who follows the runbooks. */
  readonly operator: Operator;
  readonly #engine: Tool;
  readonly #cloud: CloudKeys;

  constructor(sandbox: Sandbox, environment: string, engine: Tool, cloud: CloudKeys) {
    this.sandbox = sandbox;
    this.environment = environment;
    // A drill that stopped half way has left the world cut off.
    forgetCutOff(sandbox.state.internet);
    this.operator = Operator.atDesk(sandbox, engineVariables(sandbox, environment, engine, cloud));
    this.#engine = engine;
    this.#cloud = cloud;
  }

  /** The account's keys, as its owner makes them in the control panel. */
  get accountKeys(): CloudKeys {
    return this.#cloud;
  }

  /** Somebody at a computer that has nothing yet but the repository. */
  atNewComputer(): Promise<Operator> {
    const { sandbox, environment } = this;
    return newComputer(sandbox, engineVariables(sandbox, environment, this.#engine, this.#cloud));
  }

  /** Runs a shell script on a host as root, and gives what it printed; the first command that fails ends it. */
  async onHost(host: string, script: string): Promise<string> {
    const words = ["sudo", "bash", "-euo", "pipefail", "-s"];
    const { sandbox, environment } = this;
    const command = await hostCommand(sandbox, environment, this.#engine, host, words);
    const { exitCode, stdout, text } = await this.operator.run(command, undefined, script);
    if (exitCode !== 0) throw new Failure(`on ${host}, a script ended with ${exitCode}:\n${text}`);
    return stdout.trim();
  }

  /** Name of a host's droplet, by the host's short name in the settings. */
  async dropletName(host: string): Promise<string> {
    const { sandbox, environment } = this;
    const exported = await exportStack(sandbox, environment, this.#engine);
    const found = describeStack(exported, sandbox.project).hosts.find(({ key }) => key === host);
    if (found) return found.name;
    throw new Failure(`${environment} has no host "${host}"`);
  }

  /** Address of a service as people type it, without a path. */
  addressOf(service: string): string {
    const { project, state } = this.sandbox;
    const found = project.healthQuestions(this.environment, state).find(({ name }) => name === service);
    if (found) return new URL(found.url).origin;
    throw new Failure(`${this.environment} has no service "${service}"`);
  }

  /**
   * Asks the account's API, past the stack, as somebody does in the control panel.
   *
   * @param path below /v2
   * @param content what is sent, as JSON
   */
  async askCloud(method: string, path: string, content?: object): Promise<{ status: number; body: unknown }> {
    const headers = { authorization: `Bearer ${this.#cloud.token}`, "content-type": "application/json" };
    const sent = content === undefined ? {} : { body: JSON.stringify(content) };
    const answer = await fetch(`${this.#cloud.apiUrl}/v2${path}`, { method, headers, ...sent });
    const text = await answer.text();
    return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
  }

  /** Which services do not answer as they should, each with the reason; undefined when all are well. */
  async unwell(): Promise<string | undefined> {
    const { sandbox, environment } = this;
    const questions = sandbox.project.healthQuestions(environment, sandbox.state);
    const answers = await sandbox.simulation.world.ask(sandbox, questions, 0);
    const lines = questions.flatMap(({ name }) => {
      const answer = answers[name];
      return answer?.healthy ? [] : [`${name}: ${answer?.reason ?? "it was not asked"}`];
    });
    return lines.length === 0 ? undefined : lines.join("; ");
  }
}

/**
 * Waits until something is there, and gives it.
 *
 * @throws Failure that says what was waited for, when it is not there in time
 */
export async function waitFor<T>(
  what: string,
  seconds: number,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Failure(`in ${seconds} s it did not come to this: ${what}`);
    await pause(betweenMs);
  }
}
