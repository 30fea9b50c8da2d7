import { type Fault, setCommand, show } from "../fault.ts";
import { registryRegions, spacesRegions } from "../tables/regions.ts";
import { rule } from "./rule.ts";

/** Backups go to two different regions that have Spaces; the registry to one that has registries. */
export const backupRegions = rule(["backup", "registry"], ({ backup, registry }, { stack }) => {
  const faults: Fault[] = [];
  for (const name of ["region", "secondRegion"] as const) {
    const region = backup[name];
    if (spacesRegions.includes(region)) continue;
    const hint = region === "us-east-1" ? " It is Amazon's, and here only the word in an S3 signature." : "";
    faults.push({
      path: `backup.${name}`,
      problem: `${show(region)} has no Spaces.${hint}`,
      allowed: spacesRegions.join(", "),
      fix: setCommand(`backup.${name}`, name === "region" ? "nyc3" : "sfo3", stack),
    });
  }
  if (backup.region === backup.secondRegion) {
    faults.push({
      path: "backup.secondRegion",
      problem: `${show(backup.secondRegion)} is where the first copy already is: one lost region would take both.`,
      allowed: spacesRegions.filter((region) => region !== backup.region).join(", "),
      fix: setCommand("backup.secondRegion", backup.region === "sfo3" ? "nyc3" : "sfo3", stack),
    });
  }
  if (!registryRegions.includes(registry.region)) {
    faults.push({
      path: "registry.region",
      problem: `${show(registry.region)} has no container registries.`,
      allowed: registryRegions.join(", "),
      fix: setCommand("registry.region", "sfo2", stack),
    });
  }
  return faults;
});
