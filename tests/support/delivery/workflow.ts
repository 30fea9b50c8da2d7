import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { data, Evaluator, Lexer, Parser } from "@actions/expressions";
import { execa } from "execa";
import { parse } from "yaml";
import { z } from "zod";
import { endLeftovers, trackingVariable } from "./leftovers.ts";

/**
 * A small runner of workflows, for tests: it reads a workflow's own YAML, evaluates its expressions with GitHub's own library and runs
 * its very `run:` steps as GitHub's shells do. It is none of GitHub's: `uses:` steps are left out, with the outputs they
 * are given here, and jobs do not depend on each other.
 */

/** A runner gives what was cancelled ten seconds to end by itself: but its computer is not a busy one. */
const patienceMs = 120_000;

const variables = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({});

const stepSchema = z.object({
  id: z.string().optional(),
  if: z.union([z.string(), z.boolean()]).optional(),
  run: z.string().optional(),
  uses: z.string().optional(),
  shell: z.string().optional(),
  env: variables,
});

const workflowSchema = z.object({
  env: variables,
  jobs: z.record(
    z.string(),
    z.object({
      if: z.string().optional(),
      env: variables,
      environment: z.string().optional(),
      steps: z.array(stepSchema),
    }),
  ),
});

/** Everything around a run that a workflow can ask for. */
export interface RunContext {
  /** What GitHub says of the event. */
  readonly github: Readonly<Record<string, unknown>>;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly matrix?: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly vars: Readonly<Record<string, string>>;
  /** Variables of the runner itself. */
  readonly machine: Readonly<Record<string, string>>;
  /** What `uses:` steps with an id give, by id. */
  readonly outputs?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** One step that was run. */
export interface RunStep {
  readonly command: string;
  readonly exitCode: number;
  readonly printed: string;
}

/** How a job went. */
export interface JobResult {
  readonly outcome: "success" | "failure" | "cancelled" | "skipped";
  readonly steps: readonly RunStep[];
  /** GitHub's environment whose secrets it was given. */
  readonly environment: string;
  /** Everything that was printed. */
  readonly printed: string;
}

/** Who looks on while a job runs. */
export interface Onlooker {
  /** Is told each command before it runs, and may end the run as somebody does who cancels it. */
  readonly onStep?: (command: string, cancel: () => void) => void;
  /** Is told what a command prints, as it is printed. */
  readonly onPrinted?: (text: string) => void;
}

/** Runs a workflow's only job in a checkout. */
export async function runWorkflow(
  checkout: string,
  name: string,
  context: RunContext,
  onlooker: Onlooker = {},
): Promise<JobResult> {
  const text = readFileSync(join(checkout, ".github/workflows", `${name}.yml`), "utf8");
  const workflow = workflowSchema.parse(parse(text));
  const [job] = Object.values(workflow.jobs);
  if (job === undefined) throw new Error(`${name} has no job`);
  const folder = mkdtempSync(join(tmpdir(), "runner-"));
  try {
    return await new JobRun(checkout, folder, context, onlooker).run(workflow.env, job);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Job = z.output<typeof workflowSchema>["jobs"][string];

class JobRun {
  readonly #checkout: string;
  readonly #context: RunContext;
  readonly #onlooker: Onlooker;
  readonly #pathFile: string;
  readonly #environmentFile: string;
  readonly #outputFile: string;
  readonly #steps: RunStep[] = [];
  readonly #outputs: Record<string, Record<string, string>> = {};
  #outcome: "success" | "failure" | "cancelled" = "success";
  #variables: Record<string, string> = {};

  constructor(checkout: string, folder: string, context: RunContext, onlooker: Onlooker) {
    this.#checkout = checkout;
    this.#context = context;
    this.#onlooker = onlooker;
    this.#pathFile = join(folder, "path");
    this.#environmentFile = join(folder, "environment");
    this.#outputFile = join(folder, "output");
    for (const file of [this.#pathFile, this.#environmentFile, this.#outputFile]) writeFileSync(file, "");
  }

  async run(variables: z.output<typeof workflowSchema>["env"], job: Job): Promise<JobResult> {
    const environment = this.#filled(job.environment ?? "");
    if (!this.#holds(job.if)) return { outcome: "skipped", steps: [], environment, printed: "" };
    this.#variables = { ...this.#all(variables), ...this.#all(job.env) };
    for (const step of job.steps) await this.#step(step);
    const printed = this.#steps.map((one) => `$ ${one.command}\n${one.printed}`).join("\n");
    return { outcome: this.#outcome, steps: this.#steps, environment, printed };
  }

  async #step(step: Job["steps"][number]): Promise<void> {
    if (!this.#holds(step.if)) return;
    if (step.run === undefined) {
      if (step.id !== undefined) this.#outputs[step.id] = { ...this.#context.outputs?.[step.id] };
      return;
    }
    const command = this.#filled(step.run);
    const shell = step.shell === "bash" ? ["--noprofile", "--norc", "-e", "-o", "pipefail"] : ["-e"];
    const cancelling = new AbortController();
    const mark = `github_${randomUUID()}`;
    this.#onlooker.onStep?.(command, () => {
      this.#outcome = "cancelled";
      cancelling.abort();
    });
    const running = execa("bash", [...shell, "-c", command], {
      cwd: this.#checkout,
      env: {
        ...{ ...this.#context.machine, ...this.#own(), ...this.#variables, ...this.#all(step.env) },
        [trackingVariable]: mark,
      },
      extendEnv: false,
      reject: false,
      all: true,
      stdin: "ignore",
      cancelSignal: cancelling.signal,
      killSignal: "SIGINT",
      forceKillAfterDelay: false,
    });
    running.all.on("data", (text) => this.#onlooker.onPrinted?.(String(text)));
    let patience: NodeJS.Timeout | undefined;
    cancelling.signal.addEventListener("abort", () => {
      patience = setTimeout(() => endLeftovers(mark), patienceMs);
    });
    const result = await running;
    clearTimeout(patience);
    this.#takeOver();
    this.#steps.push({ command, exitCode: result.exitCode ?? 255, printed: result.all ?? "" });
    if (step.id !== undefined) this.#outputs[step.id] = this.#given();
    if (result.failed && this.#outcome === "success") this.#outcome = "failure";
  }

  /** What GitHub sets in every step. */
  #own(): Record<string, string> {
    const { github } = this.#context;
    return {
      PATH: this.#context.machine.PATH ?? "",
      ...{ CI: "true", GITHUB_ACTIONS: "true", GITHUB_ENV: this.#environmentFile },
      ...{ GITHUB_PATH: this.#pathFile, GITHUB_OUTPUT: this.#outputFile },
      ...{ GITHUB_ACTOR: String(github.actor), GITHUB_REPOSITORY: String(github.repository) },
      ...{ GITHUB_SERVER_URL: String(github.server_url), GITHUB_RUN_ID: String(github.run_id) },
      ...{ GITHUB_API_URL: String(github.api_url) },
    };
  }

  /** What a step has said for those that follow. */
  #takeOver(): void {
    const lines = (file: string) => readFileSync(file, "utf8").split("\n").filter(Boolean);
    const path = [...lines(this.#pathFile)].reverse();
    const { PATH = "" } = this.#context.machine;
    if (path.length > 0) this.#variables.PATH = [...path, PATH].join(":");
  }

  /** What a step gives to others, and to nobody twice. */
  #given(): Record<string, string> {
    const lines = readFileSync(this.#outputFile, "utf8").split("\n").filter(Boolean);
    writeFileSync(this.#outputFile, "");
    return Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
    );
  }

  #all(values: z.output<typeof variables>): Record<string, string> {
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, this.#filled(String(value))]),
    );
  }

  #filled(text: string): string {
    return text.replaceAll(/\$\{\{(?<expression>.*?)\}\}/gs, (_whole, expression: string) =>
      this.#evaluated(expression).coerceString(),
    );
  }

  #holds(condition: string | boolean | undefined): boolean {
    if (condition === undefined) return this.#outcome === "success";
    const text = String(condition)
      .trim()
      .replace(/^\$\{\{(.*)\}\}$/s, "$1");
    const asksForStatus = /\b(success|failure|always|cancelled)\(/.test(text);
    const value = this.#evaluated(text).coerceString();
    return (
      value !== "false" && value !== "" && value !== "0" && (asksForStatus || this.#outcome === "success")
    );
  }

  #evaluated(expression: string): data.ExpressionData {
    const contexts = {
      ...{
        github: this.#context.github,
        inputs: this.#context.inputs ?? {},
        matrix: this.#context.matrix ?? {},
      },
      ...{ secrets: this.#context.secrets, vars: this.#context.vars, env: this.#variables },
      steps: Object.fromEntries(Object.entries(this.#outputs).map(([id, outputs]) => [id, { outputs }])),
      job: { status: this.#outcome },
    };
    const is = (value: boolean) => new data.BooleanData(value);
    const functions = [
      { name: "success", minArgs: 0, maxArgs: 0, call: () => is(this.#outcome === "success") },
      { name: "failure", minArgs: 0, maxArgs: 0, call: () => is(this.#outcome === "failure") },
      { name: "cancelled", minArgs: 0, maxArgs: 0, call: () => is(this.#outcome === "cancelled") },
      { name: "always", minArgs: 0, maxArgs: 0, call: () => is(true) },
      {
        ...{ name: "hashFiles", minArgs: 1, maxArgs: 1 },
        call: (file: data.ExpressionData) =>
          new data.StringData(existsSync(join(this.#checkout, file.coerceString())) ? "a hash" : ""),
      },
    ];
    const { tokens } = new Lexer(expression.trim()).lex();
    const parsed = new Parser(tokens, Object.keys(contexts), functions).parse();
    const values = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
    const byName = new Map(functions.map((one) => [one.name.toLowerCase(), one]));
    return new Evaluator(parsed, values, byName).evaluate();
  }
}
