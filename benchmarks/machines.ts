import { obstacle } from "../sandbox/machines/capability.ts";
import { Platform } from "../tests/platform/support.ts";
import type { Report } from "./benchmark.ts";

/** Why nothing with machines can be measured here; undefined where it can. */
export const machineObstacle = (): Promise<string | undefined> => obstacle();

/**
 * Brings an environment up with machines, hands it over, and takes it down whatever happens. Production is the one that
 * SANDBOX_PLATFORM names, where it does: while a benchmark is written, it need not be brought up for each try.
 */
export async function withMachines<Result>(
  environment: string,
  report: Report,
  use: (platform: Platform) => Promise<Result>,
): Promise<Result> {
  report(`bringing ${environment} up with machines`);
  const platform = environment === "prod" ? await Platform.shared() : await Platform.own(environment);
  try {
    return await use(platform);
  } finally {
    await platform.close();
  }
}
