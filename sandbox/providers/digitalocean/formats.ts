import { createHash } from "node:crypto";
import type { Json } from "../framework/wire.ts";
import { jsonText } from "../framework/wire.ts";

/** A time as the official provider shows it for resources whose times it parses: `2020-03-31 12:00:00 +0000 UTC`. */
export function shownTime(time: Json | undefined): string {
  const date = new Date(jsonText(time));
  if (Number.isNaN(date.getTime())) return jsonText(time);
  const [day = "", clock = ""] = date.toISOString().split("T");
  return `${day} ${clock.replace(/\.000Z$/, "").replace("Z", "")} +0000 UTC`;
}

/** The SHA-1 of a text, as the official provider stores texts that may be long. */
export function sha1(text: string): string {
  return createHash("sha1").update(text).digest("hex");
}

/** True for the same text in any mix of upper and lower case, as tags, regions and sizes are compared. */
export function sameIgnoringCase(stored: string, declared: string): boolean {
  return stored.toLowerCase() === declared.toLowerCase();
}
