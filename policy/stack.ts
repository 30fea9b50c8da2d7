import type { PolicyResource } from "@pulumi/policy";
import type { Acknowledgements } from "../config/derive/acknowledgements.ts";
import { known } from "./rule.ts";
import { types } from "./types.ts";

/** The resources of one type, or of several. */
export function ofType(resources: readonly PolicyResource[], ...wanted: string[]): PolicyResource[] {
  return resources.filter(({ type }) => wanted.includes(type));
}

/** An output of the stack; undefined where it has none of this name, or it is not known yet. */
export function outputOf(resources: readonly PolicyResource[], name: string): unknown {
  const [stack] = ofType(resources, types.stack);
  return known(() => stack?.props[name]);
}

/** Why something is otherwise than this rule wants it, where the settings state that. */
export function acknowledged(
  resources: readonly PolicyResource[],
  rule: keyof Acknowledgements,
): string | undefined {
  return known(() => (outputOf(resources, "acknowledgements") as Acknowledgements | undefined)?.[rule]);
}

/** The resources from which one of its properties comes. */
export function sourcesOf(resource: PolicyResource, property: string): readonly PolicyResource[] {
  return resource.propertyDependencies[property] ?? [];
}

/** Tags of a resource that are known. */
export function tagsOf({ props }: PolicyResource): string[] {
  const tags = known(() => props.tags as string[] | undefined) ?? [];
  return Array.from({ length: tags.length }, (_, index) => known(() => tags[index])).filter(
    (tag) => tag !== undefined,
  );
}
