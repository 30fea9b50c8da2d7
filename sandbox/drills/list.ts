import { Failure } from "../engine/failure.ts";
import type { Drill } from "./drill.ts";
import { badRelease } from "./scenarios/bad-release.ts";
import { dbCorruption } from "./scenarios/db-corruption.ts";
import { dropletLoss } from "./scenarios/droplet-loss.ts";
import { leakedSecret } from "./scenarios/leaked-secret.ts";
import { lostState } from "./scenarios/lost-state.ts";
import { ocrLoss } from "./scenarios/ocr-loss.ts";
import { regionLoss } from "./scenarios/region-loss.ts";
import { totalLoss } from "./scenarios/total-loss.ts";

/** Every drill, in the order in which several are held on one platform. */
export const drills: readonly Drill[] = [
  dbCorruption,
  dropletLoss,
  ocrLoss,
  badRelease,
  lostState,
  leakedSecret,
  totalLoss,
  regionLoss,
];

/** The drills of these names, in the list's own order; all of them when none is named. */
export function drillsNamed(names: readonly string[]): readonly Drill[] {
  const unknown = names.find((name) => !drills.some((drill) => drill.name === name));
  if (unknown !== undefined)
    throw new Failure(
      `there is no drill "${unknown}": there are ${drills.map(({ name }) => name).join(", ")}`,
      "./scripts/sandbox drill --list",
    );
  return names.length === 0 ? drills : drills.filter(({ name }) => names.includes(name));
}
