import { type Fault, setCommand, show } from "../fault.ts";
import { isSoldIn, dropletSizes as sizes } from "../tables/droplet-sizes.ts";
import { rule } from "./rule.ts";

/** A host's size exists, is sold in its region, and its disk is not smaller than the size's own. */
export const dropletSizes = rule(["hosts"], (settings, { stack }) =>
  Object.entries(settings.hosts).flatMap(([name, host]): Fault[] => {
    const path = `hosts.${name}.size`;
    const size = sizes[host.size];
    if (size === undefined) {
      return [
        {
          path,
          problem: `${show(host.size)} is not a droplet size.`,
          allowed: Object.keys(sizes).join(", "),
          fix: setCommand(path, "s-2vcpu-4gb", stack),
        },
      ];
    }
    const faults: Fault[] = [];
    if (!isSoldIn(size, host.region)) {
      faults.push({
        path,
        problem: `${show(host.size)} is not sold in ${host.region}.`,
        allowed: `${host.size} in ${size.regions?.join(" or ")}, or a size sold in ${host.region}`,
        fix: setCommand(`hosts.${name}.region`, size.regions?.[0] ?? host.region, stack),
      });
    }
    if (host.diskGib !== undefined && host.diskGib < size.diskGib) {
      faults.push({
        path: `hosts.${name}.diskGib`,
        problem: `${host.diskGib} is less than the ${size.diskGib} GiB that ${host.size} comes with.`,
        allowed: `${size.diskGib} or more`,
        fix: setCommand(`hosts.${name}.diskGib`, size.diskGib, stack),
      });
    }
    return faults;
  }),
);
