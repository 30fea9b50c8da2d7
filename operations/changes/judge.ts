import type { Settings } from "../../config/schema.ts";
import { newestProvenBackup } from "../backup/newest-proven.ts";
import { Failure } from "../failure.ts";
import { plainConfiguration } from "../plain-configuration.ts";
import { type ClassedChange, lossesOf } from "./classed.ts";
import { judgeLosses, type LossVerdict, needsProof, type Proof } from "./losses.ts";

/** Changes of an environment that are to be judged. */
export interface JudgedChanges {
  readonly environment: string;
  readonly changes: readonly ClassedChange[];
  readonly knownHosts: string | undefined;
}

/** Judges what data goes with changes. The host that takes the backups is asked only where every loss is accepted. */
export async function judgeChanges(
  { environment, changes, knownHosts }: JudgedChanges,
  { acceptedLosses: accepted, backup }: Pick<Settings, "acceptedLosses" | "backup">,
): Promise<LossVerdict> {
  return judgeLosses({
    ...{ changes, accepted, withinHours: backup.provenWithinHours, now: new Date() },
    ...(needsProof({ changes, accepted }) ? { proof: await newestProof(environment, knownHosts) } : {}),
  });
}

/**
 * Makes sure that no data goes without a reason in the settings and a proven backup. Where none goes, nothing is read and nobody
 * is asked.
 *
 * @param remedy what else to do, where the settings are not the operator's to change
 * @throws Failure in the gate's words when it may not go
 */
export async function requireAcceptedLosses(judged: JudgedChanges, remedy?: string): Promise<void> {
  const { environment, changes } = judged;
  if (lossesOf(changes).length === 0) return;
  const { refusals } = await judgeChanges(judged, plainConfiguration(environment));
  if (refusals.length === 0) return;
  const lines = refusals.map((reason) => `  ${reason}`);
  throw new Failure(`${environment} would lose data. Nothing was changed.\n${lines.join("\n")}`, remedy);
}

/** Nothing but a backup that is there counts: a host that cannot be asked is no proof. */
async function newestProof(environment: string, knownHosts: string | undefined): Promise<Proof> {
  try {
    const newest = await newestProvenBackup(environment, knownHosts);
    return { provenAt: newest && new Date(newest.time) };
  } catch (error) {
    if (error instanceof Failure) return { unknownBecause: error.message };
    throw error;
  }
}
