import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { stepSide } from "../changes/preview.ts";
import { root } from "../environments.ts";
import { Failure } from "../failure.ts";

const side = stepSide.extend({ parent: z.string().optional() });

const metadata = z.object({
  op: z.string(),
  urn: z.string(),
  old: side.nullish(),
  new: side.nullish(),
  keys: z.array(z.string()).nullish(),
  diffs: z.array(z.string()).nullish(),
  detailedDiff: z.record(z.string(), z.object({ diffKind: z.string() })).nullish(),
});

const event = z.object({
  resourcePreEvent: z.object({ metadata }).optional(),
  diagnosticEvent: z
    .object({ urn: z.string().optional(), message: z.string(), severity: z.string() })
    .optional(),
  policyEvent: z
    .object({
      resourceUrn: z.string().optional(),
      message: z.string(),
      policyName: z.string(),
      enforcementLevel: z.string(),
    })
    .optional(),
});

/** One step of a preview, in the engine's words. */
export type EngineStep = z.output<typeof metadata>;

/** What a rule of the policy pack found. */
export interface PolicyFinding {
  readonly rule: string;
  readonly urn: string | undefined;
  readonly message: string;
  /** Whether the engine refuses because of it. */
  readonly isMandatory: boolean;
}

/** What the engine would do. */
export interface EnginePreview {
  readonly succeeded: boolean;
  readonly steps: readonly EngineStep[];
  readonly findings: readonly PolicyFinding[];
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
  /**
   * The engine's plan, which `pulumi up --plan` keeps to. It holds secrets in plain text, and so is never written anywhere: it
   * travels through pipes and stays in memory. Empty where the preview failed.
   */
  readonly plan: string;
}

/** Every preview and update of a delivery passes the policy pack: by the variable, since a flag would add it once more. */
const judged = { PULUMI_OPTION_POLICY_PACK: join(root, "policy/pack") };

/** A shell's own exit code. */
const commandNotFound = 127;
const largest = 256 * 1024 * 1024;

/**
 * The engine opens a plan by its name, which works for pipes and not for the sockets that Node's own are. So a shell puts a
 * pipe between, and makes way for the engine: there is no process around it, and no file.
 */
const writesPlan = { script: 'exec "$@" 9> >(exec cat >&3) 3>&-', file: "/dev/fd/9" };
const readsPlan = { script: 'exec "$@" < <(exec cat <&3) 3<&-', file: "/dev/stdin" };

/** What a preview looks at. */
export interface PreviewScope {
  /** Settings file in the place of the environment's own. */
  readonly settings?: string;
  /** URNs of the only resources that may change; all may when left out. */
  readonly targets?: readonly string[];
}

/**
 * Previews an environment with its policy pack, and keeps the plan. Nothing is changed.
 *
 * @throws Failure when the engine is not there, or says nothing that can be read
 */
export async function previewEnvironment(
  environment: string,
  { settings, targets = [] }: PreviewScope = {},
): Promise<EnginePreview> {
  const words = [
    ...["preview", "--stack", environment, "--json", "--non-interactive"],
    ...(settings === undefined ? [] : ["--config-file", settings]),
    ...targetWords(targets),
  ];
  const result = await execa(
    "bash",
    [
      ...["-c", writesPlan.script, "bash", "pulumi", ...words],
      ...["--show-secrets", "--save-plan", writesPlan.file],
    ],
    {
      ...{ cwd: root, reject: false, maxBuffer: largest },
      // One event a line: the other form leaves out what the rules of the policy pack say.
      env: { ...judged, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" },
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    },
  );
  if (result.exitCode === commandNotFound)
    throw new Failure("pulumi is not on PATH", "install it: https://www.pulumi.com/docs/install/");
  const read = readEvents(result.stdout);
  // What goes wrong before or after the steps is no event.
  const reason = result.stderr.trim().replace(/^error: /, "");
  if (result.failed && read.steps.length === 0 && read.errors.length === 0)
    throw new Failure(
      `${environment} cannot be previewed: ${reason || result.shortMessage}`,
      "pulumi login, and PULUMI_CONFIG_PASSPHRASE_FILE where the stack has a passphrase",
    );
  if (result.failed && reason !== "") read.errors.push(reason);
  return { succeeded: !result.failed, ...read, plan: result.failed ? "" : String(result.stdio[3] ?? "") };
}

/** What a stream of the engine's events says. */
export function readEvents(
  text: string,
): Omit<EnginePreview, "succeeded" | "plan" | "errors"> & { errors: string[] } {
  const events = text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => event.parse(JSON.parse(line)));
  const said = (severity: string) =>
    events.flatMap(({ diagnosticEvent: one }) =>
      one?.severity === severity ? [one.message.replace(/^(error|warning): /, "").trim()] : [],
    );
  return {
    steps: events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata ?? []),
    findings: events.flatMap(({ policyEvent }) => {
      if (policyEvent === undefined) return [];
      const { policyName: rule, resourceUrn: urn, message, enforcementLevel } = policyEvent;
      // Its first line is the rule's own description.
      const own = message.trim().split("\n").slice(1).join("\n") || message.trim();
      return [{ rule, urn, message: own, isMandatory: enforcementLevel === "mandatory" }];
    }),
    warnings: said("warning"),
    errors: said("error"),
  };
}

function targetWords(targets: readonly string[]): string[] {
  return targets.flatMap((urn) => ["--target", urn]);
}

/**
 * Applies a plan before the operator's eyes, on standard error as all that is said on the way; the engine refuses whatever is not in it.
 *
 * @param targets those that the plan was made with
 * @throws Failure when it ends with anything but success
 */
export async function applyPlan(
  environment: string,
  plan: string,
  targets: readonly string[] = [],
): Promise<void> {
  const words = [
    ...["up", "--stack", environment, "--yes", "--skip-preview", "--non-interactive"],
    ...targetWords(targets),
  ];
  const child = execa(
    "bash",
    [
      ...["-c", readsPlan.script, "bash", "pulumi", ...words],
      ...["--suppress-outputs", "--plan", readsPlan.file],
    ],
    { cwd: root, reject: false, env: judged, stdio: ["ignore", 2, "inherit", [[plan]]] as const },
  );
  const release = passSignalsTo(child);
  const result = await child;
  release();
  if (result.failed) {
    const ended = result.signal ?? `exit code ${result.exitCode}`;
    throw new Failure(
      `pulumi up ended with ${ended}: what it had done by then is in the state`,
      `pulumi preview --stack ${environment} says what is left; the next delivery goes on from there`,
    );
  }
}

/** A run that is told to stop lets the engine finish what it has begun and free its lock. */
function passSignalsTo(child: { kill(signal: NodeJS.Signals): boolean }): () => void {
  const signals = ["SIGINT", "SIGTERM"] as const;
  // The engine takes SIGINT for a wish to end in good order.
  const pass = () => void child.kill("SIGINT");
  for (const signal of signals) process.on(signal, pass);
  return () => {
    for (const signal of signals) process.removeListener(signal, pass);
  };
}
