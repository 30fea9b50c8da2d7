import { type Diagnostic, describeChanges } from "../engine/events.ts";
import { Failure } from "../engine/failure.ts";
import { type OperationKind, type OperationResult, runOperation } from "../engine/operation.ts";
import { type Choices, type Prepared, prepare } from "../engine/prepare.ts";
import { requireEnvironment, type Sandbox } from "../engine/sandbox.ts";
import { withSandbox } from "../engine/state.ts";
import { say, styled } from "./output.ts";
import { runStages } from "./stages.ts";
import { Timeline } from "./timeline.ts";

/** An operation of the engine, and the sandbox it ran in. */
export interface Operated {
  readonly prepared: Prepared;
  readonly result: OperationResult;
  /** When each stage ran. */
  readonly timeline: Timeline;
}

/**
 * Gets the sandbox ready, runs one engine operation in it with progress, and says what the engine, the providers and
 * the program had to say. Fails when the engine did, with its own words.
 */
export async function operate(
  kind: OperationKind,
  sandbox: Sandbox,
  environment: string,
  choices: Choices,
): Promise<Operated> {
  requireEnvironment(sandbox.project, environment);
  return withSandbox(sandbox, `${kind} ${environment}`, async () => {
    const timeline = new Timeline(runStages);
    const prepared = await prepare(sandbox, environment, choices, timeline.run);
    let result: OperationResult | undefined;
    const title = `pulumi ${kind}`;
    await timeline.run([
      {
        title,
        run: async (report) => {
          result = await runOperation(kind, sandbox, environment, {
            engine: prepared.tools.engine,
            cloud: prepared.cloud,
            report,
          });
          return result.succeeded ? describeChanges(result.progress.changes) : "stopped with errors";
        },
      },
    ]);
    if (!result) throw new Error("the engine's stage ended without a result");
    for (const { name, began, ended } of result.progress.longSteps)
      timeline.add(`${title}: ${name}`, began, ended);
    tellDiagnostics(result);
    if (!result.succeeded) throw operationFailure(kind, environment, result);
    return { prepared, result, timeline };
  });
}

function tellDiagnostics({ progress, succeeded }: OperationResult): void {
  // What the program merely mentions is of interest when something went wrong, and clutter when it did not.
  for (const diagnostic of progress.diagnostics) {
    if (!succeeded || diagnostic.severity !== "info") say(formatDiagnostic(diagnostic));
  }
}

function formatDiagnostic({ severity, resource, message }: Diagnostic): string {
  const style = { error: "red", warning: "yellow", info: "dim" } as const;
  const label = styled(style[severity], `${severity}:`, process.stderr);
  const said = message.replace(/^(error|warning): /, "");
  return `${label} ${resource ? `${resource}: ` : ""}${said.replaceAll("\n", "\n    ")}`;
}

function operationFailure(
  kind: OperationKind,
  environment: string,
  { progress, log }: OperationResult,
): Failure {
  const explained = progress.diagnostics.some(({ severity }) => severity === "error");
  const done = progress.planned
    ? "nothing was changed"
    : `before it stopped: ${describeChanges(progress.changes)}`;
  const reason = explained ? done : log.trim();
  const isRefused = progress.diagnostics.some(({ message }) => message.includes("because it is protected"));
  return new Failure(
    `pulumi ${kind} of ${environment} failed\n${reason}`,
    kind === "destroy" && isRefused
      ? `eval "$(./scripts/sandbox env ${environment})" && pulumi state unprotect --all --yes, if all of it is to go`
      : undefined,
  );
}

/** One line on what an operation did, for people. */
export function summaryLine({ progress, seconds }: OperationResult): string {
  return `${describeChanges(progress.changes)} in ${Math.round(seconds)} s`;
}
