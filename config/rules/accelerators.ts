import { type Fault, setCommand } from "../fault.ts";
import { dropletSizes, gpuOffers } from "../tables/droplet-sizes.ts";
import { rule } from "./rule.ts";

/** A GPU is asked for where one is sold, and a GPU size is only paid for where one is asked for. */
export const accelerators = rule(["hosts"], (settings, { stack }) =>
  Object.entries(settings.hosts).flatMap(([name, host]): Fault[] => {
    const size = dropletSizes[host.size];
    if (size === undefined) return [];
    const path = `hosts.${name}.accelerator`;
    if (host.accelerator === "gpu" && size.gpu === undefined) {
      return [
        {
          path,
          problem: `"gpu" is asked for, but ${host.size} in ${host.region} has no GPU.`,
          allowed: `cpu, or one of these sizes: ${gpuOffers().join("; ")}`,
          fix: setCommand(`hosts.${name}.size`, "gpu-4000adax1-20gb", stack),
        },
      ];
    }
    if (host.accelerator === "cpu" && size.gpu !== undefined) {
      return [
        {
          path,
          problem: `"cpu" is set, but ${host.size} is paid for its ${size.gpu.model}.`,
          allowed: "gpu, or a size without one",
          fix: setCommand(path, "gpu", stack),
        },
      ];
    }
    return [];
  }),
);
