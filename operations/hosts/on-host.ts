import { type Said, ssh, sshOptions, withKey } from "./ssh.ts";
import type { ConvergedHost } from "./stack.ts";

/**
 * Runs one command on a host by SSH, with the operator's own settings for ssh and the stack's key.
 *
 * @param input what the command reads: secrets travel here, and are no argument anywhere
 * @param knownHosts file in which hosts are remembered, instead of the operator's own
 */
export function onHost(
  { address, user, privateKey }: ConvergedHost,
  command: string,
  input: string,
  knownHosts?: string,
): Promise<Said> {
  return withKey(privateKey, (_folder, key) =>
    ssh([...sshOptions(knownHosts), "-i", key, `${user}@${address}`, command], input),
  );
}
