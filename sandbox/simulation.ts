import { join } from "node:path";
import type { Simulation } from "./engine/sandbox.ts";
import { findExisting } from "./recovery/existing.ts";
import { removeLeftovers } from "./recovery/leftovers.ts";
import { findTagged, tagType } from "./recovery/tagged.ts";
import { world } from "./world/world.ts";

/** The cloud and the providers of this folder. */
export const simulation: Simulation = {
  cloudProgram: join(import.meta.dirname, "cloud/main.ts"),
  // Loaded when wanted: `status` and `--help` need none of it.
  writeStandIns: async (folder, node) => (await import("./providers/install.ts")).writeStandIns(folder, node),
  removeLeftovers,
  findExisting,
  tagType,
  findTagged,
  world,
};
