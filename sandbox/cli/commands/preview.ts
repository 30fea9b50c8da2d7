import { Command } from "commander";
import { changeCount, describeChanges, type Step } from "../../engine/events.ts";
import { Failure } from "../../engine/failure.ts";
import {
  type ChoiceOptions,
  environmentArgument,
  loadSandbox,
  machinesOption,
  providersOption,
} from "../context.ts";
import { costLine, monthlyCost } from "../monthly-cost.ts";
import { operate, summaryLine } from "../operate.ts";
import { print, printJson, table } from "../output.ts";

/** `preview`: what `up` would do. */
export function previewCommand(): Command {
  return new Command("preview")
    .description("show what up would change, and change nothing")
    .addArgument(environmentArgument())
    .addOption(providersOption())
    .addOption(machinesOption())
    .option("--expect-no-changes", "exit with 1 when there is anything to change")
    .option("--json", "print one JSON object: changes by kind, and every step")
    .addHelpText(
      "after",
      `
Examples:
  ./scripts/sandbox preview staging
  ./scripts/sandbox preview prod --expect-no-changes   for scripts: is it exactly as described?
  ./scripts/sandbox preview prod --json`,
    )
    .action(run);
}

interface Options extends ChoiceOptions {
  readonly expectNoChanges?: true;
  readonly json?: true;
}

async function run(environment: string, options: Options): Promise<void> {
  const sandbox = loadSandbox();
  const { result } = await operate("preview", sandbox, environment, options);
  const cost = monthlyCost(sandbox.project, result.progress);
  const { changes, steps } = result.progress;
  if (options.json) {
    printJson({ environment, changes, steps, monthlyCost: cost ?? null, seconds: result.seconds });
  } else {
    if (steps.length > 0) print(table(steps.map(stepRow)));
    print(summaryLine(result));
    if (cost) print(costLine(cost));
  }
  if (options.expectNoChanges && changeCount(changes) > 0) {
    throw new Failure(
      `no changes were expected in ${environment}, but there are: ${describeChanges(changes)}`,
    );
  }
}

function stepRow({ operation, type, name, differences }: Step): string[] {
  return [operation, type, name, differences.length > 0 ? `[${differences.join(", ")}]` : ""];
}
