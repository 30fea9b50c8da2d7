import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatUsd } from "../../config/derive/money.ts";
import { requireAcceptedLosses } from "../changes/judge.ts";
import { assess, costOf, requirePreview } from "../delivery/assessment.ts";
import { applyPlan } from "../delivery/engine-preview.ts";
import { waitForLock } from "../delivery/wait-for-lock.ts";
import { root, settingsFile } from "../environments.ts";
import { Failure } from "../failure.ts";
import { checkedOut } from "../git.ts";
import { doer } from "../github/run.ts";
import { engineSays, showEngine } from "../stack/engine.ts";
import { settingsPath, stackExists } from "../state/stack-state.ts";
import { type Feature, features, forgetFeature, rememberFeature } from "./records.ts";
import { environmentOf, featureNetworks, featureSettings } from "./settings.ts";

/** How a feature's environment is wanted. */
export interface FeatureWish {
  readonly branch: string;
  /** Environment whose settings and secrets it begins with. */
  readonly from: string;
  readonly days: number;
  readonly monthlyUsd: number;
  /** File that remembers the keys of the host that is asked for a proven backup; the operator's own when left out. */
  readonly knownHosts?: string | undefined;
}

const dayMs = 24 * 3_600_000;

/**
 * Makes or updates the environment of a branch. It is remembered with its expiry before anything of it is made, so that one
 * that was only begun is destroyed as well.
 *
 * @throws Failure when it would cost more than it may, or lose data without a reason and a proven backup
 */
export async function raiseFeature(wish: FeatureWish, say: (text: string) => void): Promise<Feature> {
  const environment = environmentOf(wish.branch);
  const all = await features();
  const known = all.find((one) => one.environment === environment);
  const network = known?.network ?? freeNetwork(all);
  const source = readFileSync(settingsPath(wish.from), "utf8");
  const settings = featureSettings(source, { environment, monthlyUsd: wish.monthlyUsd, network });
  const now = new Date();
  const feature: Feature = {
    ...{ format: "insightpulse-feature-1", environment, branch: wish.branch, network, settings },
    ...{ commit: (await checkedOut()).commit, by: doer().by, madeAt: known?.madeAt ?? now.toISOString() },
    expiresAt: new Date(now.getTime() + wish.days * dayMs).toISOString(),
  };
  return withSettings(feature, async () => {
    const { totalUsd } = await costOf(environment, undefined);
    if (totalUsd > wish.monthlyUsd)
      throw new Failure(
        `${environment} would cost ${formatUsd(totalUsd)} a month, and may cost ${formatUsd(wish.monthlyUsd)}`,
        "give it a larger budget, or smaller sizes in the settings it begins with",
      );
    await rememberFeature(feature);
    if (await stackExists(environment)) await waitForLock(environment, 0, say);
    else await makeStack(environment);
    const assessment = await assess(environment);
    requirePreview(assessment);
    const { changes, preview } = assessment;
    const begunAnew = `./scripts/ops feature destroy ${wish.branch}, and make it anew`;
    await requireAcceptedLosses({ environment, changes, knownHosts: wish.knownHosts }, begunAnew);
    await applyPlan(environment, preview.plan);
    return feature;
  });
}

async function makeStack(environment: string): Promise<void> {
  const words = ["stack", "init", environment, "--secrets-provider", "passphrase"];
  // It writes into the settings file of the folder it runs in, where Pulumi.yaml has to be too.
  await engineSays(words, `the stack ${environment} cannot be made`);
}

/** Destroys a feature's environment, whatever is in it, and forgets it. */
export async function destroyFeature(feature: Feature): Promise<void> {
  const { environment } = feature;
  await withSettings(feature, async () => {
    if (await stackExists(environment)) {
      await showEngine(
        "destroy",
        "--stack",
        environment,
        "--yes",
        "--skip-preview",
        "--non-interactive",
        "--suppress-outputs",
      );
      await engineSays(
        ["stack", "rm", environment, "--yes", "--preserve-config"],
        `the stack ${environment} stays`,
      );
    }
  });
  await forgetFeature(environment);
}

/** Those whose time is over. */
export function expired(all: readonly Feature[], now = new Date()): Feature[] {
  return all.filter(({ expiresAt }) => Date.parse(expiresAt) <= now.getTime());
}

function freeNetwork(all: readonly Feature[]): number {
  const free = featureNetworks.find((candidate) => !all.some(({ network }) => network === candidate));
  if (free !== undefined) return free;
  throw new Failure(
    "every private network for features is taken",
    "./scripts/ops feature list shows by whom",
  );
}

/** Works with a feature's settings in a file of their own; the engine and everything here takes them from there. */
async function withSettings<Result>(feature: Feature, work: () => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "feature-"));
  const before = process.env.PULUMI_OPTION_CONFIG_FILE;
  const beside = join(root, settingsFile(feature.environment));
  try {
    const file = join(folder, settingsFile(feature.environment));
    writeFileSync(file, feature.settings, { mode: 0o600 });
    writeFileSync(beside, feature.settings, { mode: 0o600 });
    process.env.PULUMI_OPTION_CONFIG_FILE = file;
    return await work();
  } finally {
    if (before === undefined) delete process.env.PULUMI_OPTION_CONFIG_FILE;
    else process.env.PULUMI_OPTION_CONFIG_FILE = before;
    rmSync(beside, { force: true });
    rmSync(folder, { recursive: true, force: true });
  }
}
