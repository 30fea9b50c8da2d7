import type { Configuration } from "../../config/configuration.ts";
import type { AppPlatform } from "../cloud/app-platform.ts";
import { restoreResource } from "../doctor/mending.ts";
import { Failure } from "../failure.ts";
import type { Release } from "../releases/release.ts";
import { differingPaths, type EarlierInputs } from "./earlier-inputs.ts";
import { type MadePast, madePast } from "./made-past.ts";
import { nameOfImage, type RunningApp } from "./running.ts";
import type { Part } from "./settings.ts";

/**
 * How an app goes back.
 *
 * - `there`: it runs what the release ran.
 * - `deployment`: the platform repeats the deployment that served then. It is quick, and brings back everything of that
 *   deployment: so it is only taken where nothing but the image has changed since.
 * - `specification`: the image of then is deployed with the variables of now, by the engine.
 * - `stays`: the release has nothing of it that it could go back to.
 * - `kept`: somebody has deployed it past the stack since, and was not asked: it goes back when it is named.
 * - `blocked`: something has to be done about it first.
 */
export type AppWay =
  | { readonly kind: "there" }
  | {
      readonly kind: "deployment";
      readonly deployment: string;
      /** Whether the platform has begun it, in a run that was broken off. */
      readonly isBegun: boolean;
      /** What the platform says will not go as smoothly. */
      readonly warnings: readonly string[];
    }
  | { readonly kind: "specification"; readonly because: string }
  | { readonly kind: "stays" | "kept" | "blocked"; readonly because: string };

/** What becomes of one app. */
export interface AppPlan {
  readonly app: RunningApp;
  /** Image or deployment that runs; null where the platform has none. */
  readonly from: string | null;
  /** Image or deployment of the release; null where it had none. */
  readonly to: string | null;
  /** What serves it and no release knows of; null where that is none. */
  readonly past: MadePast | null;
  readonly way: AppWay;
}

/** What a way back of apps is found with. */
export interface AppSurroundings {
  readonly release: Release;
  /** The release that runs; undefined where none was recorded. */
  readonly from: Pick<Release, "name" | "deployments"> | undefined;
  readonly part: Part;
  readonly config: Configuration;
  readonly platform: Pick<AppPlatform, "app" | "deployment" | "mayRollBack">;
  /** Asked only where it matters: opening a copy of the state takes seconds. */
  readonly earlier: () => Promise<EarlierInputs | undefined>;
}

/**
 * Whether apps that are left as they were found serve what a release recorded of them: their owners deploy them past the stack, and
 * what went wrong may then be no release at all. Of one that the platform does not tell about it is taken for granted.
 */
export async function servesAsRecorded(
  apps: readonly RunningApp[],
  platform: AppSurroundings["platform"],
): Promise<(release: Pick<Release, "deployments">) => boolean> {
  const found = apps.filter(({ isOwned }) => !isOwned);
  const serving = await Promise.all(
    found.map(async ({ name, id }) => {
      try {
        const { active } = await platform.app(id);
        if (active === null) return undefined;
        return { name, deployments: [active, (await platform.deployment(id, active)).cloned_from] };
      } catch (error) {
        if (error instanceof Failure) return undefined;
        throw error;
      }
    }),
  );
  return ({ deployments }) =>
    serving.every((one) => {
      const recorded = one && deployments[one.name];
      return recorded === undefined || one?.deployments.includes(recorded);
    });
}

/** Why an app stays when everything goes back, and how it goes back nevertheless. */
function keptWords(
  { service }: RunningApp,
  { deployment, at, cause }: MadePast,
  { from, config }: AppSurroundings,
) {
  const why = cause === "" ? "" : ` (${cause})`;
  const since = from === undefined ? "" : `, after the release ${from.name}`;
  return (
    `somebody has deployed ${deployment} past the stack at ${at}${why}${since}: that is not undone unasked; ` +
    `./scripts/ops rollback app ${config.stack} takes ${service} back too`
  );
}

