import { z } from "zod";
import { Fleet } from "../machines/fleet.ts";
import { listenInside } from "../machines/listen.ts";
import { kernelNames } from "../machines/names.ts";
import type { Cloud } from "./core/cloud.ts";
import { machineAccount } from "./digitalocean/machine-account.ts";
import { MachineWork } from "./digitalocean/machine-work.ts";

/** What is needed for droplets to be machines. */
export const machineSettings = z.strictObject({
  /** The sandbox's state folder: machines live in it, and their names in the kernel follow from it. */
  stateRoot: z.string(),
  /** The base root of new disks. */
  base: z.string(),
  /** File with the certificates that machines trust beside the public ones. */
  trust: z.string(),
});

export type MachineSettings = z.output<typeof machineSettings>;

/** Puts a machine behind every droplet. The account has to be there already: its firewalls hold from the first moment. */
export async function openMachines(cloud: Cloud, settings: MachineSettings): Promise<Fleet> {
  const fleet = await Fleet.open(settings, machineAccount(cloud));
  cloud.machines = new MachineWork(cloud, fleet);
  return fleet;
}

/** A server that takes connections which somebody else has accepted. */
interface Serving {
  readonly url: string;
  serve(connection: unknown): void;
}

/**
 * Answers in the sandbox's network too, under the same loopback addresses as outside: whoever moves in there finds the
 * cloud where its settings say.
 */
export async function answerInside(
  { stateRoot }: MachineSettings,
  servers: readonly Serving[],
): Promise<{ close(): void }> {
  const endpoints = servers.map(({ url }) => ({ address: "127.0.0.1", port: Number(new URL(url).port) }));
  const sockets = await listenInside(kernelNames(stateRoot).network, endpoints);
  sockets.forEach((socket, index) => {
    socket.on("connection", (connection) => servers[index]?.serve(connection));
  });
  return {
    close: () => {
      for (const socket of sockets) socket.close();
    },
  };
}
