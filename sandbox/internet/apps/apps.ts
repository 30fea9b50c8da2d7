import { type FSWatcher, watch } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../../engine/failure.ts";
import { makeFolder } from "../../engine/files.ts";
import { CloudState } from "../cloud-state.ts";
import { type LiveApp, liveAppsIn } from "./live-apps.ts";
import { type AppPrograms, type RunningApp, startApp } from "./running-app.ts";

/** What has come of one app. */
interface Place {
  running?: RunningApp;
  /** The deployment that is being started. */
  starting?: { readonly deployment: string; readonly done: Promise<void> };
  /** The deployment that did not become healthy, and why. */
  failed?: { readonly deployment: string; readonly why: string };
}

/**
 * The apps of the account that somebody plays here: the live deployment of each runs. A new one takes over when it is
 * healthy; until then, and when it never is, the one before it goes on serving.
 */
export class Apps {
  readonly #state: CloudState<LiveApp[]>;
  readonly #programs: AppPrograms;
  readonly #places = new Map<string, Place>();
  readonly #watcher: FSWatcher;
  #isOver = false;

  constructor(cloudFolder: string, programs: AppPrograms) {
    this.#state = new CloudState(join(cloudFolder, "state.json"), [], liveAppsIn);
    this.#programs = programs;
    // The cloud replaces its state file by renaming another one over it, which only its folder tells.
    this.#watcher = watch(makeFolder(cloudFolder), { persistent: false }, () => this.#look());
    // A folder that is removed while we watch it; every request looks for itself anyway.
    this.#watcher.on("error", () => {});
  }

  /** Starts what has gone live, and ends what is no more. What it starts is ready later. */
  reconcile(): void {
    if (this.#isOver) return;
    const live = this.#state.read();
    for (const app of live) this.#begin(app);
    for (const [id, place] of this.#places) {
      if (live.some((app) => app.id === id)) continue;
      this.#places.delete(id);
      void end(place);
    }
  }

  /** The app that has a host name from the vendor, if any. */
  find(host: string): LiveApp | undefined {
    return this.#state.read().find((app) => app.host === host);
  }

  /** Lets what serves an app at this moment do work, and waits for it; else gives the reason why nothing serves it. */
  async serve(app: LiveApp, work: (running: RunningApp) => Promise<void>): Promise<string | undefined> {
    if (!this.#programs.plays.has(app.name)) return "the sandbox does not run the containers of this app";
    let place: Place | undefined;
    // Twice: what is being started may end as soon as it has begun.
    for (let attempt = 0; attempt < 2; attempt += 1) {
      this.reconcile();
      place = this.#places.get(app.id);
      if (!place?.running?.isRunning()) await place?.starting?.done;
      const running = place?.running;
      if (!running?.isRunning()) continue;
      await running.use(() => work(running));
      return undefined;
    }
    return place?.failed?.why ?? "the app has ended";
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    this.#watcher.close();
    await Promise.all([...this.#places.values()].map(end));
  }

  /** Reconciles where nobody waits for an answer; what cannot be read now can be when somebody asks. */
  #look(tried?: LiveApp): void {
    try {
      if (tried === undefined || this.find(tried.host)?.deployment !== tried.deployment) this.reconcile();
    } catch (error) {
      process.stderr.write(`apps: ${messageOf(error)}\n`);
    }
  }

  #begin(app: LiveApp): void {
    const plays = this.#programs.plays.get(app.name);
    if (plays === undefined) return;
    const place = this.#places.get(app.id) ?? {};
    this.#places.set(app.id, place);
    const isServed = place.running?.isRunning() === true;
    if (place.starting || (isServed && place.running?.deployment === app.deployment)) return;
    // With nothing that serves there is nothing to lose by another try.
    if (isServed && place.failed?.deployment === app.deployment) return;
    const done = startApp(app, plays, this.#programs)
      .then(
        async (running) => {
          const before = place.running;
          Object.assign(place, { running, failed: undefined });
          await before?.retire();
        },
        (error: unknown) => {
          place.failed = { deployment: app.deployment, why: messageOf(error) };
          process.stderr.write(`${messageOf(error)}\n`);
        },
      )
      .finally(() => {
        delete place.starting;
        // Another deployment may have gone live meanwhile. The same one is not tried for ever: only when it is asked for.
        this.#look(app);
      });
    place.starting = { deployment: app.deployment, done };
  }
}

async function end(place: Place): Promise<void> {
  await place.starting?.done;
  await place.running?.stop();
}
