import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { Failure } from "../engine/failure.ts";
import { makeFolder, readJson, writeJson } from "../engine/files.ts";
import {
  findMarked,
  identify,
  isRunning,
  markVariable,
  processIdentitySchema,
  stop,
} from "../engine/processes.ts";
import type { Sandbox } from "../engine/sandbox.ts";
import { endInternet, internetMark } from "../internet/leftovers.ts";
import type { InternetSettings } from "../internet/settings.ts";
import { kernelNames } from "../machines/names.ts";
import { inside } from "../machines/namespaces.ts";

const program = join(import.meta.dirname, "../internet/main.ts");
const startDeadlineMs = 120_000;

const recordSchema = processIdentitySchema.extend({ settings: z.string() });

/** Starts the internet in the sandbox's network, unless it runs there with these very settings. */
export async function ensureInternet(
  { state }: Sandbox,
  settings: InternetSettings,
): Promise<"running" | "started"> {
  const text = JSON.stringify(settings);
  const digest = createHash("sha256").update(text).digest("hex");
  const running = recorded(state.internet);
  if (running && running.settings === digest && isRunning(running)) return "running";
  await stopInternet({ state });
  const folder = makeFolder(state.internet);
  const log = join(folder, "internet.log");
  // Its last words, also those of an earlier run, are found by their place in the file.
  const before = sizeOf(log);
  const out = openSync(log, "a", 0o600);
  const [command = "", ...words] = inside(kernelNames(state.root).network, [process.execPath, program]);
  const child = spawn(command, words, {
    detached: true,
    stdio: ["pipe", out, out],
    env: { ...process.env, [markVariable]: internetMark(state.root) },
  });
  closeSync(out);
  child.on("error", () => {}); // Seen as a process that is not there.
  // There are passwords in the settings: they go through a pipe, and are on no disk and in no list of processes.
  child.stdin?.on("error", () => {});
  child.stdin?.end(text);
  child.unref();
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  const end = Date.now() + startDeadlineMs;
  const said = () => readFileSync(log, "utf8").slice(before);
  while (identity && isRunning(identity) && Date.now() < end) {
    if (said().includes('"ready":true')) {
      writeJson(recordFile(folder), { ...identity, settings: digest });
      return "started";
    }
    await pause(30);
  }
  await stopInternet({ state });
  throw new Failure(
    `the sandbox's internet did not start:\n${said().trim().split("\n").slice(-20).join("\n")}`,
    `read ${log}`,
  );
}

/** Ends the internet and whatever it started, also what a killed one left; says how many processes that were. */
export async function stopInternet({ state }: Pick<Sandbox, "state">): Promise<number> {
  const first = recorded(state.internet);
  const marked = findMarked(internetMark(state.root)).length;
  // It stops its own servers in order: databases are asked to close. What it leaves is ended after it.
  if (first && isRunning(first)) await stop([first], { graceMs: 25_000 });
  await endInternet(internetMark(state.root));
  return marked;
}

const recordFile = (folder: string) => join(folder, "process.json");

function recorded(folder: string) {
  return recordSchema.safeParse(readJson(recordFile(folder))).data;
}

function sizeOf(file: string): number {
  try {
    return readFileSync(file, "utf8").length;
  } catch {
    return 0;
  }
}
