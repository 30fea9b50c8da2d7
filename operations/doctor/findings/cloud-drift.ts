import type { CloudDrift } from "../../cloud/drift.ts";
import { type Diagnosis, type Explained, explanation, type FindingKind } from "../finding.ts";
import type { Gathered } from "../gathered.ts";

const kinds: Readonly<Record<string, FindingKind>> = {
  "digitalocean:index/firewall:Firewall": "firewall",
  "digitalocean:index/dnsRecord:DnsRecord": "names",
  "cloudflare:index/dnsRecord:DnsRecord": "names",
};

/** Resources in the cloud that somebody has changed or taken away, where nothing else has said so. */
export function cloudDrift({ cloud }: Gathered, explained: Explained): Diagnosis[] {
  if ("unasked" in cloud) return [];
  return cloud.answer.filter(({ urn }) => !explained.has(explanation.resource(urn))).map(ofResource);
}

function ofResource({ name, type, differences, fix }: CloudDrift): Diagnosis {
  const kind = kinds[type] ?? "drift";
  const changes = differences.map(({ what, how }) => `${what} ${how ?? "differs"}`).join(", ");
  return {
    ...{ kind, severity: kind === "drift" ? "soon" : "urgent", where: `${name} (${type.split(":").at(-1)})` },
    what:
      differences.length === 0 ? "the resource is gone" : `the resource is not as the stack says: ${changes}`,
    cause: "somebody has changed it in the vendor's panel, or by its API",
    fix: [fix],
  };
}
