import { memoryCapacityMib, memoryMib, memoryNeeds, sum, swapMib } from "../derive/host-memory.ts";
import { type Fault, setCommand } from "../fault.ts";
import { resolveServices, servicesOn } from "../resolve.ts";
import { isSoldIn, dropletSizes as sizes } from "../tables/droplet-sizes.ts";
import { rule } from "./rule.ts";

/** What a host's services need at least fits into its memory and swap. */
export const hostMemory = rule(["hosts", "services", "domain"], (settings, { stack, catalogue }) => {
  const services = resolveServices(catalogue, settings);
  return Object.entries(settings.hosts).flatMap(([name, host]): Fault[] => {
    const size = sizes[host.size];
    if (size === undefined) return [];
    const needs = memoryNeeds(servicesOn(name, services));
    const needed = sum(Object.values(needs));
    if (needed <= memoryCapacityMib(size)) return [];
    const list = Object.entries(needs).map(([who, mib]) => `${who} ${mib}`);
    const enough = Object.entries(sizes).filter(
      ([, offer]) =>
        memoryCapacityMib(offer) >= needed && isSoldIn(offer, host.region) && offer.gpu === undefined,
    );
    const [cheapest] = enough.sort(([, left], [, right]) => left.monthlyUsd - right.monthlyUsd);
    return [
      {
        path: `hosts.${name}.size`,
        problem:
          `${host.size} has ${memoryMib(size)} MiB of memory and ${swapMib(size)} MiB of swap, but the services ` +
          `of ${name} need ${needed} MiB (${list.join(", ")}).`,
        allowed: "a size with more memory, or fewer services on this host",
        fix: setCommand(`hosts.${name}.size`, cheapest?.[0] ?? "SIZE", stack),
      },
    ];
  });
});
