import { type Fault, removeCommand, setCommand, show } from "../fault.ts";
import { regions } from "../tables/regions.ts";
import { rule } from "./rule.ts";

/** Every host's region exists and has a network of its own; networks do not overlap. */
export const networks = rule(["hosts", "networks", "volumes"], (settings, { stack }) => {
  const faults: Fault[] = [];
  const known = Object.keys(regions).join(", ");

  for (const [name, { region }] of Object.entries(settings.hosts)) {
    const path = `hosts.${name}.region`;
    if (regions[region] === undefined) {
      faults.push({
        path,
        problem: `${show(region)} is not a DigitalOcean region.`,
        allowed: known,
        fix: setCommand(path, "sfo2", stack),
      });
    } else if (settings.networks[region] === undefined) {
      faults.push({
        path: `networks.${region}`,
        problem: `is missing, but hosts.${name} is in ${region} and a droplet needs a VPC of its own region.`,
        allowed: "name and ipRange",
        fix: setCommand(`networks.${region}.ipRange`, "10.130.0.0/20", stack),
      });
    }
  }
  for (const [name, { region }] of Object.entries(settings.volumes)) {
    if (regions[region] !== undefined) continue;
    const path = `volumes.${name}.region`;
    faults.push({
      path,
      problem: `${show(region)} is not a DigitalOcean region.`,
      allowed: known,
      fix: setCommand(path, "sgp1", stack),
    });
  }
  const entries = Object.entries(settings.networks);
  entries.forEach(([region, network], position) => {
    if (regions[region] === undefined) {
      faults.push({
        path: `networks.${region}`,
        problem: `${show(region)} is not a DigitalOcean region.`,
        allowed: known,
        fix: removeCommand(`networks.${region}`, stack),
      });
    }
    for (const [earlierRegion, earlier] of entries.slice(0, position)) {
      if (!overlap(network.ipRange, earlier.ipRange)) continue;
      faults.push({
        path: `networks.${region}.ipRange`,
        problem: `${show(network.ipRange)} overlaps ${earlier.ipRange} of networks.${earlierRegion}.`,
        allowed: "ranges that share no address; a VPC's range can never be changed",
        fix: setCommand(`networks.${region}.ipRange`, "10.140.0.0/20", stack),
      });
    }
  });
  return faults;
});

function overlap(left: string, right: string): boolean {
  const [leftStart, leftEnd] = bounds(left);
  const [rightStart, rightEnd] = bounds(right);
  return leftStart <= rightEnd && rightStart <= leftEnd;
}

function bounds(range: string): [number, number] {
  const [address = "", length = "32"] = range.split("/");
  const base = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const count = 2 ** (32 - Number(length));
  const start = Math.floor(base / count) * count;
  return [start, start + count - 1];
}
