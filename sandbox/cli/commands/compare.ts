import { join } from "node:path";
import { Command, Option } from "commander";
import { type Capture, labelOf, type StageCapture } from "../../comparison/capture.ts";
import { compareCaptures } from "../../comparison/compare.ts";
import { judge } from "../../comparison/explain.ts";
import { explanations } from "../../comparison/explained.ts";
import { operationCells, operationRows } from "../../comparison/operations.ts";
import { formatJudgement } from "../../comparison/report.ts";
import { runSide } from "../../comparison/run-side.ts";
import { Failure } from "../../engine/failure.ts";
import { missingOfficials, type Plugin, type ProviderKind } from "../../engine/plugins.ts";
import { obtainTools } from "../../engine/prepare.ts";
import type { Stage } from "../../engine/sandbox.ts";
import { type Project, requireEnvironment, type Sandbox } from "../../engine/sandbox.ts";
import { environmentArgument, loadSandbox } from "../context.ts";
import { print, printJson, say, table } from "../output.ts";
import { runStages } from "../stages.ts";

const kinds: readonly ProviderKind[] = ["stand-in", "official"];
const cannotCompare = 2;

/** `compare`: where the stand-ins are not like the official providers. */
export function compareCommand(): Command {
  return new Command("compare")
    .description("list how the stand-in and the official providers differ when they run the same program")
    .addArgument(environmentArgument())
    .addOption(
      new Option("--between <kinds...>", "the two kinds to compare: stand-in or official, twice").default([
        ...kinds,
      ]),
    )
    .option("--in-turn", "one run after the other, so that their times can be compared")
    .option("--json", "print one JSON object: every difference, and the reasons of the explained ones")
    .addHelpText(
      "after",
      `
Brings the environment up twice, in scratch sandboxes that are removed afterwards, and compares states, previews and
requests to the cloud. Differences that must be have a reason in sandbox/comparison/explained.ts. Tells what each operation
did and how long it took; unless they are --in-turn, the two runs share the machine.

Exit codes: 0 every difference is explained; 1 some are not, or an explanation is stale, or a run failed;
2 the official providers cannot be had here.

Examples:
  ./scripts/sandbox compare staging
  ./scripts/sandbox compare prod --json
  ./scripts/sandbox compare prod --in-turn                        what each operation does, and how long it takes
  ./scripts/sandbox compare staging --between stand-in stand-in   does a run agree with itself?`,
    )
    .action(run);
}

interface Options {
  readonly between: readonly string[];
  readonly inTurn?: true;
  readonly json?: true;
}

async function run(environment: string, options: Options): Promise<void> {
  const between = kindsOf(options.between);
  const sandbox = loadSandbox();
  requireEnvironment(sandbox.project, environment);
  const began = Date.now();
  const { project } = sandbox;
  const used = project.providersUsedIn?.(environment) ?? project.plugins.map(({ name }) => name);
  if (between.includes("official") && !(await haveOfficials(sandbox, used))) return;

  const captures = await runBoth(
    { ...sandbox, project: withSharedSecrets(project) },
    environment,
    between,
    used,
    options.inTurn === true,
  );
  for (const capture of captures) requireKnownProviders(capture, used, environment);
  const [first, second] = captures;
  // What is explained is how the official providers differ from stand-ins; two runs of one kind have no excuse.
  const applicable = between[0] === between[1] ? [] : explanations;
  const judgement = judge(compareCaptures(first, second), applicable, environment);
  const seconds = Math.round((Date.now() - began) / 100) / 10;
  const operations = operationRows(captures);
  if (options.json)
    printJson({ environment, between, operations, compared: sizeOf(first), ...judgement, seconds });
  else {
    print(table(operationCells(operations, between), ""));
    print(`${formatJudgement(judgement, between)} (${environment}, ${Math.round(seconds)} s)`);
  }
  if (judgement.unexplained.length + judgement.stale.length > 0) process.exitCode = 1;
}

/** How much there was to compare: no differences in nothing would say nothing. */
function sizeOf({ stages }: Capture): Record<"resources" | "steps" | "requests", number> {
  const count = (of: (stage: StageCapture) => readonly unknown[] | undefined) =>
    stages.reduce((sum, stage) => sum + (of(stage)?.length ?? 0), 0);
  return {
    resources: count(({ state }) => state),
    steps: count(({ steps }) => steps),
    requests: count(({ requests }) => requests),
  };
}

