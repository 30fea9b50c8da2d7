import { chmodSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { adoptUnknown } from "./adopt.ts";
import { type CloudKeys, type CloudStart, ensureCloud } from "./cloud.ts";
import { type ObtainOptions, obtainEngine } from "./engine.ts";
import { makeFolder } from "./files.ts";
import { obtainObjectStorage } from "./object-storage.ts";
import { installPlugins, type ProviderChoices, type ProviderKind } from "./plugins.ts";
import { recoverStack } from "./recover.ts";
import type { Droplets, ImageChoice, MachineChoice, Sandbox, SandboxKeys, Stage } from "./sandbox.ts";
import { endAbandonedEngine, prepareStack, setSecrets } from "./stack.ts";
import { staleLock } from "./stack-lock.ts";
import { recordTools, type Tools } from "./state.ts";
import { hasUnfinishedOperations, keepGoodCopy, restoreDamagedState } from "./state-file.ts";
import type { Report, Tool } from "./tool.ts";

/** Runs stages side by side and shows them. */
export type StageRunner = (stages: readonly Stage[]) => Promise<void>;

/** All that an engine operation needs, ready. */
export interface Prepared {
  readonly tools: Tools;
  readonly cloud: CloudKeys;
  readonly providers: Record<string, ProviderKind>;
  readonly droplets: Droplets;
}

/** What a run may choose. */
export interface Choices {
  readonly providers: ProviderChoices;
  readonly machines: MachineChoice;
  /** Left out where images stay what they were. */
  readonly images?: ImageChoice | undefined;
  /** Whether the account's droplets carry what they ran before. */
  readonly oldSoftware?: true | undefined;
}

/** Gets everything ready for one environment, from nothing or from whatever an earlier run left. */
export async function prepare(
  sandbox: Sandbox,
  environment: string,
  choices: Choices,
  runStages: StageRunner,
): Promise<Prepared> {
  const { world } = sandbox.simulation;
  const droplets = await world.droplets(sandbox, choices.machines);
  const tools = await obtainTools(sandbox, runStages, droplets);
  recordTools(sandbox, tools);
  const { engine } = tools;
  let cloud: CloudKeys | undefined;
  let providers: Record<string, ProviderKind> = {};
  let restored: string | undefined;
  await runStages([
    {
      title: "Cloud",
      run: async (report) => {
        cloud = await ensureCloud(sandbox, await cloudStart(sandbox, environment, tools, droplets), report);
        return droplets.areMachines ? `${cloud.apiUrl}, droplets are machines` : cloud.apiUrl;
      },
    },
    {
      title: "Providers",
      run: async (report, note) => {
        providers = await providersOf(sandbox, engine, choices.providers, report, note);
        return describeProviders(providers);
      },
    },
  ]);
  const keys = cloud ?? missing("the cloud's stage ended without keys");
  const old = choices.oldSoftware ? sandbox.project.oldServices(environment) : [];
  if (old.length > 0) world.awaitMoves(sandbox, environment, old);
  await runStages([
    {
      title: "Stack",
      run: async (report, note) => {
        await endAbandonedEngine(sandbox, report);
        // Fails while an engine is at work: a state must not change under it.
        staleLock(sandbox, environment);
        restored = restoreDamagedState(sandbox, environment);
        if (restored !== undefined) note(restored);
        const here = { droplets, keys: sandboxKeys(sandbox, keys, droplets) };
        await prepareStack(sandbox, environment, engine, here, report);
        return environment;
      },
    },
  ]);
  if (droplets.areMachines) {
    const fetch = (report: Report) => world.images(sandbox, choices.images, report);
    await runStages([{ title: "Images", run: fetch }]);
  }
  await runStages([
    {
      title: "Secrets",
      run: async () => `${await setSecrets(sandbox, environment, engine)} encrypted`,
    },
    // It knows from the settings what it is to be, and is not needed before the engine works.
    ...(droplets.areMachines ? [{ title: "Internet", run: () => world.open(sandbox) }] : []),
  ]);
  if (old.length > 0) {
    const install = (report: Report, note: Report) => world.installOldSoftware(sandbox, old, report, note);
    await runStages([{ title: "Old software", run: install }]);
  }
  await recoverIfKilled(sandbox, environment, engine, keys, runStages);
  if (restored !== undefined) await adoptAfterLoss(sandbox, environment, engine, keys, runStages);
  keepGoodCopy(sandbox, environment);
  if (droplets.areMachines) world.engineInside(sandbox, engine.folder);
  return { tools, cloud: keys, providers, droplets };
}

async function cloudStart(
  sandbox: Sandbox,
  environment: string,
  { objectStorage }: Tools,
  droplets: Droplets,
): Promise<CloudStart> {
  return {
    seedFile: sandbox.project.seedFile(environment),
    objectStorage: join(objectStorage.folder, "versitygw"),
    words: droplets.areMachines ? await sandbox.simulation.world.cloudWords(sandbox) : [],
  };
}

function sandboxKeys(sandbox: Sandbox, cloud: CloudKeys, droplets: Droplets): SandboxKeys {
  return {
    cloudToken: cloud.token,
    cloudflareToken: cloud.cloudflareToken,
    operatorKey: droplets.areMachines ? sandbox.simulation.world.operatorKey(sandbox) : undefined,
  };
}

function missing(what: string): never {
  throw new Error(what);
}

async function recoverIfKilled(
  sandbox: Sandbox,
  environment: string,
  engine: Tool,
  cloud: CloudKeys,
  runStages: StageRunner,
): Promise<void> {
  const lock = staleLock(sandbox, environment);
  // Without a lock too: a full disk lets an engine end in order, and not write down what it has made.
  if (!lock && !hasUnfinishedOperations(sandbox, environment)) return;
  await runStages([
    {
      title: "Recovery",
      run: async (_report, note) => {
        const removed = await recoverStack(sandbox, environment, engine, cloud);
        for (const line of removed) note(`removed ${line}, which that run was creating`);
        return lock
          ? `the lock of a killed run is released: ${lock.owner}`
          : "what an earlier run had begun and not written down is cleared";
      },
    },
  ]);
}

async function adoptAfterLoss(
  sandbox: Sandbox,
  environment: string,
  engine: Tool,
  cloud: CloudKeys,
  runStages: StageRunner,
): Promise<void> {
  await runStages([
    {
      title: "Comparing the restored state with the cloud",
      run: async (_report, note) => {
        const lines = await adoptUnknown(sandbox, environment, engine, cloud);
        for (const line of lines) note(line);
        return lines.length === 0 ? "nothing was lost" : `${lines.length} things were lost from the state`;
      },
    },
  ]);
}

/**
 * Obtains what takes minutes the first time, into the user's cache folder; starts and records nothing.
 *
 * @param droplets whether what machines need is wanted too
 */
export async function obtainTools(
  sandbox: Pick<Sandbox, "cache" | "project" | "simulation">,
  runStages: StageRunner,
  droplets: Droplets,
): Promise<Tools> {
  let engine: Tool | undefined;
  let objectStorage: Tool | undefined;
  const options = (report: Report, note: Report): ObtainOptions => ({
    cache: sandbox.cache,
    projectRoot: sandbox.project.root,
    report,
    note,
  });
  await runStages([
    {
      title: "Engine",
      run: async (report, note) => {
        engine = await obtainEngine(options(report, note));
        return `pulumi ${engine.version}, ${engine.origin}`;
      },
    },
    {
      title: "Object storage",
      run: async (report, note) => {
        objectStorage = await obtainObjectStorage(options(report, note));
        return `versitygw ${objectStorage.version}, ${objectStorage.origin}`;
      },
    },
    ...(droplets.areMachines ? sandbox.simulation.world.obtaining(options) : []),
  ]);
  if (!engine || !objectStorage) throw new Error("the stages of the tools ended without tools");
  return { engine, objectStorage };
}

async function providersOf(
  { project, simulation, state, cache }: Sandbox,
  engine: Tool,
  choice: ProviderChoices,
  report: Report,
  note: Report,
): Promise<Record<string, ProviderKind>> {
  await simulation.writeStandIns(makeFolder(state.standIns), process.execPath);
  for (const name of readdirSync(state.standIns)) chmodSync(join(state.standIns, name), 0o700);
  return installPlugins({
    engine: join(engine.folder, "pulumi"),
    cache,
    pulumiHome: state.pulumiHome,
    record: state.providers,
    standIns: state.standIns,
    plugins: project.plugins,
    choice,
    report,
    note,
  });
}

/** For example `stand-in: digitalocean, cloudflare`. */
export function describeProviders(providers: Readonly<Record<string, ProviderKind>>): string {
  const kinds = ["official", "stand-in"] as const;
  return kinds
    .map((kind) => ({ kind, names: Object.keys(providers).filter((name) => providers[name] === kind) }))
    .filter(({ names }) => names.length > 0)
    .map(({ kind, names }) => `${kind}: ${names.join(", ")}`)
    .join("; ");
}
