/** One resource of an exported state. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom?: boolean;
  readonly parent?: string;
  readonly protect?: boolean;
  /** Replaced already, and still to be deleted. */
  readonly delete?: boolean;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** The resources of what `pulumi stack export` printed, the vendors' ones only unless asked otherwise. */
export function resourcesOf(exported: string): StateResource[] {
  const { deployment } = JSON.parse(exported) as { deployment: { resources?: StateResource[] } };
  return (deployment.resources ?? []).map((resource) => ({
    ...resource,
    inputs: resource.inputs ?? {},
    outputs: resource.outputs ?? {},
  }));
}

/** The value of a secret in a state that was exported with `--show-secrets`. */
export function shownSecret(value: unknown): string {
  const { plaintext } = value as { plaintext?: string };
  if (plaintext === undefined)
    throw new Error(`not a secret of an export with --show-secrets: ${JSON.stringify(value)}`);
  return JSON.parse(plaintext);
}

/** Last part of a URN: the resource's name. */
export function nameOf(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

/** What `pulumi preview --json` plans, as `operation name`, without what stays the same and what merely groups. */
export function plannedSteps(preview: string): string[] {
  const { steps } = JSON.parse(preview) as { steps: Step[] };
  return steps.filter(isChange).map(inWords).sort();
}

/** What an `up --json` did, in the same words. */
export function doneSteps(printed: string): string[] {
  const events = printed.split("\n").filter((line) => line.startsWith("{"));
  return events
    .map((line) => (JSON.parse(line) as { resourcePreEvent?: { metadata: Step } }).resourcePreEvent?.metadata)
    .filter((step) => step !== undefined)
    .filter(isChange)
    .map(inWords)
    .sort();
}

interface Step {
  readonly op: string;
  readonly urn: string;
}

function isChange({ op, urn }: Step): boolean {
  return op !== "same" && !urn.includes("pulumi:pulumi:Stack");
}

function inWords({ op, urn }: Step): string {
  return `${op} ${nameOf(urn)}`;
}
