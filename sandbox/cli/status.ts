import { runningCloud } from "../engine/cloud.ts";
import { describeStack, emptyDescription, type StackDescription } from "../engine/describe.ts";
import { installedKinds, type ProviderKind } from "../engine/plugins.ts";
import { describeProviders } from "../engine/prepare.ts";
import type { Sandbox } from "../engine/sandbox.ts";
import { exportStack, stackExists } from "../engine/stack.ts";
import { isUp, recordedTools } from "../engine/state.ts";
import type { Tool } from "../engine/tool.ts";
import { section } from "./output.ts";

/** What `status --json` prints. Its field names are an interface: scripts and tests read them. */
export interface Status extends StackDescription {
  readonly environment: string;
  /** Null until a first run has obtained an engine. */
  readonly engine: { readonly version: string; readonly obtained: Tool["origin"] } | null;
  readonly providers: Record<string, ProviderKind>;
  /** Address of the cloud while it runs. */
  readonly cloud: string | null;
}

/** Looks at a sandbox without starting or changing anything. */
export async function readStatus(sandbox: Sandbox, environment: string): Promise<Status> {
  const engine = isUp(sandbox) ? recordedTools(sandbox)?.engine : undefined;
  const description =
    engine && stackExists(sandbox, environment)
      ? describeStack(await exportStack(sandbox, environment, engine), sandbox.project)
      : emptyDescription;
  return {
    environment,
    engine: engine ? { version: engine.version, obtained: engine.origin } : null,
    providers: installedKinds(sandbox.state.providers),
    cloud: (await runningCloud(sandbox))?.apiUrl ?? null,
    ...description,
  };
}

/** The same for people. */
export function formatStatus(status: Status): string {
  const { environment, engine, providers, cloud, resources, hosts, services } = status;
  const total = Object.values(resources).reduce((sum, count) => sum + count, 0);
  if (!engine || total === 0) {
    return `Nothing is up in ${environment}. Start it with: ./scripts/sandbox up ${environment}`;
  }
  const health = (healthy: boolean | null) =>
    healthy === null ? "nothing runs yet" : healthy ? "healthy" : "failing";
  return [
    section(
      "Services",
      services.map(({ name, url, healthy }) => [name, url, health(healthy)]),
    ),
    section(
      "Hosts",
      hosts.map(({ name, address }) => [name, address ?? "no address"]),
    ),
    section(`Resources: ${total}`, resourceRows(resources)),
    section("Made with", [
      ["engine", `pulumi ${engine.version}, ${engine.obtained}`],
      ["providers", describeProviders(providers)],
      ["cloud", cloud ?? `not running; start it with: ./scripts/sandbox up ${environment}`],
    ]),
  ]
    .filter((text) => text !== undefined)
    .join("\n\n");
}

/** One row per provider, as types are long and many. */
function resourceRows(resources: Readonly<Record<string, number>>): string[][] {
  const rows = new Map<string, string[]>();
  for (const [type, count] of Object.entries(resources)) {
    const [owner = "", , name = ""] = type.split(":");
    rows.set(owner, [...(rows.get(owner) ?? []), `${name} ${count}`]);
  }
  return [...rows].map(([owner, counts]) => [owner, counts.join(", ")]);
}
