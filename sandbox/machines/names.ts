import { createHash } from "node:crypto";
import { resolve } from "node:path";

/**
 * What the sandbox in a state folder calls its things in the kernel. The names follow from the folder alone, so that a
 * later run finds what a killed one left, and two sandboxes never meet.
 */
export interface KernelNames {
  /** Network namespace in which machines and the sandbox's own servers meet. */
  readonly network: string;
  /** Network namespace, control group and container name of one machine. */
  machine(id: number): string;
  /** The id in a machine's name; undefined when the name is not one of this sandbox's machines. */
  machineId(name: string): number | undefined;
}

/** The names for the sandbox whose state lies in `stateRoot`. */
export function kernelNames(stateRoot: string): KernelNames {
  const network = `sandbox-${createHash("sha256").update(resolve(stateRoot)).digest("hex").slice(0, 8)}`;
  return {
    network,
    machine: (id) => `${network}-${id}`,
    machineId: (name) => {
      const [prefix, id = ""] = [name.slice(0, network.length + 1), name.slice(network.length + 1)];
      return prefix === `${network}-` && /^\d+$/.test(id) ? Number(id) : undefined;
    },
  };
}

/** The two ends in the sandbox's namespace of a machine's cables; a name may have fifteen characters. */
export const publicEnd = (id: number): string => `pub${id}`;
export const privateEnd = (id: number): string => `vpc${id}`;
