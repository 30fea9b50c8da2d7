import { readFileSync } from "node:fs";
import type { EngineShell, Surroundings } from "../tests/support/engine-shell.ts";

/** How long an engine run took, and the most memory it held. */
export interface EngineRun {
  readonly milliseconds: number;
  readonly peakBytes: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly stdout: string;
}

/** Often enough to see the peak of a process that lives for a second. */
const lookMs = 25;

/** Runs the engine with a watch beside it, and fails with everything it printed when it fails. */
export async function timeEngine(
  shell: EngineShell,
  surroundings: Surroundings,
  ...words: string[]
): Promise<EngineRun> {
  const startedAt = performance.timeOrigin + performance.now();
  const running = shell.start(surroundings, ...words);
  let peakBytes = 0;
  const look = setInterval(() => {
    peakBytes = Math.max(peakBytes, peakOf(running.pid));
  }, lookMs);
  try {
    const { exitCode, stdout, stderr } = await running;
    const endedAt = performance.timeOrigin + performance.now();
    if (exitCode !== 0) throw new Error(`pulumi ${words.join(" ")} failed:\n${stderr}\n${stdout}`);
    return { milliseconds: endedAt - startedAt, peakBytes, startedAt, endedAt, stdout };
  } finally {
    clearInterval(look);
  }
}

/** The most memory a process has ever held. Only Linux tells it of a process that is not one's own: elsewhere 0. */
function peakOf(pid: number | undefined): number {
  try {
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return Number(peak?.[1] ?? 0) * 1024;
  } catch {
    return 0; // It has just ended, or there is no /proc.
  }
}