const image = /^spec\.(services|jobs)\[\d+\]\.image(\.|$)/;
const shownPaths = 3;

/** Finds how an app goes back. Changes nothing. */
export async function planApp(app: RunningApp, around: AppSurroundings): Promise<AppPlan> {
  const { release, config, platform } = around;
  const { active, pinned } = await platform.app(app.id);
  const recorded = release.deployments[app.name];
  const pin = release.images[app.service];
  const wanted = pin === undefined ? null : nameOfImage(pin, config);
  const [from, to] = app.isOwned ? [app.image, wanted] : [active, recorded ?? null];
  const known = (app.isOwned ? app.deployment : null) ?? around.from?.deployments[app.name];
  const past =
    active === null || known === undefined ? undefined : await madePast(app.id, active, known, platform);
  const way = await wayOf();
  return { app, from, to, past: way.kind === "there" ? null : (past ?? null), way };

  async function wayOf(): Promise<AppWay> {
    if (pinned !== null) return wayOfPinned(pinned);
    if (to === null) return { kind: "stays", because: `the release ${release.name} has no deployment of it` };
    if (await isThere()) return { kind: "there" };
    if (past !== undefined && around.part === "all")
      return { kind: "kept", because: keptWords(app, past, around) };
    const missing = "no deployment was recorded with the release";
    const verdict = recorded === undefined ? missing : await verdictOn(recorded);
    if (recorded === undefined || typeof verdict === "string") return anew(String(verdict));
    const changed = app.isOwned ? await changedSince() : undefined;
    if (changed !== undefined) return anew(changed);
    return { kind: "deployment", deployment: recorded, isBegun: false, warnings: verdict };
  }

  /** By the engine, which knows the variables of now; where the state has that image already, it would see nothing to do. */
  function anew(because: string): AppWay {
    if (!app.isOwned) return { kind: "blocked", because };
    if (from !== to) return { kind: "specification", because };
    const mending = restoreResource(config, app.urn);
    return { kind: "blocked", because: `${because}; ${mending} makes it what the stack says` };
  }

  async function isThere(): Promise<boolean> {
    if (app.isOwned) return from === to && past === undefined;
    return from === to || (active !== null && (await repeats(active)));
  }

  /** A way back that was begun goes on; somebody else's is not ours to settle. */
  async function wayOfPinned(deployment: string): Promise<AppWay> {
    if (recorded !== undefined && (await repeats(deployment)))
      return { kind: "deployment", deployment: recorded, isBegun: true, warnings: [] };
    const because =
      `it is pinned to the deployment ${deployment} by a way back that somebody else began; keep or revert that in the control ` +
      `panel (Apps, ${app.service}, Activity) first`;
    return { kind: "blocked", because };
  }

  async function repeats(deployment: string): Promise<boolean> {
    return (await platform.deployment(app.id, deployment)).cloned_from === recorded;
  }

  /** Warnings, or why it is no way. */
  async function verdictOn(deployment: string): Promise<readonly string[] | string> {
    try {
      const { valid, error, warnings } = await platform.mayRollBack(app.id, deployment);
      const words = (one: { code: string; message: string }) => one.message || one.code;
      return valid ? warnings.map(words) : (error && words(error)) || "the platform refuses it";
    } catch (error) {
      if (error instanceof Failure) return error.message;
      throw error;
    }
  }

  /** What of it is otherwise than at the release, in words: a password that was rotated since would open nothing any more. */
  async function changedSince(): Promise<string | undefined> {
    const then = (await around.earlier())?.(app.urn);
    if (then === undefined) return "no copy of the state says what else it was given then";
    const paths = differingPaths(then, app.inputs).filter((path) => !image.test(path));
    if (paths.length === 0) return undefined;
    const more = paths.length > shownPaths ? ` and ${paths.length - shownPaths} more` : "";
    return `${paths.slice(0, shownPaths).join(", ")}${more} changed since, and stays as it is now`;
  }
}
