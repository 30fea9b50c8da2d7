import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { Failure } from "../failure.ts";
import { type Said, ssh, sshOptions, withKey } from "./ssh.ts";
import type { ConvergedHost } from "./stack.ts";

/** What of a host it takes to enter it. */
export type HostToEnter = Pick<ConvergedHost, "key" | "address" | "user" | "privateKey">;

/**
 * One connection to a host for many commands, so that only the first waits for keys to be exchanged. A host that is met for the first
 * time is believed and remembered; one that has become another is refused.
 */
export class HostSession {
  readonly host: HostToEnter;
  readonly #folder: string;
  readonly #options: readonly string[];

  private constructor(host: HostToEnter, folder: string, options: readonly string[]) {
    this.host = host;
    this.#folder = folder;
    this.#options = options;
  }

  /**
   * Opens it for as long as something is done.
   *
   * @param knownHosts file in which hosts are remembered, instead of the operator's own
   * @throws Failure in SSH's words when the host cannot be entered
   */
  static async during<Result>(
    host: HostToEnter,
    knownHosts: string | undefined,
    work: (session: HostSession) => Promise<Result>,
  ): Promise<Result> {
    return withKey(host.privateKey, async (folder) => {
      const control = `ControlPath=${join(folder, "control")}`;
      const options = [...sshOptions(knownHosts, control), `${host.user}@${host.address}`];
      const session = new HostSession(host, folder, options);
      try {
        await session.#open();
        return await work(session);
      } finally {
        await execa("ssh", ["-O", "exit", ...options], { reject: false });
      }
    });
  }

  /**
   * Runs a command.
   *
   * @param input what the command reads: secrets travel here, and are no argument anywhere
   * @param progress whether what it says on the way is shown at once
   */
  run(command: string, input: string, progress: "shown" | "kept" = "kept"): Promise<Said> {
    return ssh([...this.#options, command], input, progress);
  }

  async #open(): Promise<void> {
    const { key: name, address } = this.host;
    const [key, log] = [join(this.#folder, "key"), join(this.#folder, "log")];
    await writeFile(log, "", { mode: 0o600 });
    // In the background once it is in; what it says goes to a file, as it would hold our own pipes open.
    const words = ["-M", "-N", "-f", "-i", key, "-E", log, ...this.#options];
    const { exitCode } = await execa("ssh", words, { stdio: "ignore", reject: false });
    if (exitCode === 0) return;
    const reason = (await readFile(log, "utf8")).trim() || `ssh ended with ${exitCode}`;
    throw new Failure(`${name} (${address}) cannot be entered: ${reason.split("\n").at(-1)}`);
  }
}
