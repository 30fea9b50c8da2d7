import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { accessKeyId, randomSecret } from "./identifiers.ts";
import { writeAtomically } from "./store.ts";

/** The keys to this cloud: made once for a state folder and kept in it. */
export interface Credentials {
  token: string;
  spacesAccessKeyId: string;
  spacesSecretAccessKey: string;
  cloudflareToken: string;
}

/** What cloud.json tells a program that wants to use this cloud. */
export interface Handover extends Credentials {
  pid: number;
  apiUrl: string;
  spacesUrl: string | null;
  startedAt: string;
}

const handoverFile = (folder: string) => join(folder, "cloud.json");

export function readHandover(folder: string): Handover | undefined {
  const file = handoverFile(folder);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Handover) : undefined;
}

export function writeHandover(folder: string, handover: Handover): void {
  writeAtomically(handoverFile(folder), `${JSON.stringify(handover, null, 2)}\n`);
}

/** The credentials of this folder, made up the first time. */
export function credentialsOf(earlier: Handover | undefined): Credentials {
  return {
    token: earlier?.token ?? `dop_v1_${randomBytes(32).toString("hex")}`,
    spacesAccessKeyId: earlier?.spacesAccessKeyId ?? accessKeyId(),
    spacesSecretAccessKey: earlier?.spacesSecretAccessKey ?? randomSecret(),
    cloudflareToken: earlier?.cloudflareToken ?? randomSecret(30),
  };
}

/** The key that seals secrets in the state file. Apart from cloud.json, because nobody who uses the cloud needs it. */
export function sealingKeyOf(folder: string): Buffer {
  const file = join(folder, "sealing.key");
  if (!existsSync(file)) writeAtomically(file, randomBytes(32).toString("base64"));
  return Buffer.from(readFileSync(file, "utf8"), "base64");
}

/** Makes the folder, and refuses it when a running cloud already owns it. */
export async function claimFolder(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const earlier = readHandover(folder);
  if (!earlier || earlier.pid === process.pid || !isAlive(earlier.pid)) return;
  if (!(await answers(earlier))) return;
  throw new Error(
    `A cloud is already running on ${folder} (process ${earlier.pid}, ${earlier.apiUrl}). Stop it first, or use another folder.`,
  );
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM means that the process is there and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Whether the process is that cloud, and not another program that got its number after a crash. */
async function answers(earlier: Handover): Promise<boolean> {
  try {
    await fetch(`${earlier.apiUrl}/_sandbox/health`, { signal: AbortSignal.timeout(5000) });
    return true;
  } catch (error) {
    // No answer in time is a cloud that is busy; a refused connection is no cloud.
    return error instanceof Error && error.name === "TimeoutError";
  }
}
