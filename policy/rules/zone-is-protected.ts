import { isLasting } from "../lasting-stacks.ts";
import { zonesOf } from "../name-records.ts";
import { stackRule } from "../rule.ts";
import { acknowledged } from "../stack.ts";

const name = "zone-is-protected";

/** While names move from one provider to another there are two zones, and only one of them is depended on. */
export const zoneIsProtected = stackRule({
  name,
  description:
    "In prod and staging, one of the zones that hold the environment's names is protected, unless dns.provider is elsewhere.",
  check: (resources, refuse) => {
    if (acknowledged(resources, name) !== undefined) return;
    const zones = zonesOf(resources).filter(({ urn }) => isLasting(urn));
    const [first] = zones;
    if (first === undefined || zones.some(({ opts }) => opts.protect)) return;
    const names = zones.map(({ name, type }) => `${name} (${type})`).join(", ");
    refuse(
      first,
      `no zone is protected: ${names}. Deleting a zone deletes every name in it.`,
      "Pass protectZone: true when it is declared, and leave protectData true.",
    );
  },
});
