import { parseDocument } from "yaml";
import { settingOf } from "./live-thing.ts";
import type { Match } from "./match.ts";

const section = ["config", "insightpulse:adopt"];

/**
 * The settings file with the ids of what is matched under `adopt`; everything else in it stays, comments and order too.
 *
 * @param text the file as it is
 * @returns the file as it is to be; the same text when every id stands there already
 */
export function withIds(text: string, matches: readonly Match[]): string {
  const missing = matches.filter(({ wanted }) => wanted.statedId === undefined);
  if (missing.length === 0) return text;
  const document = parseDocument(text);
  for (const { wanted, thing } of missing) document.setIn([...section, ...wanted.path], settingOf(thing));
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}
