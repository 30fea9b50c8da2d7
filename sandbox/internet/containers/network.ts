/** Where a container's cable ends: in its own namespace under an address, outside under a name. */
export interface ContainerLink {
  readonly name: string;
  readonly address: string;
}

/** The way out of every container: an address of the sandbox's own namespace. */
export const containerGateway = "198.19.1.1";

const [first, last] = [10, 250] as const;

/** The addresses of containers: of the range for benchmarks (RFC 2544), as those of the world's servers are. */
export class ContainerLinks {
  readonly #taken = new Set<number>();

  /**
   * Takes a link that nobody has.
   *
   * @throws Error when every one is taken
   */
  take(): ContainerLink {
    for (let number = first; number <= last; number += 1) {
      if (this.#taken.has(number)) continue;
      this.#taken.add(number);
      return { name: `app${number}`, address: `198.19.1.${number}` };
    }
    throw new Error(`all ${last - first + 1} addresses of containers are taken`);
  }

  giveBack({ name }: ContainerLink): void {
    this.#taken.delete(Number(name.slice("app".length)));
  }
}
