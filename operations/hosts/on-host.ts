import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { ConvergedHost } from "./stack.ts";

/** What a command on a host printed, and how it ended; 255 is ssh's own way to say that it did not get there. */
export interface Said {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command on a host by SSH, with the operator's own settings for ssh and the stack's key. A host that is met for
 * the first time is believed and remembered; one that has become another is refused.
 *
 * @param input what the command reads: secrets travel here, and are no argument anywhere
 * @param knownHosts file in which hosts are remembered, instead of the operator's own
 * @param progress whether what it says on the way is shown at once
 */
export async function onHost(
  { address, user, privateKey }: ConvergedHost,
  command: string,
  input: string,
  knownHosts?: string,
  progress: "shown" | "kept" = "kept",
): Promise<Said> {
  // Made for its owner alone; ssh takes keys from files and agents only.
  const folder = await mkdtemp(join(tmpdir(), "ops-"));
  try {
    const key = join(folder, "key");
    await writeFile(key, privateKey.endsWith("\n") ? privateKey : `${privateKey}\n`, { mode: 0o600 });
    const options = [
      ...["BatchMode=yes", "ConnectTimeout=10", "IdentitiesOnly=yes", "LogLevel=ERROR"],
      "StrictHostKeyChecking=accept-new",
      ...(knownHosts === undefined ? [] : [`UserKnownHostsFile=${knownHosts}`]),
    ].flatMap((option) => ["-o", option]);
    const words = [...options, "-i", key, `${user}@${address}`, command];
    const { exitCode, stdout, stderr } = await execa("ssh", words, {
      ...{ input, reject: false },
      stderr: progress === "shown" ? ["pipe", "inherit"] : "pipe",
    });
    return { exitCode, stdout, stderr };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
