import { z } from "zod";
import type { CloudKeys } from "../engine/cloud.ts";
import { Failure } from "../engine/failure.ts";
import type { InterruptedCreation } from "../engine/sandbox.ts";
import { removeBucket } from "./bucket.ts";

type Item = Readonly<Record<string, unknown>>;
type Inputs = InterruptedCreation["inputs"];

/** How to find in the cloud what a creation nobody saw the end of may have made, and how to remove it. */
interface Trace {
  readonly list: (inputs: Inputs) => string;
  /** Field of the answer that holds the list. */
  readonly items: string;
  readonly isIt: (item: Item, inputs: Inputs) => boolean;
  readonly identifier: (item: Item) => unknown;
}

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
const traces: Readonly<Record<string, Trace>> = {
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
      withoutDot(item.data) === withoutDot(inputs.value),
    identifier: ({ id }) => id,
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
  "digitalocean:index/spacesKey:SpacesKey": named("/v2/spaces/keys", "keys", { identifier: "access_key" }),
  "digitalocean:index/sshKey:SshKey": named("/v2/account/keys", "ssh_keys"),
  "digitalocean:index/uptimeAlert:UptimeAlert": {
    ...named("", "alerts"),
    list: ({ checkId }) => `/v2/uptime/checks/${checkId}/alerts`,
  },
  "digitalocean:index/uptimeCheck:UptimeCheck": named("/v2/uptime/checks", "checks"),
  "digitalocean:index/volume:Volume": named("/v2/volumes", "volumes"),
  "digitalocean:index/vpc:Vpc": named("/v2/vpcs", "vpcs"),
};

/** Removes what interrupted creations left in the cloud and no stack knows; returns a line on each. */
export async function removeLeftovers(
  creations: readonly InterruptedCreation[],
  knownIds: ReadonlySet<string>,
  cloud: CloudKeys,
): Promise<string[]> {
  const removed: string[] = [];
  for (const { type, name, inputs } of creations) {
    if (type === bucketType && (await removeUnknownBucket(inputs, knownIds, cloud))) {
      removed.push(`SpacesBucket ${name} (${inputs.name})`);
    }
    const trace = traces[type];
    if (!trace) continue;
    const path = trace.list(inputs);
    for (const item of await listItems(cloud, path, trace.items)) {
      const identifier = String(trace.identifier(item));
      if (!trace.isIt(item, inputs) || knownIds.has(identifier)) continue;
      await call(cloud, "DELETE", `${path}/${identifier}`);
      removed.push(`${type.split(":").at(-1)} ${name} (${identifier})`);
    }
  }
  return removed;
}

/** Buckets are no part of the vendor's REST API: they are removed the S3 way. */
async function removeUnknownBucket(
  { name }: Inputs,
  knownIds: ReadonlySet<string>,
  cloud: CloudKeys,
): Promise<boolean> {
  return typeof name === "string" && !knownIds.has(name) && removeBucket(name, cloud);
}

const bucketType = "digitalocean:index/spacesBucket:SpacesBucket";

async function listItems(cloud: CloudKeys, path: string, field: string): Promise<Item[]> {
  const answer = await call(cloud, "GET", `${path}?per_page=200`);
  return answer === undefined
    ? []
    : (z.object({ [field]: z.array(z.record(z.string(), z.unknown())) }).parse(answer)[field] ?? []);
}

async function call(cloud: CloudKeys, method: string, path: string): Promise<unknown> {
  const response = await fetch(`${cloud.apiUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${cloud.token}` },
  });
  if (response.status === 404 || response.status === 204) return undefined;
  const text = await response.text();
  if (!response.ok)
    throw new Failure(`tidying up after a killed run: ${method} ${path} answered ${response.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

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
