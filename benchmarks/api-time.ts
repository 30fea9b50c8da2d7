import type { Step } from "./critical-path.ts";

/** How long the simulated API makes a client wait, in milliseconds. */
export interface Latencies {
  /** Each request. */
  readonly request: number;
  /** From a droplet's creation until it is active. */
  readonly droplet: number;
  /** From an app's creation until its first deployment is live. */
  readonly deployment: number;
}

/** A request as the cloud's log has it. */
export interface LoggedRequest {
  readonly server: string;
  readonly method: string;
  readonly path: string;
}

/** A resource as the engine's state has it. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly dependencies?: readonly string[];
}

/** Which requests are made for which type of resource. */
const owners: readonly (readonly [type: string, path: RegExp])[] = [
  ["vpc:Vpc", /^\/v2\/vpcs\b/],
  ["tag:Tag", /^\/v2\/tags\b/],
  ["sshKey:SshKey", /^\/v2\/account\/keys\b/],
  ["droplet:Droplet", /^\/v2\/(droplets|actions)\b/],
  ["firewall:Firewall", /^\/v2\/firewalls\b/],
  ["volume:Volume", /^\/v2\/volumes\b/],
  ["app:App", /^\/v2\/apps\b/],
  ["containerRegistry:ContainerRegistry", /^\/v2\/registry\b/],
  ["dnsRecord:DnsRecord", /^\/v2\/domains\/[^/]+\/records\b/],
  ["domain:Domain", /^\/v2\/domains\b/],
  ["monitorAlert:MonitorAlert", /^\/v2\/monitoring\/alerts\b/],
  ["uptimeAlert:UptimeAlert", /^\/v2\/uptime\/checks\/[^/]+\/alerts\b/],
  ["uptimeCheck:UptimeCheck", /^\/v2\/uptime\/checks\b/],
  ["projectResources:ProjectResources", /^\/v2\/projects\/[^/]+\/resources\b/],
  ["project:Project", /^\/v2\/projects\b/],
  ["spacesKey:SpacesKey", /^\/v2\/spaces\/keys\b/],
];

/** The last two parts of a type token, as in `droplet:Droplet`. */
const shortType = (type: string): string => type.slice(type.lastIndexOf("/") + 1);

/**
 * Every resource with the time it must spend waiting for the API, and what it has to wait for: the dependencies of the
 * engine's own state. A resource's own time is the number of requests its creation needs, one after the other, as the
 * cloud's log shows for its type, times a request's latency, and the time its machine or deployment takes. Asking the
 * same again and again counts once: how often it is asked is the client's choice, not the API's.
 *
 * @throws Error when a request belongs to no type of resource
 */
export function apiSteps(
  resources: readonly StateResource[],
  log: readonly LoggedRequest[],
  latencies: Latencies,
): Step[] {
  const requests = requestsByType(log);
  const count = (type: string) => resources.filter((other) => shortType(other.type) === type).length;
  return resources.map(({ urn, type, dependencies = [] }) => {
    const short = shortType(type);
    const calls = (requests.get(short) ?? 0) / count(short);
    return {
      id: urn,
      after: dependencies,
      milliseconds: calls * latencies.request + waitFor(short, latencies),
    };
  });
}

function requestsByType(log: readonly LoggedRequest[]): Map<string, number> {
  const counts = new Map<string, number>();
  const asked = new Set<string>();
  for (const { server, method, path } of log) {
    const question = `${server} ${method} ${path}`;
    if (method === "GET" && asked.has(question)) continue;
    asked.add(question);
    const type = server === "spaces" ? "spacesBucket:SpacesBucket" : ownerOf(path);
    if (type === undefined)
      throw new Error(`${method} ${path} belongs to no type of resource in ${import.meta.filename}`);
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return counts;
}

function ownerOf(path: string): string | undefined {
  return owners.find(([, pattern]) => pattern.test(path))?.[0];
}

function waitFor(type: string, { droplet, deployment }: Latencies): number {
  if (type === "droplet:Droplet") return droplet;
  return type === "app:App" ? deployment : 0;
}
