import { z } from "zod";
import { onHost } from "./on-host.ts";
import type { Said } from "./ssh.ts";
import type { ConvergedHost } from "./stack.ts";

const differenceSchema = z.object({ path: z.string(), what: z.string() });

/** How a host differs from what the stack says, or why that is not known. */
export interface HostDrift {
  readonly host: string;
  readonly address: string;
  /** What is not as the stack says, in a few words and without any content; null when the host could not be asked. */
  readonly differences: readonly z.output<typeof differenceSchema>[] | null;
  /** Why it could not be asked. */
  readonly reason?: string;
  /** Command that converges the host once more: an unchanged bundle is not sent by `pulumi up` alone. */
  readonly fix: string;
}

const noDrift = 0;
const drift = 3;

/** Compares one host with what the stack says of it; nothing on it is changed. */
export async function driftOf(host: ConvergedHost, knownHosts?: string): Promise<HostDrift> {
  const said = await onHost(host, "sudo -n /usr/local/sbin/converge-signed check", host.signed, knownHosts);
  const { key, address, urn } = host;
  const known = { host: key, address, fix: `pulumi up --replace '${urn}'` };
  if (said.exitCode !== noDrift && said.exitCode !== drift)
    return { ...known, differences: null, reason: reasonOf(said) };
  return { ...known, differences: z.array(differenceSchema).parse(JSON.parse(said.stdout)) };
}

function reasonOf({ stderr, exitCode }: Said): string {
  return stderr.trim().replace(/^error: /, "") || `its check ended with exit code ${exitCode}`;
}
