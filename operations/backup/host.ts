import { z } from "zod";
import { Failure } from "../failure.ts";
import { onHost, type Said } from "../hosts/on-host.ts";
import { type ConvergedHost, convergedHosts } from "../hosts/stack.ts";

const bundle = z.object({ units: z.array(z.object({ name: z.string() })) });
const sudo = "sudo -n insightpulse-backup";

/** The host that takes the backups, and how it is asked. */
export interface BackupHost {
  /** Does a task and gives what it answers; what it says on the way is shown. */
  ask(task: string, secrets?: object): Promise<string>;
}

/**
 * The host that takes an environment's backups.
 *
 * @throws Failure when the stack has none
 */
export async function backupHost(environment: string, knownHosts?: string): Promise<BackupHost> {
  const host = (await convergedHosts(environment)).find(takesBackups);
  if (host === undefined)
    throw new Failure(`no host of ${environment} takes backups yet`, `pulumi up --stack ${environment}`);
  return {
    ask: async (task, secrets = {}) => {
      const said = await onHost(host, `${sudo} ${task}`, JSON.stringify(secrets), knownHosts, "shown");
      if (said.exitCode !== 0) throw new Failure(reasonOf(said, host));
      return said.stdout;
    },
  };
}

function takesBackups({ bundle: document }: ConvergedHost): boolean {
  return bundle.parse(document).units.some(({ name }) => name === "backup.timer");
}

function reasonOf({ stderr, exitCode }: Said, { key, address }: ConvergedHost): string {
  const reason = /^error: (?<reason>.*)$/m.exec(stderr)?.groups?.reason;
  return reason ?? `${key} (${address}) could not do it: ${stderr.trim() || `exit code ${exitCode}`}`;
}
