import { randomBytes } from "node:crypto";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { hasCode } from "./failure.ts";

const ownerOnlyFolder = 0o700;
const ownerOnlyFile = 0o600;

/** Makes a folder, and its parents, that only its owner can enter. */
export function makeFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: ownerOnlyFolder });
  return path;
}

/** Writes a file whole or not at all: a run killed half way leaves the old one. */
export function writeWhole(path: string, text: string, mode = ownerOnlyFile): void {
  makeFolder(dirname(path));
  const draft = `${path}.${randomBytes(4).toString("hex")}.draft`;
  writeFileSync(draft, text, { mode });
  renameSync(draft, path);
}

/** Writes a value as a JSON file, whole or not at all. */
export function writeJson(path: string, value: unknown): void {
  writeWhole(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** The text of a file, or undefined when there is none. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT", "ENOTDIR")) return undefined;
    throw error;
  }
}

/** The value in a JSON file, or undefined when there is none or it is damaged. Check its shape before use. */
export function readJson(path: string): unknown {
  const text = readText(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const workPrefix = ".work-";

/** Hands a fresh folder inside `parent` to `work` and removes it afterwards; what must stay is moved out of it. */
export async function withWorkFolder<T>(parent: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(makeFolder(parent), workPrefix));
  try {
    return await work(folder);
  } finally {
    removeFolder(folder);
  }
}

/** Removes work folders that killed runs left in `parent`. Only call it while holding the lock on `parent`. */
export function removeAbandonedWork(parent: string): void {
  for (const name of readdirSync(makeFolder(parent))) {
    if (name.startsWith(workPrefix)) removeFolder(join(parent, name));
  }
}

/** Removes a folder and all in it; another process may still be adding files for a moment. */
export function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 5 });
}
