import { readdirSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { Failure, messageOf } from "./failure.ts";
import { makeFolder, readJson, readText, writeJson } from "./files.ts";
import { withLock } from "./lock.ts";
import { runLong } from "./run.ts";
import { isExecutable, type Report } from "./tool.ts";

/** What a provider is: the vendor's own plugin, or the sandbox's small translation of it. */
export type ProviderKind = "official" | "stand-in";

/** Which kind is wanted; `auto` takes the official ones where they can be had. */
export const providerChoices = ["auto", "official", "stand-in"] as const;

/** Which kind is wanted. */
export type ProviderChoice = (typeof providerChoices)[number];

/** One choice for all providers, or one for each by its name. */
export type ProviderChoices = ProviderChoice | ((provider: string) => ProviderChoice);

/** A provider the program uses, in the version of its SDK package. */
export interface Plugin {
  readonly name: string;
  readonly version: string;
}

/** What obtaining official plugins needs. */
export type OfficialSource = Pick<PluginOptions, "engine" | "cache" | "report" | "note">;

const recordSchema = z.record(z.string(), z.enum(["official", "stand-in"]));
const noNetworkSchema = z.object({ until: z.number() });
const noNetworkMs = 6 * 3_600_000;
const stallMs = 10_000;

/** Everything needed to install plugins. */
export interface PluginOptions {
  readonly engine: string;
  readonly cache: string;
  readonly pulumiHome: string;
  /** Where the kind of each installed provider is remembered. */
  readonly record: string;
  /** Folder holding an executable `pulumi-resource-NAME` per stand-in. */
  readonly standIns: string;
  readonly plugins: readonly Plugin[];
  readonly choice: ProviderChoices;
  readonly report: Report;
  readonly note: Report;
}

/** The kind of each provider of this sandbox, as far as they are installed. */
export function installedKinds(record: string): Record<string, ProviderKind> {
  const parsed = recordSchema.safeParse(readJson(record));
  return parsed.success ? parsed.data : {};
}

/** Sees to it that every provider is installed, and says which kind each one is. */
export async function installPlugins(options: PluginOptions): Promise<Record<string, ProviderKind>> {
  const before = installedKinds(options.record);
  const kinds: Record<string, ProviderKind> = {};
  const { choice } = options;
  for (const plugin of options.plugins) {
    const wanted = typeof choice === "string" ? choice : choice(plugin.name);
    kinds[plugin.name] = await installPlugin(plugin, before[plugin.name], { ...options, choice: wanted });
  }
  if (JSON.stringify(kinds) !== JSON.stringify(before)) writeJson(options.record, kinds);
  return kinds;
}

/** A sandbox stays with the kind it began with: a stack made by one kind is not handed to the other unasked. */
async function installPlugin(
  plugin: Plugin,
  before: ProviderKind | undefined,
  options: PluginOptions & { readonly choice: ProviderChoice },
): Promise<ProviderKind> {
  const { choice, pulumiHome } = options;
  const wanted = choice === "auto" ? before : choice;
  if (wanted !== "stand-in") {
    if (before === "official" && isInstalled(plugin, pulumiHome)) return "official";
    const folder = await obtainOfficial(plugin, options);
    if (folder !== undefined) {
      await install(plugin, folder, options);
      return "official";
    }
    if (wanted === "official") {
      throw new Failure(
        `the official provider ${plugin.name} ${plugin.version} cannot be downloaded here`,
        "leave --providers out, or give --providers stand-in",
      );
    }
  }
  await installStandIn(plugin, options);
  return "stand-in";
}

/** Its executable is only a pointer to the code, so it is installed again only when the pointer has changed. */
async function installStandIn(plugin: Plugin, options: PluginOptions): Promise<void> {
  const file = join(options.standIns, executableName(plugin));
  const installed = join(pluginFolder(plugin, options.pulumiHome), executableName(plugin));
  if (isInstalled(plugin, options.pulumiHome) && readText(installed) === readText(file)) return;
  await install(plugin, file, options);
}

async function install(
  plugin: Plugin,
  from: string,
  { engine, pulumiHome, report }: PluginOptions,
): Promise<void> {
  report(`installing ${plugin.name} ${plugin.version}`);
  const args = ["plugin", "install", "resource", plugin.name, plugin.version, "--reinstall", "--file", from];
  const result = await execa(engine, args, {
    env: { PULUMI_HOME: pulumiHome, PULUMI_SKIP_UPDATE_CHECK: "true" },
    all: true,
    reject: false,
  });
  if (result.failed) throw new Failure(`installing provider ${plugin.name} failed:\n${result.all}`);
}

/** Which of these official plugins cannot be had here; the others are in the cache afterwards. */
export async function missingOfficials(
  plugins: readonly Plugin[],
  source: OfficialSource,
): Promise<Plugin[]> {
  const missing: Plugin[] = [];
  for (const plugin of plugins) {
    if ((await obtainOfficial(plugin, { ...source, choice: "official" })) === undefined) missing.push(plugin);
  }
  return missing;
}

/** Folder of the official plugin in the cache, downloaded if need be; undefined where there is no network. */
async function obtainOfficial(
  plugin: Plugin,
  options: OfficialSource & { readonly choice: ProviderChoice },
): Promise<string | undefined> {
  const { cache, choice, note, report } = options;
  const home = makeFolder(join(cache, "official"));
  const folder = pluginFolder(plugin, home);
  if (isInstalled(plugin, home)) return folder;
  const noNetwork = join(cache, "no-network.json");
  if (choice === "auto" && isRecentlyOffline(noNetwork)) return undefined;
  report(`downloading ${plugin.name} ${plugin.version}`);
  try {
    await withLock(
      join(cache, "locks", "official.json"),
      { purpose: "downloading providers", waitMs: 600_000 },
      () => download(plugin, home, options),
    );
    return folder;
  } catch (error) {
    writeJson(noNetwork, { until: Date.now() + noNetworkMs, reason: messageOf(error) });
    note("official providers cannot be downloaded here, so stand-ins are used");
    return undefined;
  }
}

async function download(plugin: Plugin, home: string, { engine, report }: OfficialSource): Promise<void> {
  if (isInstalled(plugin, home)) return;
  const temporary = makeFolder(join(home, "temporary"));
  await runLong({
    command: engine,
    arguments: ["plugin", "install", "resource", plugin.name, plugin.version],
    variables: { PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true", TMPDIR: temporary },
    cache: home,
    report,
    stall: { folders: [home], afterMs: stallMs },
  });
}

function isRecentlyOffline(file: string): boolean {
  const parsed = noNetworkSchema.safeParse(readJson(file));
  return parsed.success && parsed.data.until > Date.now();
}

function executableName({ name }: Plugin): string {
  return `pulumi-resource-${name}`;
}

function pluginFolder({ name, version }: Plugin, home: string): string {
  return join(home, "plugins", `resource-${name}-v${version}`);
}

/** The engine leaves a `.partial` file beside a folder it has not finished. */
function isInstalled(plugin: Plugin, home: string): boolean {
  const folder = pluginFolder(plugin, home);
  if (!isExecutable(join(folder, executableName(plugin)))) return false;
  return !readdirSync(join(home, "plugins")).includes(`resource-${plugin.name}-v${plugin.version}.partial`);
}

const packageSchema = z.object({
  version: z.string(),
  pulumi: z.object({ name: z.string().optional(), version: z.string().optional() }),
});

/** The plugin an installed SDK package asks the engine for. */
export function pluginOf(packageFile: string): Plugin {
  const text = readText(packageFile);
  if (text === undefined) throw new Failure(`${packageFile} is missing`, "run npm ci");
  const { version, pulumi } = packageSchema.parse(JSON.parse(text));
  return { name: pulumi.name ?? "", version: (pulumi.version ?? version).replace(/^v/, "") };
}
