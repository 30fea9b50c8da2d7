import type { StackValidationPolicy } from "@pulumi/policy";
import { isLasting } from "../lasting-stacks.ts";

const zoneTypes: ReadonlySet<string> = new Set([
  "digitalocean:index/domain:Domain",
  "cloudflare:index/zone:Zone",
]);

/** While names move from one provider to another there are two zones, and only one of them is depended on. */
export const zoneIsProtected: StackValidationPolicy = {
  name: "zone-is-protected",
  description: "In prod and staging, one of the zones that hold the environment's names is protected.",
  enforcementLevel: "mandatory",
  validateStack: ({ resources }, reportViolation) => {
    const zones = resources.filter(({ type, urn }) => zoneTypes.has(type) && isLasting(urn));
    if (zones.length === 0 || zones.some(({ opts }) => opts.protect)) return;
    const names = zones.map(({ name, type }) => `${name} (${type})`).join(", ");
    reportViolation(`No zone is protected: ${names}. Deleting a zone deletes every name in it.`);
  },
};
