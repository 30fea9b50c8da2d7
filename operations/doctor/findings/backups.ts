import { ageInWords } from "../../state/lock.ts";
import type { Diagnosis } from "../finding.ts";
import type { Gathered } from "../gathered.ts";
import { withFacts } from "../mending.ts";

/** Backups that nobody has proven for too long: only a restore that was compared counts. */
export function backups(gathered: Gathered): Diagnosis[] {
  const { config, now } = gathered;
  const allowed = config.backup.provenWithinHours;
  return withFacts(gathered).flatMap(({ host, facts }): Diagnosis[] => {
    if (facts.provenBackup === null) return [];
    const { time } = facts.provenBackup;
    const ageSeconds = time === null ? Number.POSITIVE_INFINITY : (now - Date.parse(time)) / 1000;
    if (ageSeconds <= allowed * 3600) return [];
    return [
      {
        ...{ kind: "backup", severity: "urgent", where: host.key },
        what:
          time === null
            ? "no backup has ever been proven"
            : `the last proven backup is ${ageInWords({ ageSeconds: Math.round(ageSeconds) })} old, and must not be older than ${allowed} h`,
        cause:
          "none was taken since, or its restore differed: ./scripts/ops backup list shows what went wrong",
        fix: [`./scripts/ops backup now ${config.stack}`],
      },
    ];
  });
}
