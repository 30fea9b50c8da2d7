import type { Configuration } from "../../config/configuration.ts";
import { onBackupHost } from "../backup/host.ts";
import { readBackupList } from "../backup/list.ts";
import { Failure } from "../failure.ts";
import type { Release } from "../releases/release.ts";
import type { WayBack } from "./target.ts";

/** What a way back means for data: it touches none, but what updates have made of tables stays. */
export interface DataOutlook {
  /** Modules of Odoo whose tables were changed since the release that is gone back to. */
  readonly updatedModules: readonly string[];
  /** Since when; null where none were changed. */
  readonly updatedAt: string | null;
  /** Releases of which nobody wrote down whether they changed tables. */
  readonly unknownReleases: readonly string[];
  /** The last proven backup from before the tables were changed; null where there is none, or none is needed. */
  readonly backup: { readonly snapshot: string; readonly time: string } | null;
}

/** What a look at data takes. */
export interface DataQuestion extends WayBack {
  readonly config: Configuration;
  /** The newest first. */
  readonly releases: readonly Release[];
  readonly knownHosts: string | undefined;
  readonly say: (text: string) => void;
}

/** Finds out what a way back of hosts means for data. */
export async function dataOutlook(question: DataQuestion): Promise<DataOutlook> {
  const { config, releases, to } = question;
  const since = releases.filter(({ name, rollback }) => name > to.name && rollback === undefined);
  const updating = since.filter(({ odooUpdates = [] }) => odooUpdates.length > 0);
  const unrecorded = config.odoo.updates ?? [];
  const modules = [...updating.flatMap(({ odooUpdates = [] }) => odooUpdates), ...unrecorded];
  const unknownReleases = since
    .filter(({ odooUpdates }) => odooUpdates === undefined)
    .map(({ name }) => name);
  if (modules.length === 0) return { updatedModules: [], updatedAt: null, unknownReleases, backup: null };
  // The settings alone do not say when.
  const updatedAt = updating.at(-1)?.startedAt ?? question.from?.finishedAt ?? to.finishedAt;
  return {
    updatedModules: [...new Set(modules)].sort(),
    ...{ updatedAt, unknownReleases, backup: await backupBefore(updatedAt, question) },
  };
}

/** The host knows of backups that are younger than the last release. */
async function backupBefore(
  time: string,
  { config, releases, knownHosts, say }: DataQuestion,
): Promise<DataOutlook["backup"]> {
  const recorded = releases.map(({ provenBackup }) => provenBackup);
  let listed: typeof recorded = [];
  try {
    if (config.convergeHosts)
      await onBackupHost(config.stack, knownHosts, async (host) => {
        const { backups } = readBackupList(await host.ask("list"));
        listed = backups.filter(({ proof, result }) => proof === "proven" && result === "complete");
      });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    say(`which backups there are is only known from releases: ${error.message}`);
  }
  const earlier = [...listed, ...recorded]
    .filter((backup) => backup !== null)
    .filter((backup) => Date.parse(backup.time) <= Date.parse(time))
    .sort((one, other) => Date.parse(other.time) - Date.parse(one.time));
  const [newest] = earlier;
  return newest === undefined ? null : { snapshot: newest.snapshot, time: newest.time };
}
