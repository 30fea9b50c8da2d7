import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { askAdmin } from "../engine/cloud.ts";
import { Failure } from "../engine/failure.ts";
import { readText, removeFolder } from "../engine/files.ts";
import { type OperationKind, type OperationResult, runOperation } from "../engine/operation.ts";
import { environmentPaths, statePaths } from "../engine/paths.ts";
import type { ProviderChoices } from "../engine/plugins.ts";
import { type Prepared, prepare, type StageRunner } from "../engine/prepare.ts";
import type { Sandbox } from "../engine/sandbox.ts";
import { exportStack, unprotectAll } from "../engine/stack.ts";
import { removeSandbox, withSandbox } from "../engine/state.ts";
import type { Report } from "../engine/tool.ts";
import {
  type Capture,
  type RecordedRequest,
  requestSchema,
  resourcesOf,
  type StageCapture,
} from "./capture.ts";
import { readSteps } from "./steps.ts";

/** What both sides go through. Only what may change the state is worth looking at it again. */
const stages: readonly {
  readonly stage: string;
  readonly kind: OperationKind;
  readonly changesState: boolean;
}[] = [
  { stage: "first preview", kind: "preview", changesState: false },
  { stage: "up", kind: "up", changesState: true },
  { stage: "second preview", kind: "preview", changesState: false },
  { stage: "refresh", kind: "refresh", changesState: true },
  { stage: "preview after refresh", kind: "preview", changesState: false },
];

/** One side of a comparison. */
export interface Side {
  readonly environment: string;
  readonly providers: ProviderChoices;
  /** The program, and the shared cache; the state is this side's own. */
  readonly sandbox: Pick<Sandbox, "project" | "simulation" | "cache">;
  readonly report: Report;
  readonly note: Report;
  /** Asked before every step, so that an interrupted comparison still removes what it made. */
  readonly isCancelled: () => boolean;
}

/** Brings the environment up in a scratch sandbox, looks at it from all sides, and leaves nothing behind. */
export async function runSide(side: Side): Promise<Capture> {
  const folder = mkdtempSync(join(tmpdir(), "sandbox-compare-"));
  const sandbox: Sandbox = { ...side.sandbox, state: statePaths(folder) };
  try {
    return await withSandbox(sandbox, `comparing ${side.environment}`, () => capture(side, sandbox));
  } finally {
    side.report("removing the scratch sandbox");
    await removeSandbox(sandbox);
    removeFolder(folder);
  }
}

async function capture(side: Side, sandbox: Sandbox): Promise<Capture> {
  const { environment, providers, report, note } = side;
  const quietly: StageRunner = async (parts) => {
    await Promise.all(
      parts.map(({ title, run }) => run((line) => report(`${title.toLowerCase()}: ${line}`), note)),
    );
  };
  const prepared = await prepare(sandbox, environment, { providers, machines: "off" }, quietly);
  const captured: StageCapture[] = [];
  for (const stage of stages) captured.push(await captureStage(side, sandbox, prepared, stage));
  // What was taken over was there before, and the vendor does not let go of all of it: a default network, for one.
  const hasTakenOver = captured.some(({ steps }) => steps.some(({ operation }) => operation === "import"));
  if (!hasTakenOver) {
    // The engine refuses to destroy what is protected, whoever provides it.
    await unprotectAll(sandbox, environment, prepared.tools.engine);
    const destroy = { stage: "destroy", kind: "destroy", changesState: true } as const;
    captured.push(await captureStage(side, sandbox, prepared, destroy));
  }
  const secrets = sandbox.project.secretsFor(environment).map(({ name, makeValue }) => [name, makeValue()]);
  const { apiUrl, spacesUrl } = prepared.cloud;
  return { stages: captured, secrets: Object.fromEntries(secrets), addresses: [apiUrl, spacesUrl] };
}

async function captureStage(
  { environment, isCancelled, report }: Side,
  sandbox: Sandbox,
  prepared: Prepared,
  { stage, kind, changesState }: (typeof stages)[number],
): Promise<StageCapture> {
  if (isCancelled()) throw new Failure("the comparison was interrupted");
  const { tools, cloud } = prepared;
  const before = await requestsSince(prepared, 0);
  const last = before.at(-1)?.sequence ?? 0;
  const result = await runOperation(kind, sandbox, environment, {
    engine: tools.engine,
    cloud,
    report: (line) => report(`${stage}: ${line}`),
  });
  if (!result.succeeded) throw stageFailure(stage, result);
  const exported = changesState && (await exportStack(sandbox, environment, tools.engine, "plain"));
  return {
    stage,
    steps: readSteps(readText(environmentPaths(sandbox.state.root, environment).events) ?? ""),
    requests: await requestsSince(prepared, last),
    seconds: result.seconds,
    state: exported ? resourcesOf(exported) : undefined,
  };
}

const answerSchema = z.object({ requests: z.array(requestSchema) });

async function requestsSince({ cloud }: Prepared, sequence: number): Promise<RecordedRequest[]> {
  const { requests } = answerSchema.parse(
    await askAdmin(cloud, "GET", `requests?bodies=whole&since=${sequence}`),
  );
  // A comparison of half of what was asked would say nothing.
  if (
    sequence > 0 &&
    requests.some(
      ({ bodyForgotten }, index) => bodyForgotten || (index === 0 && requests[0]?.sequence !== sequence + 1),
    )
  )
    throw new Failure("the cloud was asked more than it remembers; compare a smaller environment");
  return requests;
}

function stageFailure(stage: string, { progress, log }: OperationResult): Failure {
  const errors = progress.diagnostics.filter(({ severity }) => severity === "error");
  const words = errors.map(({ resource, message }) => (resource ? `${resource}: ${message}` : message));
  return new Failure(`${stage} failed:\n${words.join("\n") || log.trim()}`);
}
