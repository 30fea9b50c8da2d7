import type {
  PolicyResource,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";

/** Says what is wrong with a resource, and what mends it: two sentences, without the resource's name. */
export type Refuse = (problem: string, fix: string) => void;

/** A rule that looks at one resource at a time, at what it is asked to be. */
export interface ResourceRule {
  readonly name: string;
  /** What must hold, as a sentence. */
  readonly description: string;
  /** The only types it looks at. */
  readonly types: readonly string[];
  readonly check: (resource: ResourceValidationArgs, refuse: Refuse) => void;
}

/** A rule that looks at all resources together, once each of them is known as far as it can be. */
export interface StackRule {
  readonly name: string;
  /** What must hold, as a sentence. */
  readonly description: string;
  readonly check: (resources: readonly PolicyResource[], refuse: RefuseResource) => void;
}

/** The same about one of many. */
export type RefuseResource = (
  resource: Pick<PolicyResource, "name" | "urn">,
  problem: string,
  fix: string,
) => void;

/** Makes a policy of it. Every rule is mandatory. */
export function resourceRule({ name, description, types, check }: ResourceRule): ResourceValidationPolicy {
  const validateResource = (resource: ResourceValidationArgs, report: (message: string) => void) => {
    if (!types.includes(resource.type)) return;
    check(resource, (problem, fix) => report(`${resource.name}: ${problem} ${fix}`));
  };
  // The SDK passes by what is of another type before it unpacks it: half of what a pack costs. Only for a single type.
  const single = types.length === 1 ? { __pulumiType: types[0] } : {};
  const validate = Object.assign(validateResource, single);
  return { name, description, enforcementLevel: "mandatory", validateResource: validate };
}

/** Makes a policy of it. Every rule is mandatory. */
export function stackRule({ name, description, check }: StackRule): StackValidationPolicy {
  return {
    name,
    description,
    enforcementLevel: "mandatory",
    validateStack: ({ resources }, report) =>
      check(resources, (resource, problem, fix) =>
        report(`${resource.name}: ${problem} ${fix}`, resource.urn),
      ),
  };
}

/**
 * A value that a preview may not know yet: undefined then. What else is wrong with a stack is to be said all the same.
 */
export function known<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && "unknownTypeSentinel" in error) return undefined;
    throw error;
  }
}
