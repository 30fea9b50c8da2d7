import type { ReportContents } from "./contents.ts";
import type { ReportDocument, Section } from "./document.ts";
import { alarm } from "./sections/alarm.ts";
import { backups } from "./sections/backups.ts";
import { costs } from "./sections/costs.ts";
import { drills } from "./sections/drills.ts";
import { findings } from "./sections/findings.ts";
import { health } from "./sections/health.ts";
import { latency } from "./sections/latency.ts";
import { platform } from "./sections/platform.ts";
import { releases } from "./sections/releases.ts";
import { uptime } from "./sections/uptime.ts";

/** What people ask first stands first. */
const sections: readonly ((contents: ReportContents) => Section)[] = [
  ...[platform, health, findings, uptime, latency, alarm, backups, drills, releases, costs],
];

/** What a report tells, in no format yet. */
export function reportDocument(contents: ReportContents): ReportDocument {
  const { environment, madeAt } = contents;
  return { environment, madeAt, sections: sections.map((section) => section(contents)) };
}
