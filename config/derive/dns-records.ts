import { rootService } from "../catalogue.ts";
import type { ResolvedService } from "../resolve.ts";
import type { Settings } from "../schema.ts";

/** What a record points at; addresses and ingress names are only known once the resource exists. */
export type RecordTarget =
  | { readonly kind: "host"; readonly host: string }
  | { readonly kind: "app"; readonly service: string }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "text"; readonly text: string };

/** One record of the zone, whoever hosts it. */
export interface PlannedRecord {
  /** Stable key; the identity of the record inside the stack. */
  readonly key: string;
  /** Label below the zone, `@` for the zone itself. */
  readonly name: string;
  readonly type: "A" | "AAAA" | "CNAME" | "MX" | "NS" | "TXT" | "CAA";
  readonly target: RecordTarget;
  readonly ttlSeconds: number;
  readonly priority?: number;
  /** CAA: which kind of certificate the target may issue. */
  readonly tag?: "issue" | "issuewild";
  readonly purpose: string;
}

/** Every record of the environment's zone: one for each service, the root, `www`, CAA and the extra ones. */
export function planDnsRecords(
  services: readonly ResolvedService[],
  settings: Pick<Settings, "domain" | "dns">,
): PlannedRecord[] {
  const { dns, domain } = settings;
  const ttlSeconds = dns.ttlSeconds;
  return [
    ...rootRecords(services, domain, ttlSeconds),
    ...services.map((service) => serviceRecord(service, ttlSeconds)),
    ...dns.certificateAuthorities.flatMap((authority) =>
      (["issue", "issuewild"] as const).map(
        (tag): PlannedRecord => ({
          key: `caa-${tag}-${authority}`,
          name: "@",
          type: "CAA",
          target: { kind: "name", name: authority },
          ttlSeconds,
          tag,
          purpose: `${authority} may issue ${tag === "issue" ? "certificates" : "wildcard certificates"}`,
        }),
      ),
    ),
    ...dns.extraRecords.map((record): PlannedRecord => {
      const isText = record.type === "TXT" || record.type === "A" || record.type === "AAAA";
      return {
        key: `extra-${record.type}-${record.name}-${record.value}`.toLowerCase(),
        name: record.name,
        type: record.type,
        target: isText ? { kind: "text", text: record.value } : { kind: "name", name: record.value },
        ttlSeconds,
        ...(record.priority === undefined ? {} : { priority: record.priority }),
        purpose: "extra record of the configuration",
      };
    }),
  ];
}

function rootRecords(
  services: readonly ResolvedService[],
  domain: string,
  ttlSeconds: number,
): PlannedRecord[] {
  const root = services.find(({ name }) => name === rootService);
  if (root?.kind !== "host") return [];
  return [
    {
      key: "root",
      name: "@",
      type: "A",
      target: { kind: "host", host: root.host },
      ttlSeconds,
      purpose: `the bare domain, answered beside ${root.name}`,
    },
    {
      key: "www",
      name: "www",
      type: "CNAME",
      target: { kind: "name", name: domain },
      ttlSeconds,
      purpose: "the bare domain by its other name",
    },
  ];
}

function serviceRecord(service: ResolvedService, ttlSeconds: number): PlannedRecord {
  const common = { key: service.name, name: service.subdomain, ttlSeconds, purpose: service.title };
  switch (service.kind) {
    case "host":
      return { ...common, type: "A", target: { kind: "host", host: service.host } };
    case "app":
      return { ...common, type: "CNAME", target: { kind: "app", service: service.name } };
    case "external":
      return { ...common, type: "CNAME", target: { kind: "name", name: service.target } };
  }
}
