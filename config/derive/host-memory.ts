import type { HostService } from "../catalogue.ts";
import type { DropletSize } from "../tables/droplet-sizes.ts";

/** What the system itself, nginx, the sign-on proxy and the tools need, in MiB. */
export const systemMib = 512;

type Named = Pick<HostService, "container"> & { readonly name: string };

/** The memory of a size, in MiB. */
export function memoryMib(size: Pick<DropletSize, "memoryGib">): number {
  return size.memoryGib * 1024;
}

/** Swap of a host: as much as it has memory, but at least 2 GiB and at most 4. */
export function swapMib(size: Pick<DropletSize, "memoryGib">): number {
  return Math.min(Math.max(memoryMib(size), 2048), 4096);
}

/** What a size holds at most, memory and swap together, in MiB. */
export function memoryCapacityMib(size: Pick<DropletSize, "memoryGib">): number {
  return memoryMib(size) + swapMib(size);
}

/** The least a host needs for its services, in MiB, by who needs it. */
export function memoryNeeds(services: readonly Named[]): Record<string, number> {
  const needs = services.flatMap(({ name, container }) => [
    [name, container.memory.minimumMib] as const,
    ...(container.queue ? [[`${name}'s queue`, container.queue.memoryMib] as const] : []),
  ]);
  return { ...Object.fromEntries(needs), "the system": systemMib };
}

/**
 * The memory limit of each service of a host, in MiB: its minimum, and for those that take the rest an equal share of
 * what the others leave.
 */
export function memoryLimits(
  services: readonly Named[],
  size: Pick<DropletSize, "memoryGib">,
): Record<string, number> {
  const takers = services.filter(({ container }) => container.memory.takesTheRest);
  const needed = sum(Object.values(memoryNeeds(services)));
  const share = Math.floor(Math.max(0, memoryMib(size) - needed) / Math.max(1, takers.length));
  return Object.fromEntries(
    services.map(({ name, container: { memory } }) => [
      name,
      memory.minimumMib + (memory.takesTheRest ? share : 0),
    ]),
  );
}

/** The sum of some numbers. */
export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
