import { z } from "zod";
import { Failure } from "../failure.ts";
import { HostSession } from "../hosts/session.ts";
import type { Said } from "../hosts/ssh.ts";
import { type ConvergedHost, convergedHosts } from "../hosts/stack.ts";

const bundle = z.object({ units: z.array(z.object({ name: z.string() })) });
const sudo = "sudo -n insightpulse-backup";

/** The host that takes the backups, and how it is asked. */
export interface BackupHost {
  /** Does a task and gives what it answers; what it says on the way is shown. */
  ask(task: string, secrets?: object): Promise<string>;
}

/**
 * Enters the host that takes an environment's backups, for as long as something is done there.
 *
 * @throws Failure when the stack has none, and when it cannot be entered
 */
export async function onBackupHost(
  environment: string,
  knownHosts: string | undefined,
  work: (host: BackupHost) => Promise<void>,
): Promise<void> {
  const host = (await convergedHosts(environment)).find(takesBackups);
  if (host === undefined)
    throw new Failure(`no host of ${environment} takes backups yet`, `pulumi up --stack ${environment}`);
  await HostSession.during(host, knownHosts, (session) =>
    work({
      ask: async (task, secrets = {}) => {
        const said = await session.run(`${sudo} ${task}`, JSON.stringify(secrets), "shown");
        if (said.exitCode !== 0) throw new Failure(reasonOf(said, host));
        return said.stdout;
      },
    }),
  );
}

function takesBackups({ bundle: document }: ConvergedHost): boolean {
  return bundle.parse(document).units.some(({ name }) => name === "backup.timer");
}

function reasonOf({ stderr, exitCode }: Said, { key, address }: ConvergedHost): string {
  const reason = /^error: (?<reason>.*)$/m.exec(stderr)?.groups?.reason;
  return reason ?? `${key} (${address}) could not do it: ${stderr.trim() || `exit code ${exitCode}`}`;
}
