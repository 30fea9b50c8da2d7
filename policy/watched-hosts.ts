import type { PolicyResource } from "@pulumi/policy";
import { known } from "./rule.ts";
import { ofType } from "./stack.ts";
import { types } from "./types.ts";

/** Host name that an uptime check asks; undefined where a preview does not know it yet. */
export function hostAsked({ props }: PolicyResource): string | undefined {
  const target = known(() => props.target as string);
  return target === undefined || !URL.canParse(target) ? undefined : new URL(target).hostname;
}

/** Host names that somebody outside asks whether they answer. */
export function watchedHosts(resources: readonly PolicyResource[]): ReadonlySet<string> {
  const checks = ofType(resources, types.uptimeCheck).filter(
    ({ props }) => known(() => props.enabled) !== false,
  );
  return new Set(checks.map(hostAsked).filter((host) => host !== undefined));
}
