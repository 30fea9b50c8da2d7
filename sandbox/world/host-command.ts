import { describeStack } from "../engine/describe.ts";
import { Failure } from "../engine/failure.ts";
import type { HostStatus, Sandbox } from "../engine/sandbox.ts";
import { exportStack } from "../engine/stack.ts";
import type { Tool } from "../engine/tool.ts";

/**
 * A command line that enters a host as its administrator, from a computer in the sandbox's network.
 *
 * @param host short name of the host in the settings, or the droplet's name
 * @param words what is run there; a shell when there are none
 * @throws Failure when the environment has no such host, or it has no address yet
 */
export async function hostCommand(
  sandbox: Sandbox,
  environment: string,
  engine: Tool,
  host: string,
  words: readonly string[],
): Promise<string[]> {
  const { project, state } = sandbox;
  const { address } = await findHost(sandbox, environment, engine, host);
  if (address === null)
    throw new Failure(`${host} has no address yet`, `./scripts/sandbox up ${environment}`);
  return ["ssh", ...sshOptions(state.operatorKey), `${project.administrator}@${address}`, ...words];
}

async function findHost(
  sandbox: Sandbox,
  environment: string,
  engine: Tool,
  wanted: string,
): Promise<HostStatus> {
  const { hosts } = describeStack(await exportStack(sandbox, environment, engine), sandbox.project);
  const found = hosts.find(({ key, name }) => [key, name].includes(wanted));
  if (found) return found;
  throw new Failure(
    `${environment} has no host "${wanted}": it has ${hosts.map(({ key }) => key).join(", ") || "none"}`,
  );
}

/** A machine that was made anew has another host key under the same address, and that is no attack in here: none is remembered. */
function sshOptions(key: string): string[] {
  const options = {
    BatchMode: "yes",
    ConnectTimeout: "10",
    IdentitiesOnly: "yes",
    LogLevel: "ERROR",
    // A machine that is gone in the middle of a command says nothing any more.
    ServerAliveInterval: "15",
    ServerAliveCountMax: "8",
    StrictHostKeyChecking: "no",
    UserKnownHostsFile: "/dev/null",
  };
  return [
    "-F",
    "none",
    "-i",
    key,
    ...Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]),
  ];
}
