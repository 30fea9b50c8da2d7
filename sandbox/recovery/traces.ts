import { z } from "zod";
import type { InterruptedCreation } from "../engine/sandbox.ts";

/** One thing as the vendor lists it. */
export type Item = Readonly<Record<string, unknown>>;
/** What a resource was declared with. */
export type Inputs = InterruptedCreation["inputs"];

/** How to find in the cloud what a creation nobody saw the end of may have made, and how to name it. */
export interface Trace {
  readonly list: (inputs: Inputs) => string;
  /** Field of the answer that holds the list. */
  readonly items: string;
  readonly isIt: (item: Item, inputs: Inputs) => boolean;
  readonly identifier: (item: Item) => unknown;
  /** What `pulumi import` wants; the identifier unless given, null for what cannot be imported. */
  readonly importId?: ((identifier: string, inputs: Inputs) => string) | null;
}

/** What stands in a preview for a value that is not known before another resource is made. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Most things carry the name they were asked for. */
function named(
  path: string,
  items: string,
  {
    field = "name",
    input = "name",
    identifier = "id",
  }: { field?: string; input?: string; identifier?: string } = {},
): Trace {
  return {
    list: () => path,
    items,
    isIt: (item, inputs) => item[field] === inputs[input],
    identifier: (item) => item[identifier],
  };
}

/** What would be there twice, or be refused, when it is created again. Tags and assignments may be repeated. */
export const traces: Readonly<Record<string, Trace>> = {
  "digitalocean:index/app:App": {
    ...named("/v2/apps", "apps"),
    isIt: (item, inputs) => nameIn(item.spec) !== undefined && nameIn(item.spec) === nameIn(inputs.spec),
  },
  "digitalocean:index/dnsRecord:DnsRecord": {
    list: ({ domain }) => `/v2/domains/${domain}/records`,
    items: "domain_records",
    isIt: (item, inputs) =>
      item.type === inputs.type &&
      item.name === inputs.name &&
      // CAA records differ in this alone.
      (item.tag ?? undefined) === (inputs.tag ?? undefined) &&
      (inputs.value === unknown || withoutDot(item.data) === withoutDot(inputs.value)),
    identifier: ({ id }) => id,
    importId: (id, { domain }) => `${domain},${id}`,
  },
  "digitalocean:index/domain:Domain": named("/v2/domains", "domains", { identifier: "name" }),
  "digitalocean:index/droplet:Droplet": named("/v2/droplets", "droplets"),
  "digitalocean:index/firewall:Firewall": named("/v2/firewalls", "firewalls"),
  "digitalocean:index/monitorAlert:MonitorAlert": named("/v2/monitoring/alerts", "policies", {
    field: "description",
    input: "description",
    identifier: "uuid",
  }),
  "digitalocean:index/project:Project": named("/v2/projects", "projects"),
  "digitalocean:index/reservedIp:ReservedIp": {
    ...named("/v2/reserved_ips", "reserved_ips", { identifier: "ip" }),
    isIt: ({ droplet }, { dropletId }) => dropletId !== undefined && idIn(droplet) === Number(dropletId),
  },
  "digitalocean:index/spacesKey:SpacesKey": {
    ...named("/v2/spaces/keys", "keys", { identifier: "access_key" }),
    // Its secret is told once, at its making.
    importId: null,
  },
  "digitalocean:index/sshKey:SshKey": named("/v2/account/keys", "ssh_keys"),
  "digitalocean:index/uptimeAlert:UptimeAlert": {
    ...named("", "alerts"),
    list: ({ checkId }) => `/v2/uptime/checks/${checkId}/alerts`,
    importId: (id, { checkId }) => `${checkId},${id}`,
  },
  "digitalocean:index/uptimeCheck:UptimeCheck": named("/v2/uptime/checks", "checks"),
  "digitalocean:index/volume:Volume": named("/v2/volumes", "volumes"),
  "digitalocean:index/vpc:Vpc": named("/v2/vpcs", "vpcs"),
};

const withName = z.object({ name: z.string() });
const withId = z.object({ id: z.number() });

function nameIn(value: unknown): string | undefined {
  return withName.safeParse(value).data?.name;
}

function idIn(value: unknown): number | undefined {
  return withId.safeParse(value).data?.id;
}

function withoutDot(value: unknown): string {
  return String(value).replace(/\.$/, "");
}
