import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { makeFolder, readJson, readText, removeFolder, writeJson } from "../engine/files.ts";
import {
  identify,
  isRunning,
  mark,
  markVariable,
  processIdentitySchema,
  waitForEnd,
} from "../engine/processes.ts";
import type { MachineAddresses } from "./addresses.ts";
import { firstProcess, killGroup, type Limits, makeGroup, removeGroup, whileFrozen } from "./cgroups.ts";
import { copyDisk, makeDisk, openDisk } from "./disk.ts";
import { writeIdentity, writeInterfaces, writeTrust } from "./identity.ts";
import { type KernelNames, kernelNames } from "./names.ts";
import { plugIn, unplug } from "./network.ts";

/** What a machine is: a droplet, as far as it concerns the machine. */
export interface MachineSpec extends MachineAddresses, Limits {
  readonly id: number;
  readonly name: string;
  /** Id of the snapshot its disk begins with; null for the base root. */
  readonly snapshot: string | null;
}

/** Where the machines of one sandbox are. */
export interface MachineRoom {
  /** The sandbox's state folder. */
  readonly stateRoot: string;
  /** The base root of new disks. */
  readonly base: string;
  /** File with the certificates that machines trust beside the public ones. */
  readonly trust?: string;
}

/** The folder of all machines of a sandbox. */
export const machinesFolder = (stateRoot: string): string => join(stateRoot, "machines");

/** The folder of a snapshot. */
export const snapshotFolder = (stateRoot: string, snapshot: string): string =>
  join(machinesFolder(stateRoot), "snapshots", snapshot);

const bootDeadlineMs = 240_000;
const shutdownDeadlineMs = 60_000;
const sshPort = 22;
/** Signals by which a system's first process is told what its power and reset buttons would tell it. */
const powerButton = 38; // SIGRTMIN+4
const resetButton = "SIGINT";

/** One machine on this computer; it exists as far as its folder does, and may be off. */
export class Machine {
  readonly id: number;
  readonly #room: MachineRoom;
  readonly #names: KernelNames;

  constructor(room: MachineRoom, id: number) {
    this.id = id;
    this.#room = room;
    this.#names = kernelNames(room.stateRoot);
  }

