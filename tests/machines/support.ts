import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { cacheFolder } from "../../sandbox/engine/paths.ts";
import { obtainBase } from "../../sandbox/machines/base.ts";
import { obstacle } from "../../sandbox/machines/capability.ts";
import { firstProcess } from "../../sandbox/machines/cgroups.ts";
import type { CloudFirewall, EdgeMachine } from "../../sandbox/machines/firewall.ts";
import { type Account, Fleet } from "../../sandbox/machines/fleet.ts";
import { installHostPackages } from "../../sandbox/machines/host-packages.ts";
import type { MachineSpec } from "../../sandbox/machines/machine.ts";
import type { DropletFacts } from "../../sandbox/machines/metadata/document.ts";
import { kernelNames } from "../../sandbox/machines/names.ts";
import { inside } from "../../sandbox/machines/namespaces.ts";
import { removeMachines } from "../../sandbox/machines/remove.ts";
import { inMachine } from "../support/in-machine.ts";

/** Why tests with machines are left out here; false where they run. */
export const skip = (await obstacle()) ?? false;

/** A droplet of a test's account. */
export interface TestDroplet
  extends MachineSpec,
    Omit<EdgeMachine, "id" | "publicAddress" | "privateAddress"> {
  readonly userData: string | null;
  readonly publicKeys: readonly string[];
}

/** What a command printed, and how it ended. */
export interface Said {
  readonly exitCode: number | undefined;
  readonly text: string;
}

/** Machines of a test's own, with an account whose droplets and firewalls the test sets as it likes. */
export class TestFleet implements Account {
  readonly stateRoot = mkdtempSync(join(tmpdir(), "machines-"));
  readonly droplets = new Map<number, TestDroplet>();
  readonly names = kernelNames(this.stateRoot);
  firewalls: CloudFirewall[] = [];
  #fleet: Fleet | undefined;
  #base = "";

  get fleet(): Fleet {
    assert.ok(this.#fleet, "the fleet has not been opened");
    return this.#fleet;
  }

  async open(): Promise<void> {
    const cache = cacheFolder();
    const report = (line: string) => process.stderr.write(`${line}\n`);
    await installHostPackages(cache, report);
    this.#base = (await obtainBase(cache, report)).folder;
    this.#fleet = await Fleet.open({ stateRoot: this.stateRoot, base: this.#base }, this);
  }

  /** Opens it anew, as the next process would that finds what this one left. */
  async reopen(): Promise<void> {
    this.fleet.close();
    this.#fleet = await Fleet.open({ stateRoot: this.stateRoot, base: this.#base }, this);
  }

  async remove(): Promise<void> {
    this.#fleet?.close();
    await removeMachines(this.stateRoot);
    rmSync(this.stateRoot, { recursive: true, force: true });
  }

  /** Adds a droplet to the account; its machine is made when it is first switched on. */
  add(id: number, change: Partial<TestDroplet> = {}): TestDroplet {
    const droplet: TestDroplet = {
      id,
      name: `machine-${id}`,
      snapshot: null,
      publicAddress: `203.0.113.${10 + (id % 100)}`,
      privateAddress: `10.77.0.${10 + (id % 100)}`,
      privatePrefix: 24,
      memoryMib: 1024,
      vcpus: 1,
      tags: [],
      vpc: "one",
      reservedAddress: null,
      userData: null,
      publicKeys: [],
      ...change,
    };
    this.droplets.set(id, droplet);
    return droplet;
  }

  machine(id: number): MachineSpec | undefined {
    return this.droplets.get(id);
  }

  edge() {
    return { machines: [...this.droplets.values()], firewalls: this.firewalls };
  }

  about(address: string): DropletFacts | undefined {
    const droplet = [...this.droplets.values()].find((one) => one.publicAddress === address);
    if (!droplet) return undefined;
    const { id, name, publicKeys, tags, userData, reservedAddress } = droplet;
    const network = (own: string) => ({ address: own, netmask: "255.255.255.0", gateway: "", mac: "" });
    const publicInterface = network(address);
    const privateInterface = network(droplet.privateAddress);
    const interfaces = { publicInterface, privateInterface };
    return { id, name, region: "test1", publicKeys, tags, userData, reservedAddress, ...interfaces };
  }

  /** Runs a command in the machine itself, as its console would. */
  in(id: number, ...command: string[]): Promise<Said> {
    return say(this.#inside(id, command));
  }

  /** Writes a file in the machine itself. */
  async write(id: number, path: string, text: string): Promise<void> {
    await told(say(this.#inside(id, ["tee", path]), text));
  }

  #inside(id: number, command: readonly string[]): string[] {
    const first = firstProcess(this.names.machine(id));
    assert.ok(first !== undefined, `machine ${id} does not run`);
    return inMachine(first, command);
  }

  /** Runs a command in the sandbox's network, beside the machines. */
  beside(...command: string[]): Promise<Said> {
    return say(inside(this.names.network, command));
  }

  /** Runs a command on a machine by SSH, from the address of a visitor. */
  ssh(user: string, address: string, key: string, ...command: string[]): Promise<Said> {
    return this.sshWith("", user, address, key, ...command);
  }

  /** The same, with a text on the command's standard input. */
  sshWith(input: string, user: string, address: string, key: string, ...command: string[]): Promise<Said> {
    const words = [...sshOptions, "-i", key, `${user}@${address}`, ...command];
    return say(inside(this.names.network, ["ssh", ...words]), input);
  }

  /** Whether a TCP connection to an address comes about, from a visitor's own address, be it at the second packet. */
  async reaches(address: string, port: number, from = "198.18.0.1"): Promise<boolean> {
    const script = `import socket; socket.create_connection(("${address}", ${port}), 3, ("${from}", 0))`;
    return (await this.beside("python3", "-c", script)).exitCode === 0;
  }
}

/** How tests call SSH: it asks nothing, remembers nobody, and gives up on a machine that no longer answers. */
export const sshOptions: readonly string[] = [
  "BatchMode=yes",
  "StrictHostKeyChecking=no",
  "UserKnownHostsFile=/dev/null",
  "LogLevel=ERROR",
  "ConnectTimeout=60",
  "ServerAliveInterval=20",
].flatMap((option) => ["-o", option]);

/** Runs a command to its end, whatever its status. */
export async function say(words: string[], input = ""): Promise<Said> {
  const [command = "", ...rest] = words;
  const { exitCode, all } = await execa(command, rest, { all: true, reject: false, input });
  return { exitCode, text: all };
}

/** The text a command printed; fails with it when the command failed. */
export async function told(said: Promise<Said> | Said): Promise<string> {
  const { exitCode, text } = await said;
  assert.equal(exitCode, 0, text);
  return text.trim();
}

/** A key pair of a test's own: the file of the private half, and the public half. */
export async function makeKey(folder: string): Promise<{ file: string; publicKey: string }> {
  const file = join(folder, "key");
  await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", file]);
  const { stdout } = await execa("ssh-keygen", ["-y", "-f", file]);
  return { file, publicKey: stdout.trim() };
}
