import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { z } from "zod";
import { askAdmin, type CloudKeys, runningCloud } from "../../engine/cloud.ts";
import { Failure } from "../../engine/failure.ts";
import { loadSandbox } from "../context.ts";
import { print, printJson, table } from "../output.ts";

const kinds = [
  "status",
  "reset",
  "delay",
  "answer-lost",
  "answer-late",
  "stuck-action",
  "droplet-never-active",
  "deployment-fails",
  "region-away",
] as const;
type Kind = (typeof kinds)[number];

/** `fault`: make the cloud misbehave. */
export function faultCommand(): Command {
  return new Command("fault")
    .description("make the cloud misbehave on purpose, to see what the program and the engine do about it")
    .addCommand(addCommand())
    .addCommand(listCommand())
    .addCommand(clearCommand())
    .addHelpText(
      "after",
      `
Examples:
  ./scripts/sandbox fault add status --status 429 --retry-after 2 --times 3   too many requests, three times
  ./scripts/sandbox fault list
  ./scripts/sandbox fault clear`,
    );
}

function addCommand(): Command {
  return new Command("add")
    .description("order a fault")
    .addArgument(new Argument("<kind>", "what goes wrong").choices(kinds))
    .option("--status <code>", "for kind status: the answer, 400 to 599", wholeNumber)
    .option("--retry-after <seconds>", "for kind status: when to try again", wholeNumber)
    .option(
      "--delay <milliseconds>",
      "for kinds delay and answer-late: how long each answer takes",
      wholeNumber,
    )
    .option("--method <verb>", "only requests with this method")
    .option("--path <pattern>", "only requests for this path; * stands for one part of it, ** for any number")
    .addOption(new Option("--server <name>", "which server").choices(["api", "spaces"]))
    .option("--region <slug>", "for kind region-away: which one, such as sfo2")
    .option("--after <count>", "let so many requests pass first", wholeNumber)
    .option("--times <count>", "only so often; without it until cleared", wholeNumber)
    .addHelpText(
      "after",
      `
Kinds:
  status                answers with --status, for example 429 or 500
  reset                 closes the connection without an answer
  delay                 waits --delay milliseconds, then acts and answers; not when the caller has gone by then
  answer-lost           acts, and closes the connection without an answer
  answer-late           acts at once, and answers after --delay milliseconds
  stuck-action          an action that stays in progress
  droplet-never-active  a droplet that stays new
  deployment-fails      an app whose deployment ends in an error
  region-away           nothing can be made in --region

Examples:
  ./scripts/sandbox fault add status --status 500 --method POST --path /v2/droplets --times 1
  ./scripts/sandbox fault add delay --delay 3000 --path '/v2/domains/**'
  ./scripts/sandbox fault add deployment-fails --times 1`,
    )
    .action(async (kind: Kind, options: AddOptions) => {
      const request = faultRequest(kind, options);
      const answer = await askAdmin(await requireCloud(), "POST", "faults", request);
      printJson(answer ?? request);
    });
}

/** What the options of `fault add` come in as. */
export interface AddOptions {
  readonly status?: number;
  readonly retryAfter?: number;
  readonly delay?: number;
  readonly method?: string;
  readonly path?: string;
  readonly server?: "api" | "spaces";
  readonly after?: number;
  readonly times?: number;
  readonly region?: string;
}

/** The order as the cloud takes it; fails when the kind needs an option that is missing, or has no use for one. */
export function faultRequest(
  kind: Kind,
  { status, retryAfter, delay, method, path, server, after, times, region }: AddOptions,
) {
  requireOption(kind, ["region-away"], "--region", region);
  if (kind === "region-away")
    return regionAway({ method, path, server, after, times, status, delay }, region);
  requireOption(kind, ["status"], "--status", status);
  requireOption(kind, ["delay", "answer-late"], "--delay", delay);
  if (kind !== "status" && retryAfter !== undefined) throw useless("--retry-after", kind);
  return {
    kind,
    ...defined({ status, retryAfterSeconds: retryAfter, delayMs: delay, after, times }),
    match: defined({ method, path, server }),
  };
}

/** It stays until it is cleared, whatever is asked for. */
function regionAway(others: Record<string, unknown>, region: string | undefined) {
  const [unused] = Object.keys(defined(others));
  if (unused !== undefined) throw useless(`--${unused}`, "region-away");
  return { kind: "region-away", region };
}

function requireOption(kind: Kind, owners: Kind[], option: string, value: unknown): void {
  const wanted = owners.includes(kind);
  if (wanted && value === undefined) throw new Failure(`a fault of kind ${kind} needs ${option}`);
  if (!wanted && value !== undefined) throw useless(option, kind);
}

function useless(option: string, kind: Kind): Failure {
  return new Failure(`${option} means nothing for a fault of kind ${kind}`, `leave ${option} out`);
}

function defined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function listCommand(): Command {
  return new Command("list")
    .description("show the faults on order")
    .option("--json", "print them as JSON")
    .addHelpText("after", "\nExamples:\n  ./scripts/sandbox fault list --json")
    .action(async (options: { json?: true }) => {
      const faults = await listFaults(await requireCloud());
      if (options.json) printJson(faults);
      else if (faults.length === 0) print("No faults: the cloud behaves.");
      else print(table(faults.map(faultRow)));
    });
}

function clearCommand(): Command {
  return new Command("clear")
    .description("let the cloud behave again")
    .argument("[id]", "only this fault, by its number in the list", wholeNumber)
    .addHelpText("after", "\nExamples:\n  ./scripts/sandbox fault clear\n  ./scripts/sandbox fault clear 2")
    .action(async (id: number | undefined) => {
      const keys = await requireCloud();
      await askAdmin(keys, "DELETE", id === undefined ? "faults" : `faults/${id}`);
      print(id === undefined ? "All faults are cleared." : `Fault ${id} is cleared.`);
    });
}

const faultSchema = z.looseObject({ id: z.number(), kind: z.string() });
const faultsSchema = z.union([z.array(faultSchema), z.object({ faults: z.array(faultSchema) })]);
type ListedFault = z.infer<typeof faultSchema>;

async function listFaults(keys: CloudKeys): Promise<ListedFault[]> {
  const answer = faultsSchema.parse(await askAdmin(keys, "GET", "faults"));
  return Array.isArray(answer) ? answer : answer.faults;
}

function faultRow({ id, kind, ...rest }: ListedFault): string[] {
  return [String(id), kind, JSON.stringify(rest)];
}

async function requireCloud(): Promise<CloudKeys> {
  const keys = await runningCloud(loadSandbox());
  if (!keys) throw new Failure("the sandbox's cloud is not running", "./scripts/sandbox up");
  return keys;
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}
