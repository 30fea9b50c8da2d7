import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

/** What a command on a host printed, and how it ended; 255 is ssh's own way to say that it did not get there. */
export interface Said {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Options for every connection: a host that is met for the first time is believed and remembered; one that has become
 * another is refused.
 *
 * @param knownHosts file in which hosts are remembered, instead of the operator's own
 * @param settings further settings of ssh
 */
export function sshOptions(knownHosts: string | undefined, ...settings: readonly string[]): string[] {
  return [
    ...["BatchMode=yes", "ConnectTimeout=10", "IdentitiesOnly=yes", "LogLevel=ERROR"],
    "StrictHostKeyChecking=accept-new",
    // A host that is gone in the middle of a command says nothing any more: after two minutes of that it has ended.
    ...["ServerAliveInterval=15", "ServerAliveCountMax=8"],
    ...(knownHosts === undefined ? [] : [`UserKnownHostsFile=${knownHosts}`]),
    ...settings,
  ].flatMap((setting) => ["-o", setting]);
}

/** Hands a private key to `work` as the file `key` in a folder for its owner alone: ssh takes keys from files and agents only. */
export async function withKey<Result>(
  privateKey: string,
  work: (folder: string, key: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "ops-"));
  try {
    const key = join(folder, "key");
    await writeFile(key, privateKey.endsWith("\n") ? privateKey : `${privateKey}\n`, { mode: 0o600 });
    return await work(folder, key);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Runs ssh to the end of its command.
 *
 * @param input what the command reads: secrets travel here, and are no argument anywhere
 * @param progress whether what it says on the way is shown at once
 */
export async function ssh(
  words: readonly string[],
  input: string,
  progress: "shown" | "kept" = "kept",
): Promise<Said> {
  const { exitCode, stdout, stderr } = await execa("ssh", words, {
    ...{ input, reject: false },
    stderr: progress === "shown" ? ["pipe", "inherit"] : "pipe",
  });
  return { exitCode, stdout, stderr };
}
