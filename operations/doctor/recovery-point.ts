import { recoveryPoint } from "../backup/list.ts";
import type { Gathered } from "./gathered.ts";
import { withFacts } from "./mending.ts";

/** What would be lost if everything was lost at this moment. */
export interface RecoveryPoint {
  /** When the newest backup was taken that was proven by a restore; null where none was. */
  readonly provenBackup: string | null;
  /** Hours since then, and the most there may be. */
  readonly hours: number | null;
  readonly limitHours: number;
}

/** The recovery point as the host that keeps backups tells it; null where no host does, or it could not be asked. */
export function recoveryPointNow(gathered: Gathered): RecoveryPoint | null {
  const { config, now } = gathered;
  const [told] = withFacts(gathered).flatMap(({ facts }) => facts.provenBackup ?? []);
  if (told === undefined) return null;
  const hours = told.time === null ? null : (now - Date.parse(told.time)) / 3_600_000;
  return { provenBackup: told.time, hours, limitHours: config.backup.provenWithinHours };
}

/** The same as a line for people; none where nobody keeps backups. */
export function formatRecoveryPoint(gathered: Gathered): string[] {
  const point = recoveryPointNow(gathered);
  if (point === null) return [];
  const newest = point.provenBackup === null ? undefined : { time: point.provenBackup };
  return [recoveryPoint(newest, point.limitHours, gathered.now)];
}
