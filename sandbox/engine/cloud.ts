import { spawn } from "node:child_process";
import { closeSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { Failure, messageOf } from "./failure.ts";
import { makeFolder, readJson, readText, writeJson, writeWhole } from "./files.ts";
import {
  findMarked,
  identify,
  isRunning,
  mark,
  markVariable,
  type ProcessIdentity,
  processIdentitySchema,
  stop,
} from "./processes.ts";
import { shellQuote } from "./quote.ts";
import type { Sandbox } from "./sandbox.ts";
import type { Report } from "./tool.ts";

const keysSchema = z.object({
  pid: z.number(),
  apiUrl: z.string(),
  spacesUrl: z.string(),
  token: z.string(),
  spacesAccessKeyId: z.string(),
  spacesSecretAccessKey: z.string(),
  cloudflareToken: z.string(),
});

/** Where the cloud listens, and the keys to its one account. */
export type CloudKeys = z.infer<typeof keysSchema>;

/** Longer than its S3 server may take, so that its own reason is what is told. */
const startDeadlineMs = 120_000;
/**
 * A cloud that has ended refuses at once, so this is for one that runs: taken for dead because the computer is busy, it would be
 * ended in the middle of its work, and forget who has asked it for what.
 */
const answerDeadlineMs = 30_000;

/** The keys of the cloud if it runs and answers, else undefined. Starts nothing. */
export async function runningCloud({ state }: Sandbox): Promise<CloudKeys | undefined> {
  const daemon = recordedDaemon(state.daemon);
  const keys = readKeys(state.cloud);
  if (!daemon || !keys || keys.pid !== daemon.pid || !isRunning(daemon)) return undefined;
  return (await answers(keys)) ? keys : undefined;
}

/** How a cloud is started. */
export interface CloudStart {
  readonly seedFile: string | undefined;
  /** Executable of the S3 server. */
  readonly objectStorage: string;
  /** Further words for the cloud's program. */
  readonly words: readonly string[];
}

/** The keys of the running cloud, started first if need be. */
export async function ensureCloud(sandbox: Sandbox, start: CloudStart, report: Report): Promise<CloudKeys> {
  const running = await runningCloud(sandbox);
  if (running) return running;
  await stopCloud(sandbox);
  report("starting");
  const daemon = startDaemon(sandbox, start);
  return waitUntilReady(sandbox, daemon);
}

/** Ends the cloud and whatever it started; says how many processes that were. */
export async function stopCloud({ state }: Sandbox): Promise<number> {
  const daemon = recordedDaemon(state.daemon);
  const marked = findMarked(mark(state.root, "cloud"));
  const unmarked = daemon && isRunning(daemon) && !marked.some(({ pid }) => pid === daemon.pid);
  // The daemon first: it stops its own children in order. What it leaves is stopped after it.
  if (daemon) await stop([daemon]);
  await stop(marked);
  rmSync(state.daemon, { force: true });
  rmSync(keysFile(state.cloud), { force: true });
  return marked.length + (unmarked ? 1 : 0);
}

/**
 * The cloud starts its S3 server with an environment of its own making. A server whose cloud was killed has to be found
 * all the same, so it gets its mark from this script, which then becomes the server.
 */
function writeMarkedStarter({ state }: Sandbox, program: string): string {
  const path = join(state.root, "object-storage");
  const marking = `export ${markVariable}=${shellQuote(mark(state.root, "cloud"))}`;
  writeWhole(path, `#!/bin/sh\n${marking}\nexec ${shellQuote(program)} "$@"\n`, 0o700);
  return path;
}

function startDaemon(sandbox: Sandbox, { seedFile, objectStorage, words }: CloudStart): ProcessIdentity {
  const { project, simulation, state } = sandbox;
  makeFolder(state.cloud);
  const log = openSync(logFile(state.cloud), "a", 0o600);
  const child = spawn(
    process.execPath,
    [
      simulation.cloudProgram,
      "--state",
      state.cloud,
      ...(seedFile === undefined ? [] : ["--seed", seedFile]),
      ...words,
    ],
    {
      cwd: project.root,
      detached: true,
      stdio: ["ignore", log, log],
      env: {
        ...process.env,
        SANDBOX_VERSITYGW: writeMarkedStarter(sandbox, objectStorage),
        [markVariable]: mark(state.root, "cloud"),
      },
    },
  );
  closeSync(log);
  child.on("error", () => {}); // Reported by the wait below, which sees no process.
  child.unref();
  const daemon = child.pid === undefined ? undefined : identify(child.pid);
  if (!daemon) throw new Failure(`the sandbox's cloud did not start:\n${logTail(state.cloud)}`);
  writeJson(state.daemon, daemon);
  return daemon;
}

async function waitUntilReady({ state }: Sandbox, daemon: ProcessIdentity): Promise<CloudKeys> {
  const end = Date.now() + startDeadlineMs;
  while (Date.now() < end) {
    const keys = readKeys(state.cloud);
    if (keys?.pid === daemon.pid && (await answers(keys))) return keys;
    if (!isRunning(daemon)) break;
    await pause(50);
  }
  throw new Failure(
    `the sandbox's cloud ${isRunning(daemon) ? `did not answer within ${startDeadlineMs / 1000} s` : "ended at once"}:\n${logTail(state.cloud)}`,
    `read ${logFile(state.cloud)}`,
  );
}

async function answers(keys: CloudKeys): Promise<boolean> {
  try {
    return (await callAdmin(keys, "GET", "health")).ok;
  } catch {
    return false;
  }
}

/** Calls one of the cloud's own endpoints, which no real vendor has. */
export function callAdmin(keys: CloudKeys, method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${keys.apiUrl}/_sandbox/${path}`, {
    method,
    headers: {
      "x-sandbox-token": keys.token,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(answerDeadlineMs),
  });
}

/** The same, for callers that want the answer or a failure in words. */
export async function askAdmin(
  keys: CloudKeys,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  let response: Response;
  try {
    response = await callAdmin(keys, method, path, body);
  } catch (error) {
    throw new Failure(`the sandbox's cloud at ${keys.apiUrl} does not answer: ${messageOf(error)}`);
  }
  const text = await response.text();
  const answer: unknown = text === "" ? undefined : JSON.parse(text);
  if (response.ok) return answer;
  const { data } = z.object({ message: z.string() }).safeParse(answer);
  throw new Failure(`the sandbox's cloud refused: ${data?.message ?? text}`);
}

function recordedDaemon(file: string): ProcessIdentity | undefined {
  const parsed = processIdentitySchema.safeParse(readJson(file));
  return parsed.success ? parsed.data : undefined;
}

function readKeys(folder: string): CloudKeys | undefined {
  const parsed = keysSchema.safeParse(readJson(keysFile(folder)));
  return parsed.success ? parsed.data : undefined;
}

function keysFile(folder: string): string {
  return join(folder, "cloud.json");
}

function logFile(folder: string): string {
  return join(folder, "daemon.log");
}

function logTail(folder: string): string {
  return (readText(logFile(folder)) ?? "").trim().split("\n").slice(-20).join("\n");
}
