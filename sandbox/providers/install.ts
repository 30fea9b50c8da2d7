import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { StandIn } from "./stand-ins.ts";
import { standIns } from "./stand-ins.ts";

export type { StandIn } from "./stand-ins.ts";
export { standIns } from "./stand-ins.ts";

/** A stand-in as a file that the engine can install and start. */
export interface Written extends StandIn {
  path: string;
}

/**
 * Writes one executable for each stand-in into a folder, for `pulumi plugin install resource NAME vVERSION -f PATH`.
 * They run from this checkout with the given Node.
 */
export async function writeStandIns(folder: string, nodePath: string): Promise<Written[]> {
  await mkdir(folder, { recursive: true });
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  return Promise.all(
    standIns.map(async (standIn) => {
      const path = join(folder, `pulumi-resource-${standIn.name}`);
      await writeFile(path, `#!/bin/sh\nexec ${quote(nodePath)} ${quote(main)} ${standIn.name} "$@"\n`);
      await chmod(path, 0o755);
      return { ...standIn, path };
    }),
  );
}

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
