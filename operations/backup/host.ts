import { Failure } from "../failure.ts";
import { HostSession } from "../hosts/session.ts";
import type { Said } from "../hosts/ssh.ts";
import { type ConvergedHost, convergedHosts, hasUnit } from "../hosts/stack.ts";

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
export async function onBackupHost<Result>(
  environment: string,
  knownHosts: string | undefined,
  work: (host: BackupHost) => Promise<Result>,
): Promise<Result> {
  const host = (await convergedHosts(environment)).find((one) => hasUnit(one, /^backup\.timer$/));
  if (host === undefined)
    throw new Failure(`no host of ${environment} takes backups yet`, `pulumi up --stack ${environment}`);
  return HostSession.during(host, knownHosts, (session) =>
    work({
      ask: async (task, secrets = {}) => {
        const said = await session.run(`${sudo} ${task}`, JSON.stringify(secrets), "shown");
        if (said.exitCode !== 0) throw new Failure(reasonOf(said, host));
        return said.stdout;
      },
    }),
  );
}

function reasonOf({ stderr, exitCode }: Said, { key, address }: ConvergedHost): string {
  const reason = /^error: (?<reason>.*)$/m.exec(stderr)?.groups?.reason;
  return reason ?? `${key} (${address}) could not do it: ${stderr.trim() || `exit code ${exitCode}`}`;
}
