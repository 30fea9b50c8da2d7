import { rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readJson, writeJson } from "../../engine/files.ts";
import { isWithin, type NameRecord } from "./records.ts";

const fileIn = (folder: string) => join(folder, "cut-off.json");

/**
 * Cuts the sandbox off from parts of the world, from the next question for a name on: nobody finds these any more.
 *
 * @param folder of the internet
 * @param domains each with every name below it
 */
export function cutOff(folder: string, domains: readonly string[]): void {
  writeJson(fileIn(folder), domains);
}

/** Brings everything back. Done where nothing was cut off, it changes nothing. */
export function forgetCutOff(folder: string): void {
  rmSync(fileIn(folder), { force: true });
}

/** The records that are left. */
export function reachable(records: readonly NameRecord[], folder: string): readonly NameRecord[] {
  const domains = z.array(z.string()).safeParse(readJson(fileIn(folder))).data ?? [];
  return records.filter(({ name }) => !domains.some((domain) => isWithin(name, domain)));
}
