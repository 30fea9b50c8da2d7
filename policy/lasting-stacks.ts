/** Stacks that are not thrown away: what they hold is protected. */
const lastingStacks: ReadonlySet<string> = new Set(["prod", "staging"]);

/** Whether the resource with this URN belongs to a stack that is not thrown away. */
export function isLasting(urn: string): boolean {
  return lastingStacks.has(urn.split("::")[0]?.replace("urn:pulumi:", "") ?? "");
}
