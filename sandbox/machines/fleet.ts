import { existsSync, readdirSync } from "node:fs";
import type { Server } from "node:net";
import { removeFolder } from "../engine/files.ts";
import { metadataAddress } from "./addresses.ts";
import { type CloudFirewall, type EdgeMachine, renderRules, reservedRoutes } from "./firewall.ts";
import { listenInside } from "./listen.ts";
import { Machine, type MachineRoom, type MachineSpec, machinesFolder, snapshotFolder } from "./machine.ts";
import type { DropletFacts } from "./metadata/document.ts";
import { metadataService } from "./metadata/service.ts";
import { kernelNames } from "./names.ts";
import { ip, runInside } from "./namespaces.ts";
import { makeNetwork } from "./network.ts";

/** What machines have to know of the account they belong to, asked each time it is needed. */
export interface Account {
  /** The droplet as a machine; undefined when there is no such droplet. */
  machine(id: number): MachineSpec | undefined;
  /** All droplets and all firewalls, as the edge of the network sees them. */
  edge(): { machines: EdgeMachine[]; firewalls: CloudFirewall[] };
  /** The droplet that has this address, as it is told about itself. */
  about(address: string): DropletFacts | undefined;
}

/** What can be done to the machines behind droplets. Each returns when it is done, and fails with the reason. */
export interface DropletMachines {
  /** Switches a machine on, made first if need be, and waits until it can be reached. */
  boot(id: number): Promise<void>;
  powerOff(id: number): Promise<void>;
  shutDown(id: number): Promise<void>;
  reboot(id: number): Promise<void>;
  powerCycle(id: number): Promise<void>;
  /** Gives it a new disk, with what a snapshot holds or with the base root alone, and switches it on. */
  rebuild(id: number, snapshot: string | null): Promise<void>;
  snapshot(id: number, snapshot: string): Promise<void>;
  forgetSnapshot(snapshot: string): void;
  destroy(id: number): Promise<void>;
  isRunning(id: number): boolean;
  /** Whether it stopped without having been switched off, as when what it runs on fails. */
  wasCutOff(id: number): boolean;
  /** Makes the network's edge agree with the account's firewalls and addresses. */
  enforce(): Promise<void>;
}

/** Real machines in a network namespace of the sandbox's own. */
export class Fleet implements DropletMachines {
  readonly #room: MachineRoom;
  readonly #account: Account;
  readonly #queues = new Map<number, Promise<void>>();
  #rules = "";
  #enforcing: Promise<void> = Promise.resolve();
  #metadata: Server | undefined;

  private constructor(room: MachineRoom, account: Account) {
    this.#room = room;
    this.#account = account;
  }

  /** Opens the network and what answers in it; removes machines whose droplets are gone. */
  static async open(room: MachineRoom, account: Account): Promise<Fleet> {
    const fleet = new Fleet(room, account);
    const names = kernelNames(room.stateRoot);
    await makeNetwork(names);
    await fleet.enforce();
    const [socket] = await listenInside(names.network, [{ address: metadataAddress, port: 80 }]);
    const service = metadataService((address) => account.about(address));
    socket?.on("connection", (connection) => service.emit("connection", connection));
    fleet.#metadata = socket;
    await Promise.all(fleet.#orphans().map((id) => fleet.destroy(id)));
    return fleet;
  }

  /** Stops answering. Machines go on: the next process for this account finds them. */
  close(): void {
    this.#metadata?.close();
  }

  boot(id: number): Promise<void> {
    return this.#inTurn(id, async (machine) => {
      await this.enforce();
      await machine.boot(this.#spec(id));
    });
  }

  powerOff(id: number): Promise<void> {
    return this.#inTurn(id, (machine) => machine.powerOff());
  }

  shutDown(id: number): Promise<void> {
    return this.#inTurn(id, (machine) => machine.shutDown());
  }

  reboot(id: number): Promise<void> {
    return this.#inTurn(id, (machine) => machine.reboot(this.#spec(id)));
  }

  powerCycle(id: number): Promise<void> {
    return this.#inTurn(id, async (machine) => {
      await machine.powerOff();
      await machine.boot(this.#spec(id));
    });
  }

  rebuild(id: number, snapshot: string | null): Promise<void> {
    return this.#inTurn(id, async (machine) => {
      await machine.powerOff();
      await machine.reinstall({ ...this.#spec(id), snapshot });
      await machine.boot(this.#spec(id));
    });
  }

  snapshot(id: number, snapshot: string): Promise<void> {
    return this.#inTurn(id, (machine) => machine.copyTo(snapshot));
  }

  forgetSnapshot(snapshot: string): void {
    removeFolder(snapshotFolder(this.#room.stateRoot, snapshot));
  }

  /** Without its turn for the power: a machine that is being destroyed need not finish booting first. */
  async destroy(id: number): Promise<void> {
    await this.#machine(id).powerOff();
    await this.#inTurn(id, (machine) => machine.destroy());
    this.#queues.delete(id);
  }

  isRunning(id: number): boolean {
    return this.#machine(id).isRunning();
  }

  wasCutOff(id: number): boolean {
    return this.#machine(id).wasCutOff();
  }

  enforce(): Promise<void> {
    const { machines, firewalls } = this.#account.edge();
    const rules = renderRules(machines, firewalls);
    const routes = reservedRoutes(machines);
    if (rules !== this.#rules) {
      this.#rules = rules;
      const { network } = kernelNames(this.#room.stateRoot);
      this.#enforcing = this.#enforcing
        .catch(() => {})
        .then(async () => {
          await runInside(network, ["nft", "--file", "-"], rules);
          await ip(network, routes);
        });
    }
    return this.#enforcing;
  }

  #machine(id: number): Machine {
    return new Machine(this.#room, id);
  }

  #spec(id: number): MachineSpec {
    const spec = this.#account.machine(id);
    if (!spec) throw new Error(`droplet ${id} is gone`);
    return spec;
  }

  /** One thing after the other for each machine, in the order in which they were asked for. */
  #inTurn(id: number, work: (machine: Machine) => Promise<void>): Promise<void> {
    const before = this.#queues.get(id) ?? Promise.resolve();
    const turn = before.catch(() => {}).then(() => work(this.#machine(id)));
    this.#queues.set(id, turn);
    return turn;
  }

  #orphans(): number[] {
    const folder = machinesFolder(this.#room.stateRoot);
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((id) => this.#account.machine(id) === undefined);
  }
}
