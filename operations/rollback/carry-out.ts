import { AppPlatform } from "../cloud/app-platform.ts";
import { changeSetOf, digestOf, valueHash } from "../delivery/change-set.ts";
import { applyPlan } from "../delivery/engine-preview.ts";
import { waitForLock } from "../delivery/wait-for-lock.ts";
import { Failure } from "../failure.ts";
import { checkedOut } from "../git.ts";
import { doer } from "../github/run.ts";
import { askServices } from "../health/ask.ts";
import { keepRelease } from "../releases/history.ts";
import { type Release, releaseName } from "../releases/release.ts";
import { contentsOf } from "../releases/take.ts";
import { passphrase } from "../stack/passphrase.ts";
import { openSettings } from "../stack/settings.ts";
import { keepCopy } from "../state/keep.ts";
import type { AppPlan } from "./apps.ts";
import { allowedSeconds } from "./durations.ts";
import { isKept, type RollbackPlan } from "./plan.ts";
import { recordInState } from "./record-in-state.ts";
import { writeSettings } from "./settings.ts";

/** How long somebody else's engine is waited for while an app is settled. */
const lockMinutes = 5;

/** How services are asked afterwards. */
export interface RollbackOptions {
  /** Minutes that services have to become healthy; null asks none. */
  readonly healthMinutes: number | null;
}

/** How one part went. */
interface Outcome {
  readonly what: string;
  readonly seconds: number;
  /** Why it is left; undefined where it is done. */
  readonly left?: string;
}

/**
 * Goes back as planned: the settings first, so that whatever runs next agrees with them; then apps and hosts at once. A part that
 * fails does not hold up the other.
 *
 * @returns the way back as a release
 * @throws Failure saying what is done and what is left; the same command goes on with that
 */
export async function carryOut(plan: RollbackPlan, { healthMinutes }: RollbackOptions): Promise<Release> {
  const { order, settings, begun } = plan;
  const { environment, say } = order;
  await waitForLock(environment, 0, say);
  const startedAt = begun?.startedAt ?? new Date().toISOString();
  const name = begun?.name ?? releaseName(startedAt);
  await keepRelease(await asBegun(plan, name, startedAt)).catch((error: unknown) => {
    if (!(error instanceof Failure)) throw error;
    say(`that it was begun could not be written down: ${error.message}`);
  });
  writeSettings(settings.file, settings.text);
  const outcomes = await carryOutParts(plan);
  const left = [
    ...outcomes.flatMap(({ what, left: reason }) => (reason === undefined ? [] : [`${what}: ${reason}`])),
    ...plan.apps.flatMap(({ app, way }) =>
      way.kind === "blocked" ? [`${app.service}: ${way.because}`] : [],
    ),
  ];
  if (left.length > 0) throw halfWay(plan, outcomes, left);
  const { config } = await openSettings(environment);
  const health = await healthAfter(plan, healthMinutes);
  const { name: stateCopy } = await keepCopy(environment);
  say(`kept: ${stateCopy}`);
  const contents = await contentsOf(config, order);
  const release: Release = {
    ...(await asBegun(plan, name, startedAt)),
    ...{ finishedAt: new Date().toISOString(), ...contents, stateCopy, ...health },
    deployments: { ...contents.deployments, ...knownOfKept(plan) },
    rollback: { ...wayOf(plan), seconds: secondsOf(plan, outcomes) },
  };
  await keepRelease(release);
  return release;
}

function wayOf({ order, from, to }: RollbackPlan) {
  return { from: from?.name ?? null, to: to.name, part: order.part };
}

/** An app that was left alone serves what no release knows of: this one does not make that known either. */
function knownOfKept({ from, apps }: RollbackPlan): Release["deployments"] {
  const names = new Set(apps.filter(isKept).map(({ app }) => app.name));
  return Object.fromEntries(Object.entries(from?.deployments ?? {}).filter(([name]) => names.has(name)));
}

/** What is written down before anything is changed: should this be killed, the next one knows where it was going. */
async function asBegun(plan: RollbackPlan, name: string, startedAt: string): Promise<Release> {
  const { order, engine, from, to } = plan;
  const { environment } = order;
  const { settingsHash, images, deployments, addonsCommit, provenBackup } = from ?? to;
  const changeSet =
    engine === null
      ? digestOf([])
      : changeSetOf(engine.preview.steps, engine.preview.plan, valueHash(passphrase(), environment)).digest;
  return {
    ...{ format: "insightpulse-release-1", name, environment, startedAt, finishedAt: startedAt },
    ...{ ...doer(), ...(await checkedOut()), changeSet },
    ...{ settingsHash, images, deployments, addonsCommit, provenBackup, odooUpdates: [] },
    ...{ stateCopy: null, result: "failed", unwell: [] },
    rollback: { ...wayOf(plan), seconds: {} },
  };
}

