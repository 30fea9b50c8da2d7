import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { Failure } from "../engine/failure.ts";
import { readText } from "../engine/files.ts";

/** A server program of somebody else's that runs as a child. */
export interface ServerProcess {
  isRunning(): boolean;
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
  readonly logFile: string;
  readonly deadlineMs: number;
  /** How the program is asked to end; SIGTERM unless it means something else to it. */
  readonly stopSignal?: NodeJS.Signals;
  /** Asked again and again until it is true. */
  isReady(): Promise<boolean>;
}

const betweenQuestionsMs = 30;
const stopMs = 5_000;

/**
 * Starts a server and waits until it is ready.
 *
 * @throws Failure with the end of its log when it ends first or takes too long
 */
export async function startServerProcess(task: ServerCommand): Promise<ServerProcess> {
  const { name, command, logFile } = task;
  const [program = "", ...words] = command;
  const log = openSync(logFile, "a", 0o600);
  const child = spawn(program, words, {
    stdio: ["ignore", log, log],
    env: task.environment ?? { ...process.env, ...task.variables },
  });
  closeSync(log);
  let ended: string | undefined;
  child.once("error", (error) => {
    ended = error.message;
  });
  child.once("exit", (code, signal) => {
    ended ??= `it ended with ${signal ?? `status ${code}`}`;
  });
  const end = Date.now() + task.deadlineMs;
  while (!(await task.isReady().catch(() => false))) {
    const isLate = Date.now() > end;
    if (isLate) await endChild(child, task.stopSignal);
    if (isLate || ended !== undefined) {
      throw new Failure(
        `${name} did not start: ${isLate ? `not ready within ${task.deadlineMs / 1000} s` : ended}\n${lastLines(logFile)}`,
        `read ${logFile}`,
      );
    }
    await pause(betweenQuestionsMs);
  }
  return { isRunning: () => isAlive(child), stop: () => endChild(child, task.stopSignal) };
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null && child.pid !== undefined;
}

async function endChild(child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  if (!isAlive(child)) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill(signal);
  const forced = setTimeout(() => child.kill("SIGKILL"), stopMs);
  await ended;
  clearTimeout(forced);
}

function lastLines(file: string): string {
  return (readText(file) ?? "").trim().split("\n").slice(-20).join("\n");
}
