import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Configuration } from "../../config/configuration.ts";
import { AppPlatform } from "../cloud/app-platform.ts";
import { type EnginePreview, previewEnvironment } from "../delivery/engine-preview.ts";
import { settingsFile } from "../environments.ts";
import { Failure } from "../failure.ts";
import { commitsSince } from "../git.ts";
import { lastHealthy, releasesOf } from "../releases/history.ts";
import type { Release } from "../releases/release.ts";
import { openSettings } from "../stack/settings.ts";
import { settingsPath } from "../state/stack-state.ts";
import { type AppPlan, planApp, servesAsRecorded } from "./apps.ts";
import { type DataOutlook, dataOutlook } from "./data.ts";
import { type Duration, durationsOf } from "./durations.ts";
import { type EarlierInputs, earlierInputs } from "./earlier-inputs.ts";
import { type HostPlan, planHost } from "./hosts.ts";
import { type Running, runningIn, runs } from "./running.ts";
import { type Part, type PinnedSettings, pinRelease } from "./settings.ts";
import { type WayBack, wayBack } from "./target.ts";

/** What is to go back, and how it is found out. */
export interface RollbackOrder {
  readonly environment: string;
  readonly part: Part;
  /** Release to go back to; the last healthy one before what runs when left out. */
  readonly to?: string | undefined;
  readonly knownHosts?: string | undefined;
  readonly say: (text: string) => void;
}

/** Everything that a way back would do, found out without changing anything. */
export interface RollbackPlan extends WayBack {
  readonly order: RollbackOrder;
  readonly config: Configuration;
  /** The same way back, begun by a run that did not end. */
  readonly begun: Release | undefined;
  /** The release that is gone back to by whoever wants to go further; undefined where there is none. */
  readonly further: Release | undefined;
  /** The settings file, and what is written into it. */
  readonly settings: PinnedSettings & { readonly file: string };
  readonly apps: readonly AppPlan[];
  readonly hosts: readonly HostPlan[];
  /** Null where the engine has nothing to do. */
  readonly engine: { readonly preview: EnginePreview; readonly targets: readonly string[] } | null;
  readonly durations: Partial<Record<"apps" | "hosts", Duration>>;
  readonly data: DataOutlook;
  /** Commits between the release and what is checked out, which may have changed more than images and addons; null where git does not know. */
  readonly commits: number | null;
}

/**
 * Finds out what a way back would do. Nothing is changed.
 *
 * @throws Failure when there is no release to go back to, or the engine refuses
 */
export async function planRollback(order: RollbackOrder): Promise<RollbackPlan> {
  const { environment, part, say } = order;
  const [releases, { config }] = await Promise.all([releasesOf(environment), openSettings(environment)]);
  const running = await runningIn(config);
  // Of everything, hosts are what a delivery changed last: an app that its owner deploys does not keep them where they are.
  const isServed = part === "app" ? await servesAsRecorded(running.apps, new AppPlatform()) : () => true;
  const runsNow = (release: Release) => runs(release, running, config) && isServed(release);
  const way = wayBack(environment, releases, runsNow, order.to);
  const [apps, data, commits] = await Promise.all([
    part === "host" ? [] : planApps(way, part, running, config),
    dataOutlook({
      ...way,
      config,
      releases: part === "app" ? [] : releases,
      knownHosts: order.knownHosts,
      say,
    }),
    commitsSince(way.to.commit),
  ]);
  const file = settingsPath(environment);
  const kept = apps.filter(isKept).map(({ app }) => app.service);
  const settings = { file, ...pinRelease(readFileSync(file, "utf8"), way.to, part, config, kept) };
  const hosts = part === "app" ? [] : running.hosts;
  const byEngine = apps.filter(({ way: { kind } }) => kind === "specification").map(({ app }) => app.urn);
  const targets = [...hosts.map(({ urn }) => urn), ...byEngine];
  const preview = targets.length === 0 ? null : await previewed(environment, settings.text, targets);
  const [newest] = releases;
  const isBegun = newest?.result === "failed" && newest.rollback?.to === way.to.name;
  return {
    ...{ begun: isBegun ? newest : undefined, further: lastHealthy(releases, way.to.name) },
    ...{ order, config, ...way, settings, apps, data, commits },
    hosts: hosts.map((host) => planHost(host, preview?.plan ?? "")),
    engine: preview === null || !changesAnything(preview) ? null : { preview, targets },
    durations: durationsOf(releases, part),
  };
}

/** Whether an app is left alone because somebody has deployed it past the stack. */
export const isKept = ({ way: { kind } }: AppPlan) => kind === "kept";

/** Whether all of it is as the release was, but for what is left alone. */
export function isThere({ settings, apps, engine, begun }: RollbackPlan): boolean {
  const isDone = apps.every(({ way: { kind } }) => kind === "there" || kind === "stays" || kind === "kept");
  return begun === undefined && settings.edits.length === 0 && isDone && engine === null;
}

async function planApps(
  { from, to: release }: WayBack,
  part: Part,
  running: Running,
  config: Configuration,
): Promise<AppPlan[]> {
  if (running.apps.length === 0) return [];
  const platform = new AppPlatform();
  let opened: Promise<EarlierInputs | undefined> | undefined;
  const earlier = () => {
    opened ??= earlierInputs(release);
    return opened;
  };
  return Promise.all(
    running.apps.map(async (app): Promise<AppPlan> => {
      try {
        return await planApp(app, { release, from, part, config, platform, earlier });
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        // The others go back all the same.
        return {
          app,
          from: app.image,
          to: null,
          past: null,
          way: { kind: "blocked", because: error.message },
        };
      }
    }),
  );
}

/** The engine previews the settings of then from a file of their own: the environment's stays as it is. */
async function previewed(
  environment: string,
  text: string,
  targets: readonly string[],
): Promise<EnginePreview> {
  const folder = mkdtempSync(join(tmpdir(), "rollback-"));
  try {
    const settings = join(folder, settingsFile(environment));
    writeFileSync(settings, text, { mode: 0o600 });
    const preview = await previewEnvironment(environment, { settings, targets });
    if (preview.succeeded) return preview;
    const refusals = preview.findings.filter(({ isMandatory }) => isMandatory).map(({ message }) => message);
    const reasons = preview.errors.filter((message) => message !== "preview failed");
    throw new Failure(
      `the engine refuses the way back, and nothing was changed:\n${[...reasons, ...refusals].join("\n")}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function changesAnything({ steps }: EnginePreview): boolean {
  return steps.some(({ op }) => op !== "same" && op !== "read");
}
