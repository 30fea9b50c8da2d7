import { type ClassedChange, lossesOf } from "./classed.ts";

/** What is known of the backups; the reason where nothing could be learnt. */
export type Proof = { readonly provenAt: Date | undefined } | { readonly unknownBecause: string };

/** What a loss is judged by. */
export interface LossEvidence {
  readonly changes: readonly ClassedChange[];
  /** Why data may go, by the name of its resource: `acceptedLosses` in the settings. */
  readonly accepted: Readonly<Record<string, string>>;
  /** Asked for only where every loss is accepted. */
  readonly proof?: Proof;
  /** How old the proven backup may be. */
  readonly withinHours: number;
  readonly now: Date;
}

/** Whether data may go. */
export interface LossVerdict {
  readonly losses: readonly ClassedChange[];
  /** Why it may not, each a full sentence with what mends it; empty where it may. */
  readonly refusals: readonly string[];
  /** Resources whose loss is accepted and that are not lost: the settings can forget them. */
  readonly unused: readonly string[];
}

const hour = 3_600_000;

/**
 * Data goes only when somebody has written down why, and when a backup of what was there has been restored and compared
 * since. A deletion cannot be taken back, so whatever is not known counts against it.
 */
export function judgeLosses(evidence: LossEvidence): LossVerdict {
  const { changes, accepted } = evidence;
  const losses = lossesOf(changes);
  const unaccepted = losses.filter(({ name }) => accepted[name] === undefined);
  const lost = new Set(losses.map(({ name }) => name));
  const refusals =
    unaccepted.length > 0 ? unaccepted.map(sayUnaccepted) : losses.length > 0 ? proofRefusals(evidence) : [];
  return { losses, refusals, unused: Object.keys(accepted).filter((name) => !lost.has(name)) };
}

/** Whether it takes a proof to judge them: there are losses, and all of them are accepted. */
export function needsProof({ changes, accepted }: Pick<LossEvidence, "changes" | "accepted">): boolean {
  const losses = lossesOf(changes);
  return losses.length > 0 && losses.every(({ name }) => accepted[name] !== undefined);
}

function sayUnaccepted({ name, type, effect, loss, replacedFor }: ClassedChange): string {
  const because = replacedFor.length > 0 ? ` for another ${replacedFor.join(" and ")}` : "";
  return (
    `${name} (${type}) would be ${effect}${because}, and with it goes ${loss}. Leave it as it is, or say why it may go: ` +
    `pulumi config set --path 'acceptedLosses["${name}"]' WHY`
  );
}

function proofRefusals({ proof, withinHours, now }: LossEvidence): string[] {
  const fix = "Take one, and prove it: ./scripts/ops backup now";
  if (proof === undefined || "unknownBecause" in proof) {
    const reason = proof === undefined ? "nobody has asked" : proof.unknownBecause;
    return [`Whether there is a backup is not known: ${reason.replace(/\.$/, "")}. ${fix}`];
  }
  const { provenAt } = proof;
  if (provenAt === undefined) return [`No backup has been proven by a restore. ${fix}`];
  const age = (now.getTime() - provenAt.getTime()) / hour;
  if (age <= withinHours) return [];
  return [
    `The newest proven backup is from ${provenAt.toISOString()}, ${Math.floor(age)} hours ago; ${withinHours} are allowed ` +
      `(backup.provenWithinHours). ${fix}`,
  ];
}
