import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Sealer } from "../../cloud/core/sealing.ts";
import { makeFolder } from "../../engine/files.ts";
import { markVariable } from "../../engine/processes.ts";
import { freePort, listensOn } from "../loopback.ts";
import type { PlayedApp } from "../registry/layer.ts";
import { type ServerProcess, startServerProcess } from "../server-process.ts";
import { environmentOf } from "./environment.ts";
import type { LiveApp } from "./live-apps.ts";

/** How apps are run. */
export interface AppPrograms {
  /** Who plays which app, by the app's name. */
  readonly plays: ReadonlyMap<string, PlayedApp>;
  /** Folder of the programs. */
  readonly programs: string;
  /** Folder for what they print. */
  readonly logs: string;
  readonly sealer: () => Pick<Sealer, "decrypt">;
}

/** The services of an app's live deployment, as processes on loopback. */
export interface RunningApp {
  readonly deployment: string;
  /** Port of a service. */
  portOf(service: string): number | undefined;
  /** Whether all of them still run. */
  isRunning(): boolean;
  /** Does work that needs it to go on running. */
  use(work: () => Promise<void>): Promise<void>;
  /** Stops it when what it is used for is done, or takes too long. */
  retire(): Promise<void>;
  stop(): Promise<void>;
}

const startDeadlineMs = 20_000;
/** As long as the vendor lets an old deployment answer what it has begun. */
const retireMs = 15_000;
/** A health check that hangs is asked again. */
const healthDeadlineMs = 2_000;

/** Starts every service of an app, and waits until they answer their health checks. */
export async function startApp(
  app: LiveApp,
  plays: PlayedApp,
  settings: Omit<AppPrograms, "plays">,
): Promise<RunningApp> {
  const started = new Map<string, ServerProcess & { readonly port: number }>();
  const stop = async () => {
    await Promise.all([...started.values()].map((server) => server.stop()));
  };
  try {
    for (const service of app.services) {
      const port = await freePort();
      const server = await startServerProcess({
        name: `app ${app.name}, service ${service.name}`,
        command: [join(settings.programs, plays)],
        // As in a container: what the specification says, and nothing of the sandbox's own but its mark.
        environment: {
          ...environmentOf(app, service.envs, settings.sealer()),
          ...ownMark(),
          ...listening(port),
        },
        logFile: join(makeFolder(settings.logs), `${app.name}-${service.name}.log`),
        deadlineMs: startDeadlineMs,
        isReady: () => isHealthy(port, service.health_check?.http_path),
      });
      started.set(service.name, { ...server, port });
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const uses = new Set<Promise<void>>();
  return {
    deployment: app.deployment,
    portOf: (service) => started.get(service)?.port,
    isRunning: () => [...started.values()].every((server) => server.isRunning()),
    use: (work) => {
      const one = work().finally(() => uses.delete(one));
      uses.add(one);
      return one;
    },
    retire: async () => {
      await Promise.race([Promise.allSettled(uses), pause(retireMs, undefined, { ref: false })]);
      await stop();
    },
    stop,
  };
}

/** A port that is free here in place of the specification's, which is the container's own; for each program that listens. */
function listening(port: number): Record<string, string> {
  return { PORT: String(port), HOST: "127.0.0.1", SUPERSET_BIND_ADDRESS: "127.0.0.1" };
}

function ownMark(): Record<string, string> {
  const { [markVariable]: mark } = process.env;
  return mark === undefined ? {} : { [markVariable]: mark };
}

async function isHealthy(port: number, path: string | undefined): Promise<boolean> {
  if (path === undefined) return listensOn(port);
  const signal = AbortSignal.timeout(healthDeadlineMs);
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { signal, redirect: "manual" });
  await answer.body?.cancel();
  return answer.status < 400;
}
