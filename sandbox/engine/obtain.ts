import { messageOf } from "./failure.ts";
import type { Report, Tool } from "./tool.ts";
import { isAtLeast } from "./versions.ts";

/** A program lying somewhere, before it is decided whether to take it. */
export interface Candidate {
  readonly folder: string;
  readonly version: string;
  /** Names of executables that belong beside it and are missing. */
  readonly missing: readonly string[];
}

/** The ways to a program, each replaceable in a test. */
export interface Probes {
  readonly name: string;
  /** Left out where any version on PATH will do. */
  readonly oldest?: string;
  onPath(): Promise<Candidate | undefined>;
  cached(): Tool | undefined;
  /** Left out for programs that nobody offers for download. Throws when it cannot be had. */
  download?(): Promise<Tool>;
  /** Throws with what to install when nothing can be built here. */
  build(): Promise<Tool>;
  /** Runs the work while no other run obtains the same program. */
  exclusively(work: () => Promise<Tool>): Promise<Tool>;
  readonly report: Report;
  /** A line worth keeping after the stage has ended. */
  readonly note: Report;
}

/** Obtains a program the cheapest way that works: found, cached, downloaded, built. */
export async function obtain(probes: Probes): Promise<Tool> {
  const found = await probes.onPath();
  if (found) {
    const objection = objectionTo(found, probes);
    if (objection === undefined)
      return { folder: found.folder, version: found.version, origin: "found on PATH" };
    probes.note(`${probes.name} in ${found.folder} is not used: ${objection}`);
  }
  return (
    probes.cached() ??
    // Asked again under the lock: the run that held it may just have finished the same work.
    probes.exclusively(async () => probes.cached() ?? (await downloaded(probes)) ?? (await probes.build()))
  );
}

function objectionTo({ version, missing }: Candidate, { oldest }: Probes): string | undefined {
  if (oldest !== undefined && !isAtLeast(version, oldest))
    return `it is version ${version}, and ${oldest} or newer is needed`;
  if (missing.length > 0) return `${missing.join(", ")} is not beside it`;
  return undefined;
}

async function downloaded({ name, download, note, report }: Probes): Promise<Tool | undefined> {
  if (!download) return undefined;
  try {
    report("downloading");
    return await download();
  } catch (error) {
    note(`${name} could not be downloaded: ${lastLine(messageOf(error))}`);
    return undefined;
  }
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? text;
}
