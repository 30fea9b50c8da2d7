import { type FSWatcher, watch } from "node:fs";
import { join } from "node:path";
import type { DeploymentOutcome } from "../../cloud/digitalocean/apps/outcome.ts";
import { messageOf } from "../../engine/failure.ts";
import { makeFolder } from "../../engine/files.ts";
import { CloudState } from "../cloud-state.ts";
import { type AppDeployment, type DeployedApp, deployedAppsIn } from "./deployed-apps.ts";
import { outcomeOf, tellOutcome } from "./outcome.ts";
import { type AppRoom, canRun, type RunningApp, startApp } from "./running-app.ts";

/** A deployment that has been begun and does not serve yet. */
interface Candidate {
  readonly deployment: string;
  readonly done: Promise<void>;
  running?: RunningApp;
  outcome?: DeploymentOutcome;
  isTold: boolean;
}

/** What has come of one app. */
interface Place {
  /** What serves. */
  running?: RunningApp;
  candidate?: Candidate;
  /** The live deployment that could not be started, and why. */
  failed?: { readonly deployment: string; readonly why: string };
}

/** How long the cloud is given to come back before it is told again. */
const tellAgainMs = 500;

/**
 * The apps of the account: the containers of each one's live deployment run, and a new deployment's are started beside
 * them. The cloud is told what came of it, and makes the deployment live or not; it takes over when it is live. Until
 * then, and when it never is, the one before it goes on serving.
 */
export class Apps {
  readonly #cloudFolder: string;
  readonly #state: CloudState<DeployedApp[]>;
  readonly #room: AppRoom;
  readonly #places = new Map<string, Place>();
  /** What comes to its end while something else serves already, or nothing any more. */
  readonly #ends = new Set<Promise<void>>();
  readonly #watcher: FSWatcher;
  #isOpen = false;

  constructor(cloudFolder: string, room: AppRoom) {
    this.#cloudFolder = cloudFolder;
    this.#state = new CloudState(join(cloudFolder, "state.json"), [], deployedAppsIn);
    this.#room = room;
    // The cloud replaces its state file by renaming another one over it, which only its folder tells.
    this.#watcher = watch(makeFolder(cloudFolder), { persistent: false }, () => this.#look());
    // A folder that is removed while we watch it; every request looks for itself anyway.
    this.#watcher.on("error", () => {});
  }

  /** Begins to run apps: whatever their images come from has to be there. */
  open(): void {
    this.#isOpen = true;
    this.#look();
  }

  /** Starts what is to run, and ends what is no more. What it starts is ready later. */
  reconcile(): void {
    if (!this.#isOpen) return;
    const apps = this.#state.read();
    for (const app of apps) this.#arrange(app);
    for (const [id, place] of this.#places) {
      if (apps.some((app) => app.id === id)) continue;
      this.#places.delete(id);
      this.#leave(end(place));
    }
  }

  /** The live deployment of the app that has a host name from the vendor, if any. */
  find(host: string): AppDeployment | undefined {
    return this.#state.read().find((app) => app.host === host)?.live;
  }

  /** Lets what serves an app at this moment do work, and waits for it; else gives the reason why nothing serves it. */
  async serve(app: AppDeployment, work: (running: RunningApp) => Promise<void>): Promise<string | undefined> {
    if (!canRun(app, this.#room)) return "the sandbox does not run the containers of this app";
    let place: Place | undefined;
    // Twice: what is being started may end as soon as it has begun.
    for (let attempt = 0; attempt < 2; attempt += 1) {
      if (place) delete place.failed;
      this.reconcile();
      place = this.#places.get(app.id);
      if (!place?.running?.isRunning()) await place?.candidate?.done;
      const running = place?.running;
      if (!running?.isRunning()) continue;
      await running.use(() => work(running));
      return undefined;
    }
    return place?.failed?.why ?? "the app has ended";
  }

  async stop(): Promise<void> {
    this.#isOpen = false;
    this.#watcher.close();
    await Promise.all([...this.#ends, ...[...this.#places.values()].map(end)]);
  }

  /** Lets something come to its end, which is waited for at the latest when all of this ends. */
  #leave(end: Promise<void> | undefined): void {
    if (end === undefined) return;
    const one = end.finally(() => this.#ends.delete(one));
    this.#ends.add(one);
  }

  /** Reconciles where nobody waits for an answer; what cannot be read now can be when somebody asks. */
  #look(): void {
    try {
      this.reconcile();
    } catch (error) {
      process.stderr.write(`apps: ${messageOf(error)}\n`);
    }
  }

  #arrange(app: DeployedApp): void {
    const place = this.#places.get(app.id) ?? {};
    this.#places.set(app.id, place);
    if (place.candidate) this.#settle(app, place, place.candidate);
    // One at a time: what is begun comes to its end first.
    if (place.candidate) return;
    const { live, next } = app;
    const isServed = place.running?.isRunning() === true;
    const serves = isServed && place.running?.deployment === live?.deployment;
    if (live && !serves && place.failed?.deployment !== live.deployment && canRun(live, this.#room))
      this.#begin(place, live);
    else if (next) this.#begin(place, next);
  }

  /** Decides on what has been begun, once it has come to its end. */
  #settle(app: DeployedApp, place: Place, candidate: Candidate): void {
    const { deployment, outcome, running } = candidate;
    if (outcome === undefined) return;
    if (app.live?.deployment === deployment) {
      delete place.candidate;
      if (outcome.healthy) this.#takeOver(place, running);
      else place.failed = { deployment, why: outcome.message };
    } else if (app.next?.deployment === deployment) {
      if (!candidate.isTold) this.#tell(candidate, outcome);
    } else {
      // Cancelled, or failed for another reason.
      delete place.candidate;
      this.#leave(running?.stop());
    }
  }

  /** What served before is let go when it has answered what it has begun. */
  #takeOver(place: Place, running: RunningApp | undefined): void {
    this.#leave(place.running?.retire());
    delete place.failed;
    delete place.running;
    if (running) place.running = running;
  }

  #begin(place: Place, deployment: AppDeployment): void {
    const candidate: { -readonly [key in keyof Candidate]: Candidate[key] } = {
      deployment: deployment.deployment,
      isTold: false,
      done: Promise.resolve(),
    };
    candidate.done = this.#start(deployment)
      .then(
        (running) => {
          candidate.outcome = { healthy: true };
          if (running) candidate.running = running;
        },
        (error: unknown) => {
          candidate.outcome = outcomeOf(error);
          process.stderr.write(`${messageOf(error)}\n`);
        },
      )
      .then(() => this.#look());
    place.candidate = candidate;
  }

  /** Without an image, as for what the vendor builds and nobody plays, a deployment is a record. */
  async #start(deployment: AppDeployment): Promise<RunningApp | undefined> {
    return canRun(deployment, this.#room) ? startApp(deployment, this.#room) : undefined;
  }

  #tell(candidate: Candidate, outcome: DeploymentOutcome): void {
    candidate.isTold = true;
    tellOutcome(this.#cloudFolder, candidate.deployment, outcome).then(
      () => this.#look(),
      (error: unknown) => {
        process.stderr.write(`apps: ${messageOf(error)}\n`);
        candidate.isTold = false;
        setTimeout(() => this.#look(), tellAgainMs).unref();
      },
    );
  }
}

async function end(place: Place): Promise<void> {
  await place.candidate?.done;
  await Promise.all([place.candidate?.running?.stop(), place.running?.stop()]);
}