async function carryOutParts(plan: RollbackPlan): Promise<Outcome[]> {
  const { order, engine } = plan;
  const { environment } = order;
  const byPlatform = plan.apps.filter(({ way }) => way.kind === "deployment");
  const platform = byPlatform.length === 0 ? undefined : new AppPlatform();
  const [byEngine, ...served] = await Promise.all([
    engine === null
      ? undefined
      : attempt(engineWords(plan), () => applyPlan(environment, engine.preview.plan, engine.targets)),
    ...byPlatform.map(async (app) => {
      let deployment = "";
      const outcome = await attempt(app.app.service, async () => {
        deployment = await serveAgain(app, platform as AppPlatform);
      });
      return { app, deployment, outcome };
    }),
  ]);
  const good = served.filter(({ outcome }) => outcome.left === undefined);
  const settled = await attempt("the state", () => settle(plan, good, platform));
  return [
    ...(byEngine === undefined ? [] : [byEngine]),
    ...served.map(({ outcome }) =>
      outcome.left === undefined && settled.left !== undefined ? { ...outcome, left: settled.left } : outcome,
    ),
  ];
}

/** Has the platform repeat the deployment of then, or waits for one that it has begun. Gives the new one. */
async function serveAgain({ app, way }: AppPlan, platform: AppPlatform): Promise<string> {
  if (way.kind !== "deployment") throw new Error(`${app.service} does not go back by the platform`);
  const { pinned } = await platform.app(app.id);
  const deployment = pinned ?? (await platform.rollBack(app.id, way.deployment));
  try {
    await platform.waitUntilActive(app.id, deployment, allowedSeconds.apps);
  } catch (error) {
    const { phase } = await platform.deployment(app.id, deployment);
    if (phase !== "ERROR" && phase !== "CANCELED") throw error;
    // Pinned to what failed, it would take no other deployment either.
    await platform.revertRollback(app.id);
    throw new Failure(`${error instanceof Error ? error.message : error}; what ran before stays`);
  }
  return deployment;
}

interface Served {
  readonly app: AppPlan;
  readonly deployment: string;
}

/** Lets the state know what serves, and only then the app take new deployments again: between the two nothing can be deployed. */
async function settle(plan: RollbackPlan, served: readonly Served[], platform?: AppPlatform): Promise<void> {
  if (served.length === 0 || platform === undefined) return;
  const { order, to } = plan;
  await waitForLock(order.environment, lockMinutes, order.say);
  await recordInState(
    order.environment,
    served.map(({ app: { app }, deployment }) => ({
      ...{ urn: app.urn, service: app.service, deployment },
      image: app.isOwned ? (to.images[app.service] ?? null) : null,
    })),
  );
  for (const { app } of served) await platform.commitRollback(app.app.id);
}

/** What the engine does, by name. */
function engineWords({ hosts, apps }: RollbackPlan): string {
  const moved = hosts.filter(({ becoming, beside }) => becoming.length + beside.length > 0);
  const deployed = apps.filter(({ way }) => way.kind === "specification");
  return [...moved.map(({ host }) => host), ...deployed.map(({ app }) => app.service)].join(", ");
}

async function attempt(what: string, work: () => Promise<void>): Promise<Outcome> {
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 100) / 10;
  try {
    await work();
    return { what, seconds: seconds() };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { what, seconds: seconds(), left: error.message };
  }
}

/** What each part took; what had nothing to do took nothing that could be told of the next time. */
function secondsOf(plan: RollbackPlan, outcomes: readonly Outcome[]): { apps?: number; hosts?: number } {
  const engine = outcomes.find(({ what }) => what === engineWords(plan));
  const names = new Set(plan.apps.map(({ app }) => app.service));
  const deployed = plan.apps.some(({ way }) => way.kind === "specification") ? [engine] : [];
  const apps = [...outcomes.filter(({ what }) => names.has(what)), ...deployed];
  const moved = plan.hosts.some(({ becoming }) => becoming.length > 0);
  return {
    ...(apps.length === 0 ? {} : { apps: Math.max(...apps.map((one) => one?.seconds ?? 0)) }),
    ...(moved && engine !== undefined ? { hosts: engine.seconds } : {}),
  };
}

async function healthAfter(
  { config, order: { say } }: RollbackPlan,
  minutes: number | null,
): Promise<Pick<Release, "result" | "unwell">> {
  if (minutes === null) return { result: "unasked", unwell: [] };
  const services = config.resolvedServices;
  say(`asking ${services.length} services for their health, for ${minutes} min at most`);
  const unwell = (await askServices(services, minutes))
    .filter(({ healthy }) => !healthy)
    .map(({ service, reason = "" }) => ({ service, reason }));
  return { result: unwell.length === 0 ? "healthy" : "unhealthy", unwell };
}

function halfWay(
  { order, settings }: RollbackPlan,
  outcomes: readonly Outcome[],
  left: readonly string[],
): Failure {
  const done = outcomes.filter((one) => one.left === undefined);
  return new Failure(
    [
      `${order.environment} is not back yet.`,
      ...[`  done: ${settings.file}`, ...done.map(({ what, seconds }) => `  done: ${what}, in ${seconds} s`)],
      ...left.map((reason) => `  left: ${reason}`),
    ].join("\n"),
    `the same command goes on with what is left: ./scripts/ops rollback ${order.part} ${order.environment}`,
  );
}
