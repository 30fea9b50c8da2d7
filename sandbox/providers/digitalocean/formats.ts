import type { Json } from "../framework/wire.ts";
import { jsonText } from "../framework/wire.ts";

/** A time as the official provider shows it for resources whose times it parses: `2020-03-31 12:00:00 +0000 UTC`. */
export function shownTime(time: Json | undefined): string {
  const date = new Date(jsonText(time));
  if (Number.isNaN(date.getTime())) return jsonText(time);
  const [day = "", clock = ""] = date.toISOString().split("T");
  return `${day} ${clock.replace(/\.000Z$/, "").replace("Z", "")} +0000 UTC`;
}

/** True for the same text in any mix of upper and lower case, as tags, regions and sizes are compared. */
export function sameIgnoringCase(stored: string, declared: string): boolean {
  return stored.toLowerCase() === declared.toLowerCase();
}
