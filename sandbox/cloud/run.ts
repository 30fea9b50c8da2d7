import { existsSync, mkdirSync } from "node:fs";
import type { Socket } from "node:net";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { FastifyInstance } from "fastify";
import type { Cloud, Delays } from "./core/cloud.ts";
import {
  claimFolder,
  credentialsOf,
  type Handover,
  readHandover,
  sealingKeyOf,
  writeHandover,
} from "./core/credentials.ts";
import { Faults } from "./core/faults.ts";
import { Journal } from "./core/journal.ts";
import { Sealer } from "./core/sealing.ts";
import { buildServer } from "./core/server.ts";
import { Store } from "./core/store.ts";
import { answerInside, type MachineSettings, openMachines } from "./machines.ts";
import { applySeed, readSeed } from "./seed.ts";
import { Spaces } from "./spaces/spaces.ts";
import { furnish, openState } from "./state.ts";

/** How a cloud is to run. */
export interface CloudSettings {
  folder: string;
  /** Files to start from. Each is applied once to a state, and again after a reset. */
  seeds: string[];
  spaces: boolean;
  /** Without them droplets are records. */
  machines?: MachineSettings | undefined;
  /** Whether somebody runs the containers of apps. @default false */
  runsApps?: boolean | undefined;
  /** Public half of a key that opens what the seeds hold, in the place of their made-up ones. */
  operatorKey?: string | undefined;
}

/** A cloud that runs. */
export interface RunningCloud {
  /** What may be shown: where it answers, and no keys. */
  summary: { pid: number; apiUrl: string; spaces: boolean; spacesUrl: string | null; why?: string };
  stop: () => Promise<void>;
}

/** Starts a cloud on a folder, as it was left there. */
export async function startCloud(settings: CloudSettings): Promise<RunningCloud> {
  const folder = resolve(settings.folder);
  await claimFolder(folder);
  const earlier = readHandover(folder);
  const cloud = openCloud(folder, earlier, settings);
  furnishAndSeed(cloud, settings);
  const fleet = settings.machines ? await openMachines(cloud, settings.machines) : undefined;

  const server = await buildServer(cloud);
  cloud.apiUrl = await listen(server, portOf(earlier?.apiUrl));
  const { spacesUrl, why } = settings.spaces
    ? await startSpaces(cloud, folder, portOf(earlier?.spacesUrl))
    : { spacesUrl: null, why: "switched off" };
  const inside = settings.machines
    ? await answerInside(settings.machines, [
        { url: cloud.apiUrl, serve: (connection) => server.server.emit("connection", connection) },
        ...(spacesUrl === null
          ? []
          : [{ url: spacesUrl, serve: (connection: unknown) => cloud.spaces?.serve(connection as Socket) }]),
      ])
    : undefined;
  cloud.machines?.resume();
  const { pid } = process;
  const startedAt = new Date().toISOString();
  writeHandover(folder, { pid, apiUrl: cloud.apiUrl, spacesUrl, ...cloud.credentials, startedAt });

  const stop = async () => {
    inside?.close();
    fleet?.close();
    await server.close();
    await cloud.spaces?.stop();
    cloud.store.save();
  };
  const summary = {
    pid,
    apiUrl: cloud.apiUrl,
    spaces: spacesUrl !== null,
    spacesUrl,
    ...(why ? { why } : {}),
  };
  return { summary, stop };
}

function openCloud(folder: string, earlier: Handover | undefined, settings: CloudSettings): Cloud {
  const store = new Store(join(folder, "state.json"));
  const state = openState(store);
  const cloud: Cloud = {
    store,
    state,
    credentials: credentialsOf(earlier),
    sealer: new Sealer(sealingKeyOf(folder)),
    faults: new Faults(state.faults),
    journal: new Journal(),
    delays: delaysFrom(process.env),
    apiUrl: "",
    spaces: null,
    machines: null,
    runsApps: settings.runsApps ?? false,
    reset: async () => {
      await cloud.machines?.destroyAll();
      await cloud.spaces?.wipe();
      // In one go from here on, so that no request meets a cloud without an account.
      store.clear();
      cloud.journal.clear();
      furnishAndSeed(cloud, settings);
      cloud.machines?.resume();
    },
  };
  return cloud;
}

function furnishAndSeed(cloud: Cloud, { seeds, operatorKey }: CloudSettings): void {
  furnish(cloud.state);
  for (const file of seeds) applySeed(cloud, readSeed(file, operatorKey));
  cloud.store.save();
}

/** Slow clouds are for tests of what waits; the defaults are quick, yet long enough to be seen. */
function delaysFrom(environment: NodeJS.ProcessEnv): Delays {
  const read = (name: string, otherwise: number) => {
    const value = Number(environment[name] ?? otherwise);
    if (Number.isNaN(value) || value < 0) throw new Error(`${name} must be a number of milliseconds.`);
    return value;
  };
  return {
    dropletMs: read("SANDBOX_DROPLET_MS", 200),
    actionMs: read("SANDBOX_ACTION_MS", 200),
    deploymentMs: read("SANDBOX_DEPLOYMENT_MS", 300),
  };
}

const portOf = (url: string | null | undefined): number => (url ? Number(new URL(url).port) : 0);

/** Listens on the port of last time if it is free, else on any. */
async function listen(server: FastifyInstance, port: number): Promise<string> {
  const host = "127.0.0.1";
  try {
    return await server.listen({ host, port });
  } catch (error) {
    if (port === 0 || (error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    return server.listen({ host, port: 0 });
  }
}

async function startSpaces(
  cloud: Cloud,
  folder: string,
  port: number,
): Promise<{ spacesUrl: string | null; why?: string }> {
  const binary = findVersitygw();
  if (!binary) {
    return {
      spacesUrl: null,
      why: "no versitygw: name it in SANDBOX_VERSITYGW, or put it where the sandbox keeps its tools",
    };
  }
  const data = join(folder, "spaces");
  mkdirSync(data, { recursive: true, mode: 0o700 });
  cloud.spaces = new Spaces(cloud, binary, data);
  return { spacesUrl: await cloud.spaces.start(port) };
}

/** The S3 server: the one that is named, or the one that the sandbox has built. */
function findVersitygw(): string | undefined {
  const named = process.env.SANDBOX_VERSITYGW;
  if (named !== undefined && named !== "") {
    if (existsSync(named)) return named;
    throw new Error(`SANDBOX_VERSITYGW names ${named}, which is not there.`);
  }
  const built = join(homedir(), ".cache", "insightpulse-sandbox", "bin", "versitygw");
  return existsSync(built) ? built : undefined;
}
