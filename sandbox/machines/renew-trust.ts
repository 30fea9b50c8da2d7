import { groupsNamed } from "./cgroups.ts";
import { Machine, type MachineRoom } from "./machine.ts";
import { kernelNames } from "./names.ts";

/** Lets the machines of a sandbox that run trust whom those that boot from now on trust. */
export function renewTrust(room: MachineRoom): void {
  const { network, machineId } = kernelNames(room.stateRoot);
  for (const name of groupsNamed(network)) {
    const id = machineId(name);
    if (id !== undefined) new Machine(room, id).renewTrust();
  }
}
