import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Rotation } from "../../config/derive/secret-inventory.ts";
import { Failure } from "../failure.ts";
import { onHost } from "../hosts/on-host.ts";
import { type ConvergedHost, convergedHosts, hasUnit } from "../hosts/stack.ts";
import { secretOutput, stackResources } from "../stack/resources.ts";
import type { RotationOrder } from "./rotation.ts";

/** What has been made to accept another secret. */
export interface Welcome {
  /** Once everybody has taken it: sees that it opens, and that the one before it does not. */
  finish(): Promise<void>;
}

type Acceptance = NonNullable<Extract<Rotation, { by: "stack" }>["acceptedFirstBy"]>;

/** Whoever takes backups, or copies those of another one. */
const backupTimers = /^backup(-copy)?\.timer$/;

/** How whatever a secret opens is made to accept the next one, beside the present one. */
export const welcomes: Readonly<
  Record<Acceptance, (resource: string, order: RotationOrder) => Promise<Welcome | undefined>>
> = { hosts: hostsAccept, "backup repositories": repositoriesAccept };

const acceptScript = readFileSync(
  new URL("../../host/over-ssh/accept-deploy-key.sh", import.meta.url),
  "utf8",
);

async function hostsAccept(resource: string, order: RotationOrder): Promise<Welcome | undefined> {
  const hosts = await enteredHosts(order);
  const pair = (await stackResources(order.environment)).find(({ name }) => name === resource);
  const publicKey = z.string().parse(pair?.outputs.publicKeyOpenssh).trim();
  for (const host of hosts) await tell(host, "bash -s", `${acceptScript}${publicKey}\n`, order);
  if (hosts.length === 0) return undefined;
  return {
    finish: async () => {
      for (const host of await enteredHosts(order)) await tell(host, "true", "", order);
      for (const host of hosts) {
        const { exitCode } = await onHost(host, "true", "", order.knownHosts);
        if (exitCode === 0)
          throw new Failure(
            `${host.key} still lets the key of before in`,
            `./scripts/ops drift ${order.environment}`,
          );
      }
    },
  };
}

async function repositoriesAccept(resource: string, order: RotationOrder): Promise<Welcome | undefined> {
  const hosts = (await enteredHosts(order)).filter((host) => hasUnit(host, backupTimers));
  if (hosts.length === 0) return undefined;
  const password = await secretOutput(order.environment, resource, "result");
  for (const host of hosts)
    await tell(host, "sudo -n insightpulse-backup accept-password", JSON.stringify({ password }), order);
  return {
    finish: async () => {
      for (const host of hosts)
        await tell(await again(host), "sudo -n insightpulse-backup retire-passwords", "", order);
    },
  };

  async function again({ key }: ConvergedHost): Promise<ConvergedHost> {
    const found = (await enteredHosts(order)).find((host) => host.key === key);
    if (found === undefined) throw new Failure(`${key} is no host any more`);
    return found;
  }
}

/**
 * Refuses to go on while a backup is taken, proven or copied: it would lose its key in the middle.
 *
 * @throws Failure naming the host and what runs there
 */
export async function requireIdleBackups(order: RotationOrder): Promise<void> {
  const units = ["backup", "backup-proof", "backup-copy", "backup-check"].map((unit) => `${unit}.service`);
  for (const host of (await enteredHosts(order)).filter((host) => hasUnit(host, backupTimers))) {
    const { stdout } = await onHost(host, `systemctl is-active ${units.join(" ")}`, "", order.knownHosts);
    const running = units.filter((_unit, index) =>
      /^(active|activating|reloading)$/.test(stdout.split("\n")[index] ?? ""),
    );
    if (running.length > 0)
      throw new Failure(
        `${running.join(", ")} runs on ${host.key}, and would lose its key`,
        "run this again when it has ended",
      );
  }
}

/** The hosts that are converged: there are none where the environment manages the cloud's resources alone. */
function enteredHosts({ environment, configuration }: RotationOrder): Promise<ConvergedHost[]> {
  return configuration.convergeHosts ? convergedHosts(environment) : Promise.resolve([]);
}

async function tell(
  host: ConvergedHost,
  command: string,
  input: string,
  { knownHosts }: RotationOrder,
): Promise<void> {
  const { exitCode, stderr } = await onHost(host, command, input, knownHosts);
  if (exitCode === 0) return;
  const reason = stderr.trim().replace(/^error: /m, "") || `exit code ${exitCode}`;
  throw new Failure(`${host.key} (${host.address}): ${reason}`);
}
