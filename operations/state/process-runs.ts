import { readFileSync } from "node:fs";

/**
 * Whether a process of this computer still runs. One that has ended, and whose end its parent has not noted, runs nothing any more:
 * in a container whose first process notes nobody's end it stays so for ever.
 */
export function processRuns(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process cannot be asked, but is there.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return !hasEnded(pid);
}

function hasEnded(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // Its name stands before that in parentheses, and may hold anything.
    return /^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
  } catch {
    // Not every system tells it so.
    return false;
  }
}
