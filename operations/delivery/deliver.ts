import { countOf } from "../changes/classed.ts";
import { requireAcceptedLosses } from "../changes/judge.ts";
import { Failure } from "../failure.ts";
import { checkedOut } from "../git.ts";
import { doer } from "../github/run.ts";
import { type Answer, askServices } from "../health/ask.ts";
import { keepRelease, releasesOf } from "../releases/history.ts";
import { type Release, releaseName } from "../releases/release.ts";
import { contentsOf } from "../releases/take.ts";
import { openSettings } from "../stack/settings.ts";
import { keepCopy } from "../state/keep.ts";
import { assess, requirePreview } from "./assessment.ts";
import type { ChangeSet } from "./change-set.ts";
import { differencesBetween, isPartOf } from "./difference.ts";
import { applyPlan } from "./engine-preview.ts";
import { type Review, reviewOfTree, reviewWithDigest } from "./reviews.ts";
import { waitForLock } from "./wait-for-lock.ts";

/** How a delivery is made. */
export interface DeliveryOptions {
  /** Digest that a person has read; the review that was kept for this tree or this change set when left out. */
  readonly reviewed?: string;
  /** Minutes to wait for somebody else's lock. */
  readonly waitMinutes: number;
  /** Minutes that services have to become healthy; null asks none. */
  readonly healthMinutes: number | null;
  /** File that remembers the keys of the host that is asked for the last proven backup; the operator's own when left out. */
  readonly knownHosts?: string | undefined;
  readonly say: (text: string) => void;
}

/**
 * Applies what was reviewed and nothing else, waits until every service is healthy, and keeps a copy of the state and a
 * record of the release. Where nothing is to be changed and no release was ever recorded, what runs is recorded.
 *
 * @returns the release; null where nothing was to be changed, and a release is known
 * @throws Failure when the change set is not the reviewed one, data would go with it that may not, or the engine stops
 */
export async function deliver(environment: string, options: DeliveryOptions): Promise<Release | null> {
  const { say, knownHosts } = options;
  const startedAt = new Date().toISOString();
  await waitForLock(environment, options.waitMinutes, say);
  const assessment = await assess(environment);
  const changeSet = requirePreview(assessment);
  const isNothing = changeSet.changes.length === 0;
  if (isNothing) {
    say(`${environment} is as the program says: nothing to deliver`);
    if ((await releasesOf(environment)).length > 0) return null;
    say("no release of it has been recorded: what runs is the first, so that there is a way back to it");
  } else {
    const whose = await requireReview(environment, changeSet, options.reviewed);
    say(`${countOf(changeSet.changes)}, as reviewed${whose}: ${changeSet.digest}`);
    await requireAcceptedLosses({ environment, changes: assessment.changes, knownHosts });
  }
  const revision = await checkedOut();
  const { config } = await openSettings(environment);
  const record = async (outcome: Pick<Release, "result" | "unwell">, stateCopy: string | null) => {
    const finishedAt = new Date().toISOString();
    const release: Release = {
      ...{ format: "insightpulse-release-1", name: releaseName(finishedAt), environment },
      odooUpdates: config.odoo.updates ?? [],
      ...{ startedAt, finishedAt, ...doer(), ...revision, changeSet: changeSet.digest },
      ...{ ...(await contentsOf(config, options)), stateCopy, ...outcome },
    };
    await keepRelease(release);
    return release;
  };
  /** Where something has gone wrong already: that is what is told as the failure. */
  const recordAnyway = (outcome: Parameters<typeof record>[0]) =>
    record(outcome, null).catch((reason) => say(`the release could not be recorded: ${reasonOf(reason)}`));
  try {
    if (!isNothing) await applyPlan(environment, assessment.preview.plan);
  } catch (error) {
    await recordAnyway({ result: "failed", unwell: [] });
    throw error;
  }
  const outcome = await healthAfter(config.resolvedServices, options);
  const { name } = await keepCopy(environment).catch(async (error: unknown) => {
    say(`${environment} was changed, and no copy of its state could be kept: ${reasonOf(error)}`);
    await recordAnyway(outcome);
    throw error;
  });
  say(`kept: ${name}`);
  return record(outcome, name);
}

/** What is applied was shown to somebody. Returns whose review it is, in words. */
async function requireReview(
  environment: string,
  changeSet: ChangeSet,
  reviewed: string | undefined,
): Promise<string> {
  if (reviewed === changeSet.digest) return "";
  const review =
    reviewed === undefined
      ? ((await reviewWithDigest(environment, changeSet.digest)) ??
        (await reviewOfTree(environment, (await checkedOut()).tree)))
      : await reviewWithDigest(environment, reviewed);
  if (review === undefined || !isPartOf(changeSet.changes, review.changes))
    throw refusal(environment, changeSet, review, reviewed);
  const whose = ` by ${review.by} at ${review.reviewedAt}`;
  const left = review.changes.length - changeSet.changes.length;
  return left === 0 ? whose : `${whose}, of which ${left} are done already`;
}

function refusal(
  environment: string,
  { digest, changes }: ChangeSet,
  review: Review | undefined,
  reviewed: string | undefined,
): Failure {
  const again = `./scripts/ops review ${environment} --record, read it, and deliver again`;
  if (review === undefined) {
    const what = reviewed === undefined ? "nobody has reviewed this change set" : `${reviewed} was reviewed`;
    const lines = differencesBetween([], changes).map((line) => `  ${line}`);
    return new Failure(`${what}; it is ${digest}. Nothing was changed.\n${lines.join("\n")}`, again);
  }
  const lines = differencesBetween(review.changes, changes).map((line) => `  ${line}`);
  return new Failure(
    `what would be applied to ${environment} is not what ${review.by} was shown at ${review.reviewedAt}. Nothing was ` +
      `changed.\n  reviewed ${review.digest}\n  now      ${digest}\n${lines.join("\n")}`,
    again,
  );
}

async function healthAfter(
  services: Parameters<typeof askServices>[0],
  { healthMinutes, say }: DeliveryOptions,
): Promise<Pick<Release, "result" | "unwell">> {
  if (healthMinutes === null) return { result: "unasked", unwell: [] };
  say(`asking ${services.length} services for their health, for ${healthMinutes} min at most`);
  const unwell = (await askServices(services, healthMinutes)).filter(({ healthy }) => !healthy).map(asUnwell);
  return { result: unwell.length === 0 ? "healthy" : "unhealthy", unwell };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function asUnwell({ service, reason }: Answer): Release["unwell"][number] {
  return { service, reason: reason ?? "" };
}
