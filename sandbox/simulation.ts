import { join } from "node:path";
import type { Simulation } from "./engine/sandbox.ts";
import { removeLeftovers } from "./recovery/leftovers.ts";

/** The cloud and the providers of this folder. */
export const simulation: Simulation = {
  cloudProgram: join(import.meta.dirname, "cloud/main.ts"),
  // Loaded when wanted: `status` and `--help` need none of it.
  writeStandIns: async (folder, node) => (await import("./providers/install.ts")).writeStandIns(folder, node),
  removeLeftovers,
};