function kindsOf(words: readonly string[]): [ProviderKind, ProviderKind] {
  const [first, second] = words.map((word) => kinds.find((kind) => kind === word));
  if (words.length === 2 && first && second) return [first, second];
  throw new Failure(
    `--between takes two kinds of providers, each stand-in or official; it was given: ${words.join(" ")}`,
    "./scripts/sandbox compare staging --between stand-in official",
  );
}

/** Says what to do where the official plugins cannot be had. */
async function haveOfficials(sandbox: Sandbox, used: readonly string[]): Promise<boolean> {
  const { engine } = await obtainTools(sandbox, runStages, {
    areMachines: false,
    because: "they are not compared",
  });
  const plugins = sandbox.project.plugins.filter(({ name }) => used.includes(name));
  let missing: Plugin[] = [];
  await runStages([
    {
      title: "Official providers",
      run: async (report, note) => {
        const source = { engine: join(engine.folder, "pulumi"), cache: sandbox.cache, report, note };
        missing = await missingOfficials(plugins, source);
        return missing.length === 0 ? plugins.map(({ name }) => name).join(", ") : "not all can be had";
      },
    },
  ]);
  if (missing.length === 0) return true;
  const names = missing.map(({ name, version }) => `${name} ${version}`).join(", ");
  say(`error: nothing to compare with: the official providers cannot be downloaded here: ${names}`);
  say("  to fix it: run this where get.pulumi.com and github.com can be reached, or put the plugins into");
  say(`  ${join(sandbox.cache, "official/plugins")}/resource-NAME-vVERSION/pulumi-resource-NAME`);
  process.exitCode = cannotCompare;
  return false;
}

/** Both sides are given the same secrets, so that what is made of them can be compared. */
function withSharedSecrets(project: Project): Project {
  const made = new Map<string, string>();
  return {
    ...project,
    secretsFor: (environment) =>
      project.secretsFor(environment).map(({ name, makeValue }) => ({
        name,
        makeValue: () => {
          const value = made.get(name) ?? makeValue();
          made.set(name, value);
          return value;
        },
      })),
  };
}

async function runBoth(
  sandbox: Sandbox,
  environment: string,
  between: readonly [ProviderKind, ProviderKind],
  used: readonly string[],
  inTurn: boolean,
): Promise<[Capture, Capture]> {
  let cancelled = false;
  const cancel = () => {
    cancelled = true;
  };
  process.on("SIGINT", cancel);
  process.on("SIGTERM", cancel);
  const captures: (Capture | undefined)[] = [];
  const failures: unknown[] = [];
  const stage = (kind: ProviderKind, index: number): Stage => ({
    title: `Run ${index + 1}, ${kind}`,
    run: async (report, note) => {
      try {
        const providers = (name: string) => (used.includes(name) ? kind : "stand-in");
        const isCancelled = () => cancelled;
        const capture = await runSide({ environment, providers, sandbox, report, note, isCancelled });
        captures[index] = capture;
        return `${capture.stages.length} operations`;
      } catch (error) {
        // Kept and not thrown: the other side ends its step and removes its own before the first failure is told.
        failures.push(error);
        cancel();
        return "failed";
      }
    },
  });
  try {
    const runs = between.map(stage);
    for (const together of inTurn ? runs.map((run) => [run]) : [runs]) await runStages(together);
  } finally {
    process.off("SIGINT", cancel);
    process.off("SIGTERM", cancel);
  }
  if (failures.length > 0) throw failures[0];
  const [first, second] = captures;
  if (!first || !second) throw new Error("a run ended without a result");
  return [first, second];
}

/** A provider nobody named would have been a stand-in on both sides, and would have agreed with itself. */
function requireKnownProviders({ stages }: Capture, used: readonly string[], environment: string): void {
  const resources = stages.flatMap(({ state }) => state ?? []);
  const stranger = resources.find(({ type }) => {
    const [provider = ""] = type.split(":");
    return isProvider(provider) && !used.includes(provider);
  });
  if (!stranger) return;
  throw new Error(`${labelOf(stranger.urn)} is run by a provider that ${environment} is said not to use`);
}

const isProvider = (name: string): boolean =>
  loadSandbox().project.plugins.some((plugin) => plugin.name === name);
