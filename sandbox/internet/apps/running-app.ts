import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Sealer } from "../../cloud/core/sealing.ts";
import { makeFolder } from "../../engine/files.ts";
import { type Container, type ContainerSettings, startContainer } from "../containers/container.ts";
import type { Images } from "../containers/images.ts";
import { listensOn } from "../loopback.ts";
import type { PlayedApp } from "../registry/layer.ts";
import type { AppDeployment, Component } from "./deployed-apps.ts";
import { environmentOf } from "./environment.ts";
import { imageOf } from "./image-of.ts";
import { runJob } from "./job.ts";

/** How apps are run. */
export interface AppRoom {
  /** Who stands in for what is built from a repository, by the app's name. */
  readonly plays: ReadonlyMap<string, PlayedApp>;
  readonly images: Images;
  readonly containers: ContainerSettings;
  /** Folder for what they print. */
  readonly logs: string;
  readonly sealer: () => Pick<Sealer, "decrypt">;
}

/** The services of an app's deployment, each in a container. */
export interface RunningApp {
  readonly deployment: string;
  /** Where a service answers, such as `http://198.19.1.10:8088`. */
  originOf(service: string): string | undefined;
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

/** Whether there is an image for every container of a deployment, and a container at all. */
export function canRun(app: AppDeployment, room: Pick<AppRoom, "plays">): boolean {
  const components = [...app.services, ...app.jobsBefore];
  const plays = room.plays.get(app.name);
  return app.services.length > 0 && components.every((one) => imageOf(one, app, plays) !== undefined);
}

/**
 * Runs what comes before a deployment's services, then starts all of them, and waits until they answer their health checks.
 *
 * @throws Error when an image cannot be had, a job fails, or a service does not become healthy; nothing runs then
 */
export async function startApp(app: AppDeployment, room: AppRoom): Promise<RunningApp> {
  const parts = (component: Component, port?: number) => partsOf(app, component, room, port);
  for (const job of app.jobsBefore) await runJob(job, await parts(job), room.containers);
  const results = await Promise.allSettled(
    app.services.map(async (service) => {
      const { http_port: port, health_check: check, name } = service;
      const container = await startContainer(
        {
          ...(await parts(service, port)),
          deadlineMs: startDeadlineMs,
          isReady: (address) => isHealthy(address, check?.port ?? port, check?.http_path),
        },
        room.containers,
      );
      return { name, port, container };
    }),
  );
  const started = new Map<string, { port: number; container: Container }>();
  for (const result of results)
    if (result.status === "fulfilled") started.set(result.value.name, result.value);
  const stop = async () => {
    await Promise.all([...started.values()].map(({ container }) => container.stop()));
  };
  const failed = results.find((result) => result.status === "rejected");
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const uses = new Set<Promise<void>>();
  return {
    deployment: app.deployment,
    originOf: (name) => {
      const { container, port } = started.get(name) ?? {};
      return container && `http://${container.address}:${port}`;
    },
    isRunning: () => [...started.values()].every(({ container }) => container.isRunning()),
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

/** What a component's container is made of. App Platform tells a service its port. */
async function partsOf(app: AppDeployment, component: Component, room: AppRoom, port?: number) {
  const reference = imageOf(component, app, room.plays.get(app.name));
  if (reference === undefined) throw new Error(`${component.name} of app ${app.name} has no image`);
  return {
    name: `app ${app.name}, component ${component.name}`,
    image: await room.images.fetch(reference),
    command: component.run_command === undefined ? undefined : commandLine(component.run_command),
    variables: {
      ...(port === undefined ? {} : { PORT: String(port) }),
      ...environmentOf(app, component.envs, room.sealer()),
    },
    logFile: join(makeFolder(room.logs), `${app.name}-${component.name}.log`),
  };
}

/** Words as they are; what only a shell understands is given to one. */
function commandLine(text: string): string[] {
  return /^[\w\s./:=@,+-]+$/.test(text) ? text.trim().split(/\s+/) : ["/bin/sh", "-c", text];
}

async function isHealthy(address: string, port: number, path: string | undefined): Promise<boolean> {
  if (path === undefined) return listensOn(port, address);
  const signal = AbortSignal.timeout(healthDeadlineMs);
  const answer = await fetch(`http://${address}:${port}${path}`, { signal, redirect: "manual" });
  await answer.body?.cancel();
  return answer.status < 400;
}