  get #name(): string {
    return this.#names.machine(this.id);
  }

  get #folder(): string {
    return join(machinesFolder(this.#room.stateRoot), String(this.id));
  }

  /** What its console showed since it was last switched on. */
  get console(): string {
    // Terminal colours are for terminals.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they begin with
    return (readText(join(this.#folder, "console.log")) ?? "").replaceAll(/\x1b\[[0-9;?]*[a-zA-Z]/g, "");
  }

  /** Whether it is switched on. */
  isRunning(): boolean {
    const watcher = this.#watcher();
    return watcher !== undefined && isRunning(watcher);
  }

  /** Whether it stopped although neither its own system nor anybody here switched it off. */
  wasCutOff(): boolean {
    return !this.isRunning() && !existsSync(join(this.#folder, "switched-off"));
  }

  /** Switches it on, made first if need be, and waits until it can be reached by SSH. */
  async boot(spec: MachineSpec): Promise<void> {
    if (!this.isRunning()) {
      // What a killed watcher left would hold the disk.
      await this.powerOff();
      if (!openDisk(this.#folder)) await this.#install(spec);
      await plugIn(this.#names, this.id, spec);
      const disk = openDisk(this.#folder)?.writable ?? "";
      writeInterfaces(disk, spec);
      if (this.#room.trust !== undefined) writeTrust(disk, this.#room.base, this.#room.trust);
      this.#start(spec);
    }
    await this.#awaitReady();
    // What has become an authority while it booted.
    this.renewTrust();
  }

  /** Lets it trust, while it runs, whom a machine that boots now would trust. */
  renewTrust(): void {
    const first = firstProcess(this.#name);
    if (first === undefined || this.#room.trust === undefined) return;
    writeTrust(`/proc/${first}/root`, this.#room.base, this.#room.trust);
  }

  /** Takes the power away: nothing inside is asked. */
  async powerOff(): Promise<void> {
    await killGroup(this.#name);
    removeGroup(this.#name);
    removeFolder(join("/run/systemd/nspawn/propagate", this.#name));
  }

  /** Presses the power button, and takes the power away from a system that does not heed it. */
  async shutDown(): Promise<void> {
    const watcher = this.#watcher();
    const first = firstProcess(this.#name);
    if (first !== undefined) process.kill(first, powerButton);
    if (watcher) await waitForEnd([watcher], shutdownDeadlineMs);
    await this.powerOff();
  }

  /** Lets the system inside start again in good order, and waits until it can be reached. */
  async reboot(spec: MachineSpec): Promise<void> {
    const before = firstProcess(this.#name);
    if (!this.isRunning() || before === undefined) return this.boot(spec);
    process.kill(before, resetButton);
    await this.#awaitReady(before);
  }

  /** Gives it a new disk, with nothing left of the old one. It has to be off. */
  async reinstall(spec: MachineSpec): Promise<void> {
    await this.#install(spec);
  }

  /** Keeps what is on its disk at this moment. */
  async copyTo(snapshot: string): Promise<void> {
    const target = snapshotFolder(this.#room.stateRoot, snapshot);
    makeFolder(join(target, ".."));
    await whileFrozen(this.#name, () => copyDisk(this.#folder, target));
  }

  /** Removes it with all it had. */
  async destroy(): Promise<void> {
    await this.powerOff();
    await unplug(this.#names, this.id);
    removeFolder(this.#folder);
  }

  #watcher() {
    const parsed = processIdentitySchema.safeParse(readJson(join(this.#folder, "watcher.json")));
    return parsed.success ? parsed.data : undefined;
  }

  async #install(spec: MachineSpec): Promise<void> {
    makeFolder(this.#folder);
    const { stateRoot, base } = this.#room;
    const snapshot = spec.snapshot === null ? undefined : snapshotFolder(stateRoot, spec.snapshot);
    if (snapshot !== undefined && !existsSync(snapshot))
      throw new Error(`snapshot ${spec.snapshot} holds no disk: it was made while droplets were records`);
    await makeDisk(this.#folder, {
      base,
      snapshot,
      prepare: (writable) => writeIdentity(writable, spec.name),
    });
  }

  #start(spec: MachineSpec): void {
    const { stateRoot } = this.#room;
    const group = makeGroup(this.#name, spec);
    const script = join(import.meta.dirname, "supervise.sh");
    const words = [this.#name, spec.name, group.boot, ...group.watch];
    const log = openSync(join(this.#folder, "console.log"), "w", 0o600);
    const child = spawn("unshare", ["--mount", "--propagation", "slave", script, ...words], {
      cwd: this.#folder,
      detached: true,
      stdio: ["ignore", log, log],
      env: { PATH: process.env.PATH, [markVariable]: mark(stateRoot, "machine") },
    });
    closeSync(log);
    child.on("error", () => {}); // Seen as a process that is not there.
    child.unref();
    const watcher = child.pid === undefined ? undefined : identify(child.pid);
    if (!watcher) throw new Error(`machine ${spec.name} did not start: ${this.#lastWords()}`);
    writeJson(join(this.#folder, "watcher.json"), watcher);
  }

  /** Waits until the system listens for SSH; `before` is the first process of the boot that is to be over. */
  async #awaitReady(before?: number): Promise<void> {
    const end = Date.now() + bootDeadlineMs;
    for (;;) {
      const first = firstProcess(this.#name);
      if (first !== undefined && first !== before && listens(first, sshPort)) return;
      if (!this.isRunning()) throw new Error(`machine ${this.id} switched itself off: ${this.#lastWords()}`);
      if (Date.now() > end) {
        const seconds = bootDeadlineMs / 1000;
        throw new Error(
          `machine ${this.id} does not listen for SSH after ${seconds} s: ${this.#lastWords()}`,
        );
      }
      await pause(50);
    }
  }

  #lastWords(): string {
    const lines = this.console.split("\n").map((line) => line.trim());
    return (
      lines
        .filter((line) => line !== "")
        .slice(-12)
        .join(" | ") || "its console is empty"
    );
  }
}

const listening = "0A";

/** Whether something listens on a port, in the network of a process. */
function listens(pid: number, port: number): boolean {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return ["tcp", "tcp6"].some((table) =>
    readLines(`/proc/${pid}/net/${table}`).some((line) => {
      const [, local = "", , state] = line.trim().split(/\s+/);
      return local.endsWith(wanted) && state === listening;
    }),
  );
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch {
    return []; // The process has ended.
  }
}
