import { z } from "zod";
import { askAdmin, type CloudKeys, runningCloud } from "../engine/cloud.ts";
import { describeStack, emptyDescription, type StackDescription } from "../engine/describe.ts";
import { installedKinds, type ProviderKind } from "../engine/plugins.ts";
import { describeProviders } from "../engine/prepare.ts";
import type { Sandbox, ServiceStatus, Stray } from "../engine/sandbox.ts";
import { exportStack, stackExists } from "../engine/stack.ts";
import { stackLocks } from "../engine/stack-lock.ts";
import { isUp, recordedTools } from "../engine/state.ts";
import { straysOf } from "../engine/strays.ts";
import type { Tool } from "../engine/tool.ts";
import { section } from "./output.ts";

/** What `status --json` prints. Its field names are an interface: scripts and tests read them. */
export interface Status extends StackDescription {
  readonly environment: string;
  /** Null until a first run has obtained an engine. */
  readonly engine: { readonly version: string; readonly obtained: Tool["origin"] } | null;
  readonly providers: Record<string, ProviderKind>;
  /** Who holds the engine's lock on the stack, since when, and whether at work: one that is not was killed. */
  readonly lock: { readonly owner: string; readonly atWork: boolean } | null;
  /** Droplets that carry this stack's tags and are in no state: made by a request whose answer was lost, perhaps. */
  readonly strays: readonly Stray[];
  /** Address of the cloud while it runs. */
  readonly cloud: string | null;
}

/** Looks at a sandbox without starting or changing anything. */
export async function readStatus(sandbox: Sandbox, environment: string): Promise<Status> {
  const engine = isUp(sandbox) ? recordedTools(sandbox)?.engine : undefined;
  const exported =
    engine && stackExists(sandbox, environment) ? await exportStack(sandbox, environment, engine) : undefined;
  const description = exported === undefined ? emptyDescription : describeStack(exported, sandbox.project);
  const cloud = await runningCloud(sandbox);
  const health = await healthOf(sandbox, environment, description);
  const machines = cloud ? await machinesOf(cloud) : undefined;
  const [lock] = stackLocks(sandbox, environment);
  return {
    environment,
    engine: engine ? { version: engine.version, obtained: engine.origin } : null,
    providers: installedKinds(sandbox.state.providers),
    lock: lock ? { owner: lock.owner, atWork: lock.working !== undefined } : null,
    strays: engine && cloud ? await straysOf(sandbox, exported, engine, cloud) : [],
    cloud: cloud?.apiUrl ?? null,
    ...description,
    services: description.services.map((service) => ({
      ...service,
      healthy: health[service.name]?.healthy ?? null,
      ...(health[service.name]?.reason === undefined ? {} : { reason: health[service.name]?.reason }),
    })),
    hosts: description.hosts.map((host) => ({ ...host, machine: machines?.[host.name] ?? null })),
  };
}

/** How the services answer at this moment; nothing is known of them where nothing can answer. */
async function healthOf(sandbox: Sandbox, environment: string, { services }: StackDescription) {
  const { world } = sandbox.simulation;
  if (services.length === 0 || !world.isOpen(sandbox)) return {};
  return world.ask(sandbox, sandbox.project.healthQuestions(environment, sandbox.state), 0);
}

const machinesSchema = z.object({
  machines: z
    .array(z.object({ name: z.string(), state: z.string(), reason: z.string().optional() }))
    .nullable(),
});

/** What the machines of droplets do, by the droplet's name; undefined where droplets are records. */
async function machinesOf(cloud: CloudKeys): Promise<Record<string, string> | undefined> {
  const { machines } = machinesSchema.parse(await askAdmin(cloud, "GET", "machines"));
  return (
    (machines &&
      Object.fromEntries(
        machines.map(({ name, state, reason }) => [
          name,
          reason === undefined ? state : `${state}: ${reason}`,
        ]),
      )) ??
    undefined
  );
}

/** The same for people. */
export function formatStatus(status: Status): string {
  const { environment, engine, providers, cloud, resources, hosts, services, lock, strays } = status;
  const total = Object.values(resources).reduce((sum, count) => sum + count, 0);
  if (!engine || total === 0) {
    return `Nothing is up in ${environment}. Start it with: ./scripts/sandbox up ${environment}`;
  }
  const health = ({ healthy, reason }: ServiceStatus) =>
    healthy === null
      ? "nothing runs yet"
      : healthy
        ? "healthy"
        : `failing: ${reason ?? "for an unknown reason"}`;
  return [
    section(
      "Services",
      services.map((service) => [service.name, service.url, health(service)]),
    ),
    section(
      "Hosts",
      hosts.map(({ name, address, machine }) => [name, address ?? "no address", machine ?? "a record"]),
    ),
    section(`Resources: ${total}`, resourceRows(resources)),
    section("Made with", [
      ["engine", `pulumi ${engine.version}, ${engine.obtained}`],
      ["providers", describeProviders(providers)],
      ["cloud", cloud ?? `not running; start it with: ./scripts/sandbox up ${environment}`],
    ]),
    section("Locked", lock ? [[lock.owner, lock.atWork ? "at work" : releasing(environment)]] : []),
    section(
      "In the cloud, tagged as this environment's, and in no state",
      strays.map(({ id, name }) => [name, `remove it: ${removal(id)}`]),
    ),
  ]
    .filter((text) => text !== undefined)
    .join("\n\n");
}

const releasing = (environment: string) =>
  `ended; the next run releases it: ./scripts/sandbox up ${environment}, or under plain pulumi: pulumi cancel`;

const removal = (droplet: string) =>
  `curl -X DELETE -H "Authorization: Bearer $DIGITALOCEAN_TOKEN" "$DIGITALOCEAN_API_URL/v2/droplets/${droplet}"`;

/** One row per provider, as types are long and many. */
function resourceRows(resources: Readonly<Record<string, number>>): string[][] {
  const rows = new Map<string, string[]>();
  for (const [type, count] of Object.entries(resources)) {
    const [owner = "", , name = ""] = type.split(":");
    rows.set(owner, [...(rows.get(owner) ?? []), `${name} ${count}`]);
  }
  return [...rows].map(([owner, counts]) => [owner, counts.join(", ")]);
}
