import type { DropletMachines } from "../../machines/fleet.ts";
import type { Cloud } from "../core/cloud.ts";
import { machineSnapshot } from "./machine-account.ts";
import type { Action } from "./records.ts";

/** How far the machine's part of an action is. */
export type Work = { state: "running" } | { state: "done" } | { state: "failed"; reason: string };

/** A droplet's machine as people look for it. */
export interface MachineStatus {
  readonly id: number;
  readonly name: string;
  readonly address: string | null;
  readonly state: "booting" | "running" | "off" | "failed";
  /** Why it failed. */
  readonly reason?: string;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** What the actions of droplets do to their machines, and how far each of them is. */
export class MachineWork {
  readonly #cloud: Cloud;
  readonly #machines: DropletMachines;
  /** By action. Not kept on disk: the next process begins again, and what is done already takes no time then. */
  readonly #works = new Map<number, Work>();
  /** Machines of droplets that were active when this process started. */
  readonly #resumed = new Map<number, Work>();

  constructor(cloud: Cloud, machines: DropletMachines) {
    this.#cloud = cloud;
    this.#machines = machines;
  }

  /** Switches on every machine whose droplet is active. */
  resume(): void {
    for (const { id } of this.#cloud.state.droplets.filter(({ status }) => status === "active"))
      this.#track(this.#resumed, id, this.#machines.boot(id));
  }

  /** The machine's part of an action, begun when it is asked for the first time. */
  begin(action: Action): Work {
    const known = this.#works.get(action.id);
    if (known) return known;
    return this.#track(this.#works, action.id, this.#perform(action) ?? Promise.resolve());
  }

  /** Takes note of machines that were switched off from inside, and switches on what only the computer below let fall. */
  notice(): void {
    const { droplets, actions } = this.#cloud.state;
    for (const droplet of droplets.filter(({ status }) => status === "active")) {
      const { id } = droplet;
      const isBusy = actions.find((one) => one.droplet_id === id && one.status === "in-progress");
      const resumed = this.#resumed.get(id)?.state;
      if (isBusy || resumed === "running" || resumed === "failed" || this.#machines.isRunning(id)) continue;
      if (this.#machines.wasCutOff(id)) this.#track(this.#resumed, id, this.#machines.boot(id));
      else droplets.put({ ...droplet, status: "off" });
    }
  }

  /** Lets the machine of a destroyed droplet go. What fails is left to the next process, which looks for such. */
  destroy(id: number): void {
    this.#resumed.delete(id);
    this.#machines.destroy(id).catch((error: unknown) => process.stderr.write(`${messageOf(error)}\n`));
  }

  /** Lets every machine go, and waits until they are gone. */
  async destroyAll(): Promise<void> {
    this.#resumed.clear();
    const ids = this.#cloud.state.droplets.all().map(({ id }) => id);
    await Promise.all(ids.map((id) => this.#machines.destroy(id)));
  }

  forgetSnapshot(snapshot: string): void {
    this.#machines.forgetSnapshot(snapshot);
  }

  enforce(): Promise<void> {
    return this.#machines.enforce();
  }

  status(): MachineStatus[] {
    return this.#cloud.state.droplets.all().map(({ id, name, public_ipv4: address, status }) => {
      const work = this.#latest(id);
      const known = { id, name, address };
      if (work?.state === "running") return { ...known, state: "booting" };
      if (work?.state === "failed") return { ...known, state: "failed", reason: work.reason };
      return { ...known, state: status === "active" && this.#machines.isRunning(id) ? "running" : "off" };
    });
  }

  #latest(droplet: number): Work | undefined {
    const resumed = this.#resumed.get(droplet);
    if (resumed?.state === "running") return resumed;
    const own = this.#cloud.state.actions.filter(
      (action) => action.droplet_id === droplet && this.#works.has(action.id),
    );
    const last = own.at(-1);
    return last ? this.#works.get(last.id) : resumed;
  }

  #perform({ type, effect, droplet_id: id }: Action): Promise<void> | undefined {
    if (id === null) return undefined;
    switch (type) {
      case "create":
      case "power_on":
        return this.#machines.boot(id);
      case "power_off":
        return this.#machines.powerOff(id);
      case "shutdown":
        return this.#machines.shutDown(id);
      case "reboot":
        return this.#machines.reboot(id);
      case "power_cycle":
        return this.#machines.powerCycle(id);
      case "rebuild":
        return effect.kind === "droplet-rebuild"
          ? this.#machines.rebuild(id, machineSnapshot(this.#cloud, effect.image))
          : undefined;
      case "snapshot":
        return effect.kind === "droplet-snapshot" ? this.#machines.snapshot(id, effect.snapshot) : undefined;
      default:
        // The rest changes the record alone; a new size holds from the next boot on.
        return undefined;
    }
  }

  #track(works: Map<number, Work>, id: number, promise: Promise<void>): Work {
    const work: Work = { state: "running" };
    works.set(id, work);
    promise.then(
      () => works.set(id, { state: "done" }),
      (error: unknown) => {
        const reason = messageOf(error);
        // For whoever reads the log of the cloud: the vendor's own API tells no reasons.
        process.stderr.write(`${reason}\n`);
        works.set(id, { state: "failed", reason });
      },
    );
    return work;
  }
}
