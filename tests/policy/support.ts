import type {
  PolicyResource,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";

/** A resource as a case describes it. */
export interface Described {
  readonly type: string;
  readonly name: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  /** Names of the resources a property comes from. */
  readonly from: Readonly<Record<string, readonly string[]>>;
}

/** Describes a resource. */
export function resource(
  type: string,
  name: string,
  props: Readonly<Record<string, unknown>> = {},
  more: Partial<Pick<Described, "protect" | "ignoreChanges" | "from">> = {},
): Described {
  return { type, name, props, protect: false, ignoreChanges: [], from: {}, ...more };
}

/** What a preview does not know yet: reading it fails, as the SDK has it. */
export function unknown(
  props: Readonly<Record<string, unknown>>,
  ...names: string[]
): Record<string, unknown> {
  const unread = Object.fromEntries(names.map((name) => [name, { enumerable: true, get: fail }]));
  return Object.defineProperties({ ...props }, unread);
}

function fail(): never {
  throw Object.assign(new Error("string value can't be known during preview"), { unknownTypeSentinel: "" });
}

/** What a rule says of these resources. */
export async function verdict(
  rule: ResourceValidationPolicy | StackValidationPolicy,
  described: readonly Described[],
  stack = "prod",
): Promise<string[]> {
  const said: string[] = [];
  const report = (message: string) => void said.push(message);
  const resources = link(described, stack);
  if ("validateStack" in rule) {
    await rule.validateStack({ resources } as unknown as StackValidationArgs, report);
    return said;
  }
  const { validateResource } = rule;
  if (typeof validateResource !== "function") throw new Error(`${rule.name} has no single check`);
  for (const one of resources) await validateResource(one as unknown as ResourceValidationArgs, report);
  return said;
}

function link(described: readonly Described[], stack: string): PolicyResource[] {
  const resources = new Map<string, PolicyResource>();
  for (const { type, name, props, protect, ignoreChanges } of described) {
    const urn = `urn:pulumi:${stack}::insightpulse::${type}::${name}`;
    const opts = { protect, ignoreChanges };
    resources.set(name, {
      type,
      name,
      urn,
      props,
      opts,
      propertyDependencies: {},
    } as unknown as PolicyResource);
  }
  for (const { name, from } of described) {
    const one = resources.get(name);
    for (const [property, names] of Object.entries(from)) {
      if (one === undefined) continue;
      one.propertyDependencies[property] = names.flatMap((other) => resources.get(other) ?? []);
    }
  }
  return [...resources.values()];
}

/** What a rule must refuse, and what it must let pass. */
export interface RuleCases {
  readonly refused: Readonly<Record<string, RefusedCase>>;
  readonly accepted: Readonly<Record<string, AcceptedCase>>;
}

/** One thing a rule must let pass. */
export interface AcceptedCase {
  readonly resources: readonly Described[];
  readonly stack?: string;
}

/** One thing a rule must refuse, and how: with the resource's name, what is wrong and what mends it. */
export interface RefusedCase extends AcceptedCase {
  readonly says: RegExp;
}
