import { hostname } from "node:os";
import { z } from "zod";
import { backendFiles } from "./backend.ts";
import { processRuns } from "./process-runs.ts";
import { projectName } from "./stack-state.ts";

const lockSchema = z.object({
  pid: z.int(),
  username: z.string(),
  hostname: z.string(),
  timestamp: z.iso.datetime({ offset: true, local: true }),
});

/** Who has a stack for himself, since when. */
export interface Lock {
  /** File of the backend that is the lock. */
  readonly file: string;
  readonly owner: string;
  readonly pid: number;
  readonly since: string;
  readonly ageSeconds: number;
  /** Whether that process still runs; null on another computer, where nobody here can know. */
  readonly runs: boolean | null;
}

/** The locks of a stack, as often as they are looked at: who keeps them is found out once. */
export interface StackLocks {
  /** Those there are at this moment. */
  list(): Promise<Lock[]>;
  /** Frees one lock, and no other. */
  free(lock: Lock): Promise<void>;
}

/**
 * The locks of a stack, in the backend that the operator is logged in to.
 *
 * @throws Failure where the backend is none that keeps locks in files
 */
export async function locksOf(stack: string): Promise<StackLocks> {
  const backend = await backendFiles(
    `Pulumi's own service shows locks on the stack's page; pulumi cancel --stack ${stack} frees one`,
  );
  const folder = `.pulumi/locks/organization/${projectName()}/${stack}`;
  return {
    list: async () => {
      const names = (await backend.list(folder)).filter((name) => name.endsWith(".json"));
      const texts = await Promise.all(names.map(async (name) => ({ name, text: await backend.read(name) })));
      // One that has gone meanwhile is no lock any more.
      return texts.flatMap(({ name, text }) =>
        text === undefined ? [] : [describe(name, lockSchema.parse(JSON.parse(text)))],
      );
    },
    free: ({ file }) => backend.remove(file),
  };
}

/** How long somebody has had it, in words. */
export function ageInWords({ ageSeconds: seconds }: Pick<Lock, "ageSeconds">): string {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

function describe(
  file: string,
  { pid, username, hostname: where, timestamp }: z.output<typeof lockSchema>,
): Lock {
  const ageSeconds = Math.max(0, Math.round((Date.now() - Date.parse(timestamp)) / 1000));
  const runs = where === hostname() ? processRuns(pid) : null;
  return { file, owner: `${username}@${where}`, pid, since: timestamp, ageSeconds, runs };
}
