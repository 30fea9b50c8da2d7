import { planHeartbeatBucket } from "../../config/derive/heartbeats.ts";
import { parseSections } from "../../config/parse.ts";
import type { SectionName, Settings } from "../../config/schema.ts";
import { plainSettings, readSettingsText, settingsFile } from "../environments.ts";
import { Failure } from "../failure.ts";

const neededSections = ["backup", "hosts", "monitoring", "watch"] as const satisfies readonly SectionName[];

/** What somebody outside has to know to look at an environment's heartbeats. */
export interface WatchSettings extends Pick<Settings, (typeof neededSections)[number]> {
  readonly environment: string;
  readonly bucketName: string;
  readonly region: string;
}

/**
 * Reads what concerns the heartbeats from an environment's file: no engine, no passphrase, no secret.
 *
 * @throws Failure with what is wrong in those sections
 */
export function watchSettings(environment: string): WatchSettings {
  const origin = settingsFile(environment);
  const { settings, faults } = parseSections(
    plainSettings(readSettingsText(environment), origin),
    environment,
  );
  const { backup, hosts, monitoring, watch } = settings;
  if (!(backup && hosts && monitoring && watch))
    throw new Failure(`${origin}: ${faults.map(({ path, problem }) => `${path}: ${problem}`).join("; ")}`);
  const { bucketName, region } = planHeartbeatBucket(backup);
  return { environment, backup, hosts, monitoring, watch, bucketName, region };
}
