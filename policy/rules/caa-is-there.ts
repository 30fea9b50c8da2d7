import { recordsOf, zonesOf } from "../name-records.ts";
import { stackRule } from "../rule.ts";

/** Without one, every authority in the world may issue certificates for these names. */
export const caaIsThere = stackRule({
  name: "caa-is-there",
  description: "Every zone says who may issue certificates and wildcard certificates (CAA).",
  check: (resources, refuse) => {
    const records = recordsOf(resources);
    for (const zone of zonesOf(resources)) {
      const own = records.filter((record) => record.zone?.urn === zone.urn && record.label === "@");
      const missing = ["issue", "issuewild"].filter(
        (tag) => !own.some((record) => record.type === "CAA" && record.tag === tag),
      );
      if (missing.length === 0) continue;
      refuse(
        zone,
        `no CAA record says ${missing.join(" or ")}.`,
        "Name the authorities in dns.certificateAuthorities.",
      );
    }
  },
});
