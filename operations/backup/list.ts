import { z } from "zod";

const record = z.object({
  time: z.string(),
  result: z.string(),
  snapshot: z.string().optional(),
  reasons: z.array(z.string()).optional(),
  differences: z.array(z.string()).optional(),
  rows: z.number().optional(),
  bytes: z.object({ uploaded: z.number(), saved: z.number() }).optional(),
});

const listed = z.object({
  backups: z.array(z.object({ snapshot: z.string(), time: z.string(), tag: z.string() })),
  records: z.object({ backup: z.array(record), proof: z.array(record) }),
});

/** One backup that can be restored, with what is known of it. */
export interface ListedBackup {
  readonly snapshot: string;
  readonly time: string;
  /** `platform`, or `safety` where a restore has taken it. */
  readonly kind: string;
  /** `complete` or `partial`; unknown once its record is old. */
  readonly result: string;
  /** Whether a restore of it was compared: `proven`, `differs`, or not yet. */
  readonly proof: string;
  readonly rows: number | null;
  readonly uploadedBytes: number | null;
}

/** What there is, and what went wrong since the last success. */
export interface BackupList {
  readonly backups: readonly ListedBackup[];
  /** Runs that left no backup, the newest last. */
  readonly failures: readonly { readonly time: string; readonly reason: string }[];
}

/** The newest backup that is complete, and of which a restore was compared; undefined where there is none. */
export function newestProven({ backups }: BackupList): ListedBackup | undefined {
  return backups
    .filter(({ result, proof }) => result === "complete" && proof === "proven")
    .sort((one, other) => Date.parse(one.time) - Date.parse(other.time))
    .at(-1);
}

/**
 * What would be lost if everything was lost now, against what is allowed.
 *
 * @param newest the newest backup that is proven
 */
export function recoveryPoint(
  newest: { readonly time: string } | undefined,
  limitHours: number,
  now: number,
): string {
  if (newest === undefined)
    return `No backup is proven: how much would be lost now is not known, and ${limitHours} h are allowed.`;
  const hours = (now - Date.parse(newest.time)) / 3_600_000;
  const judged = hours > limitHours ? "BROKEN" : "kept";
  return `Lost now would be what was written in ${hours.toFixed(1)} h, of at most ${limitHours} h: ${judged}.`;
}

/** What a host says of its backups, put together. */
export function readBackupList(text: string): BackupList {
  const { backups, records } = listed.parse(JSON.parse(text));
  return {
    backups: backups.map(({ snapshot, time, tag }) => {
      const taken = records.backup.find((one) => one.snapshot === snapshot);
      const proof = records.proof.findLast((one) => one.snapshot === snapshot);
      return {
        ...{ snapshot, time, kind: tag },
        result: taken?.result ?? "unknown",
        proof: proof?.result ?? "not yet",
        rows: taken?.rows ?? null,
        uploadedBytes: taken?.bytes?.uploaded ?? null,
      };
    }),
    failures: [...records.backup, ...records.proof]
      .filter(({ result }) => result === "failed" || result === "differs")
      .map(({ time, reasons, differences }) => ({
        time,
        reason: [...(reasons ?? []), ...(differences ?? [])][0] ?? "",
      }))
      .sort((one, other) => one.time.localeCompare(other.time)),
  };
}
