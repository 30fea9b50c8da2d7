import { spawn } from "node:child_process";
import { closeSync, openSync, readSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { CloudKeys } from "./cloud.ts";
import { Progress, parseEvent } from "./events.ts";
import { readText } from "./files.ts";
import { environmentPaths } from "./paths.ts";
import { mark, markVariable } from "./processes.ts";
import type { Sandbox } from "./sandbox.ts";
import type { Report, Tool } from "./tool.ts";
import { childEnvironment, engineProgram, engineVariables } from "./variables.ts";

const commands = {
  up: ["up", "--yes", "--skip-preview"],
  preview: ["preview"],
  refresh: ["refresh", "--yes", "--skip-preview"],
  // With its preview: that is what refuses when anything is protected. Without, all that is not is deleted first.
  destroy: ["destroy", "--yes"],
} as const;

/** What the engine can be told to do. */
export type OperationKind = keyof typeof commands;

/** How an operation went. */
export interface OperationResult {
  readonly succeeded: boolean;
  readonly progress: Progress;
  readonly seconds: number;
  /** What the engine printed beside its events: why it did not begin, for example. */
  readonly log: string;
}

/** Runs the engine on one environment, telling at each step what it does. */
export async function runOperation(
  kind: OperationKind,
  sandbox: Sandbox,
  environment: string,
  { engine, cloud, report }: { engine: Tool; cloud: CloudKeys; report: Report },
): Promise<OperationResult> {
  const paths = environmentPaths(sandbox.state.root, environment);
  const began = Date.now();
  // Into files, not pipes: an engine whose reader is killed would die at its next line, half way through.
  const events = openSync(paths.events, "w", 0o600);
  const log = openSync(paths.log, "w", 0o600);
  const child = spawn(engineProgram(sandbox, engine), [...commands[kind], "--json", "--non-interactive"], {
    cwd: sandbox.project.root,
    // Apart from the terminal's group: else one Ctrl-C would reach the engine twice, and the second means "at once".
    detached: true,
    stdio: ["ignore", events, log],
    env: {
      ...childEnvironment(engineVariables(sandbox, environment, engine, cloud)),
      PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true",
      [markVariable]: mark(sandbox.state.root, "engine"),
    },
  });
  closeSync(events);
  closeSync(log);
  const exit = new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
  const interrupt = () => {
    report("interrupted: the engine finishes what it has begun");
    child.kill("SIGINT");
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  try {
    const progress = await follow(paths.events, exit, report);
    const succeeded = (await exit) === 0;
    return { succeeded, progress, seconds: (Date.now() - began) / 1000, log: readText(paths.log) ?? "" };
  } finally {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}

/** Reads the events as they are written, until the engine has ended and all is read. */
async function follow(file: string, exit: Promise<number>, report: Report): Promise<Progress> {
  const progress = new Progress();
  const source = openSync(file, "r");
  let ended = false;
  const end = exit.finally(() => {
    ended = true;
  });
  end.catch(() => {}); // The caller awaits the same promise and sees the failure.
  let rest = "";
  const decoder = new TextDecoder();
  const buffer = Buffer.alloc(256 * 1024);
  try {
    for (;;) {
      const last = ended;
      for (let count = readSync(source, buffer); count > 0; count = readSync(source, buffer)) {
        const lines = (rest + decoder.decode(buffer.subarray(0, count), { stream: true })).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          const event = parseEvent(line);
          if (event) progress.add(event);
        }
        report(progress.line);
      }
      if (last) return progress;
      await Promise.race([end, pause(100)]);
    }
  } finally {
    closeSync(source);
  }
}
