import { readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import type { Configuration } from "../../config/configuration.ts";
import { appServices, hostServices } from "../../config/resolve.ts";
import { withImage } from "../images/pin.ts";
import type { Release } from "../releases/release.ts";
import { withoutKey, withValue } from "../settings-text.ts";
import { nameOfImage } from "./running.ts";

/** What is gone back with: the apps, the hosts, or both. */
export type Part = "app" | "host" | "all";

/** An edit of the settings, in words. */
export interface SettingsEdit {
  /** Setting by its path. */
  readonly path: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** Settings that pin what a release ran. */
export interface PinnedSettings {
  readonly text: string;
  /** Empty where they pin it already. */
  readonly edits: readonly SettingsEdit[];
  /** What a release had that settings cannot be given back, each a full sentence. */
  readonly left: readonly string[];
}

/**
 * The text of a settings file with what a release ran pinned in it: images, and the commit of the addons. An update of Odoo's
 * tables is no part of a way back, so none is asked for any more.
 *
 * @param config the settings as they are in the text
 * @param kept services that stay as they are
 */
export function pinRelease(
  text: string,
  release: Release,
  part: Part,
  config: Configuration,
  kept: readonly string[] = [],
): PinnedSettings {
  const edits: SettingsEdit[] = [];
  const left: string[] = [];
  let edited = text;
  const services = [
    ...(part === "host" ? [] : appServices(config.resolvedServices).filter(isOwned)),
    ...(part === "app" ? [] : hostServices(config.resolvedServices)),
  ];
  for (const { name, image } of services) {
    if (kept.includes(name)) continue;
    const wanted = release.images[name];
    if (wanted === undefined) {
      left.push(`${name} was not in the release ${release.name} yet, and stays as it is.`);
      continue;
    }
    const [from, to] = [nameOfImage(image, config), nameOfImage(wanted, config)];
    if (from === to) continue;
    edited = withImage(edited, name, wanted);
    edits.push({ path: `services.${name}.image`, from, to });
  }
  if (part === "app") return { text: edited, edits, left };
  const { addons, updates } = config.odoo;
  const commit = addons?.commit ?? null;
  if (commit !== release.addonsCommit) {
    if (commit === null || release.addonsCommit === null) {
      const [then, now] = [release.addonsCommit, commit].map((one) =>
        one === null ? "none" : `those at ${one}`,
      );
      left.push(`Odoo had ${then} for addons then and has ${now}: odoo.addons goes back by git revert.`);
    } else {
      edited = withValue(edited, ["insightpulse:odoo", "addons", "commit"], release.addonsCommit);
      edits.push({ path: "odoo.addons.commit", from: commit, to: release.addonsCommit });
    }
  }
  if (updates !== undefined) {
    edited = withoutKey(edited, ["insightpulse:odoo", "updates"]);
    edits.push({ path: "odoo.updates", from: updates.join(", "), to: null });
  }
  return { text: edited, edits, left };
}

/** Puts a settings file in the place of another in one step: whoever reads it sees the one or the other. */
export function writeSettings(file: string, text: string): void {
  if (readFileSync(file, "utf8") === text) return;
  writeFileSync(`${file}.new`, text, { mode: statSync(file).mode });
  renameSync(`${file}.new`, file);
}

function isOwned({ specification }: { readonly specification: string }): boolean {
  return specification === "managed";
}
