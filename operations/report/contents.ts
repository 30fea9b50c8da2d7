import type { Configuration } from "../../config/configuration.ts";
import type { BackupList } from "../backup/list.ts";
import type { Bill } from "../cost/bills.ts";
import type { Finding } from "../doctor/finding.ts";
import type { Asked } from "../doctor/gathered.ts";
import type { Answer } from "../health/ask.ts";
import type { Release } from "../releases/release.ts";
import type { FoundHeartbeat } from "../watch/heartbeats.ts";
import type { HistoryLine } from "../watch/history.ts";
import type { DrillRecord } from "./drills.ts";

/** What a report tells: each part asked for itself, or why there is no answer. No secret is in it. */
export interface ReportContents {
  readonly environment: string;
  /** In ISO 8601. */
  readonly madeAt: string;
  /** How many days back the history goes. */
  readonly days: number;
  readonly config: Asked<Configuration>;
  readonly health: Asked<readonly Answer[]>;
  readonly examined: Asked<Examined>;
  /** By host. */
  readonly history: Asked<Readonly<Record<string, Asked<readonly HistoryLine[]>>>>;
  /** By host. */
  readonly heartbeats: Asked<Readonly<Record<string, FoundHeartbeat>>>;
  readonly bill: Asked<Bill>;
  readonly backups: Asked<BackupList>;
  /** Every one that was recorded, the newest first. */
  readonly drills: Asked<readonly DrillRecord[]>;
  /** The newest first. */
  readonly releases: Asked<readonly Release[]>;
}

/** What the doctor has seen, as far as it is told here. */
export interface Examined {
  readonly findings: readonly Finding[];
  readonly hosts: readonly {
    /** Short name in the settings. */
    readonly key: string;
    readonly address: string;
    /** Whether it could be entered; the reason where not. */
    readonly entered: Asked<true>;
  }[];
  /** Names of the resources in the stack's state. */
  readonly resources: Asked<readonly string[]>;
}
