import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { LiveThing } from "./live-thing.ts";

const head = [
  "# What was taken out of the account",
  "",
  "<!-- Each line is written by ./scripts/ops decommission. -->",
  "",
  "| when | what | name | id | USD a month | kept as |",
  "| --- | --- | --- | --- | --- | --- |",
].join("\n");

/**
 * The document with one line more.
 *
 * @param text the document as it is; undefined when there is none yet
 */
export function withLine(
  text: string | undefined,
  thing: LiveThing,
  keptAs: string | undefined,
  when: Date,
): string {
  const day = when.toISOString().slice(0, 10);
  const kept = keptAs === undefined ? "" : `snapshot ${keptAs}`;
  const cells = [day, thing.kind, thing.name, thing.id, thing.monthlyUsd.toFixed(2), kept];
  return `${(text ?? head).trimEnd()}\n| ${cells.join(" | ")} |\n`;
}

/** Writes down in a file that something has gone. */
export function writeDown(file: string, thing: LiveThing, keptAs: string | undefined): void {
  const text = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  writeFileSync(file, withLine(text, thing, keptAs, new Date()));
}
