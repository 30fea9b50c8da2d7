/** Stacks that are not thrown away: what they hold is protected. */
const lastingStacks: ReadonlySet<string> = new Set(["prod", "staging"]);

/** Name of the stack a resource belongs to. */
export function stackOf(urn: string): string {
  return urn.split("::")[0]?.replace("urn:pulumi:", "") ?? "";
}

/** Whether the resource with this URN belongs to a stack that is not thrown away. */
export function isLasting(urn: string): boolean {
  return lastingStacks.has(stackOf(urn));
}
