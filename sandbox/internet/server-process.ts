import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { Failure } from "../engine/failure.ts";
import { readText } from "../engine/files.ts";
import { identify, signal } from "../engine/processes.ts";

/** A server program of somebody else's that runs as a child. */
export interface ServerProcess {
  isRunning(): boolean;
  /** Done when it has ended, whoever ended it; with its status, or null when a signal did. */
  readonly ended: Promise<number | null>;
  stop(): Promise<void>;
}

/** How to start a server program, and how to see that it is ready. */
export interface ServerCommand {
  readonly name: string;
  readonly command: readonly string[];
  /** Variables beside our own. */
  readonly variables?: Readonly<Record<string, string>>;
  /** All its variables, for programs that are to have none of ours. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What it reads on its standard input; nothing when left out. */
  readonly input?: string;
  readonly logFile: string;
  readonly deadlineMs: number;
  /** How the program is asked to end; SIGTERM unless it means something else to it. */
  readonly stopSignal?: NodeJS.Signals;
  /** Asked again and again until it is true. */
  isReady(): Promise<boolean>;
}

const betweenQuestionsMs = 30;
const stopMs = 5_000;

/** A server that ended before it was ready, or took too long. */
export class ServerNotReady extends Failure {
  /** The server's name. */
  readonly server: string;
  /** What happened, as half a sentence without anything it printed. */
  readonly what: string;
  /** Whether it was still running. */
  readonly wasLate: boolean;

  constructor(name: string, what: string, wasLate: boolean, logFile: string) {
    super(`${name} did not start: ${what}\n${lastLines(logFile)}`, `read ${logFile}`);
    this.server = name;
    this.what = what;
    this.wasLate = wasLate;
  }
}

/**
 * Starts a server and waits until it is ready.
 *
 * @throws ServerNotReady with the end of its log when it ends first or takes too long
 */
export async function startServerProcess(task: ServerCommand): Promise<ServerProcess> {
  const { name, command, logFile } = task;
  const [program = "", ...words] = command;
  const log = openSync(logFile, "a", 0o600);
  const child = spawn(program, words, {
    stdio: [task.input === undefined ? "ignore" : "pipe", log, log],
    env: task.environment ?? { ...process.env, ...task.variables },
  });
  closeSync(log);
  // One that has ended reads nothing any more; that it has ended is seen below.
  child.stdin?.on("error", () => {});
  child.stdin?.end(task.input);
  let ended: string | undefined;
  child.once("error", (error) => {
    ended = error.message;
  });
  const exited = new Promise<number | null>((resolve) => {
    child.once("exit", (code, signal) => {
      ended ??= `it ended with ${signal ?? `status ${code}`}`;
      resolve(code);
    });
  });
  const end = Date.now() + task.deadlineMs;
  while (!(await task.isReady().catch(() => false))) {
    const isLate = Date.now() > end;
    if (isLate) await endChild(child, task.stopSignal);
    if (isLate || ended !== undefined) {
      const what = isLate ? `not ready within ${task.deadlineMs / 1000} s` : `${ended}`;
      throw new ServerNotReady(name, what, isLate, logFile);
    }
    await pause(betweenQuestionsMs);
  }
  return {
    isRunning: () => isAlive(child),
    ended: exited,
    stop: () => endChild(child, task.stopSignal),
  };
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null && child.pid !== undefined;
}

async function endChild(child: ChildProcess, first: NodeJS.Signals = "SIGTERM"): Promise<void> {
  if (!isAlive(child)) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill(first);
  const forced = setTimeout(() => killWhole(child), stopMs);
  await ended;
  clearTimeout(forced);
}

/** Its own children too: what runs a container would leave it behind. */
function killWhole(child: ChildProcess): void {
  const { pid } = child;
  const children = pid === undefined ? [] : (readText(`/proc/${pid}/task/${pid}/children`) ?? "").split(" ");
  for (const one of children.filter(Boolean).flatMap((number) => identify(Number(number)) ?? []))
    signal(one, "SIGKILL");
  child.kill("SIGKILL");
}

function lastLines(file: string): string {
  return (readText(file) ?? "").trim().split("\n").slice(-20).join("\n");
}
