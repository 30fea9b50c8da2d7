import { readFileSync } from "node:fs";
import type { Configuration } from "../../config/configuration.ts";
import { shellWord } from "../../config/quote.ts";
import { readAccount } from "../adoption/account.ts";
import { DigitalOceanApi } from "../adoption/api.ts";
import { matchAll } from "../adoption/match.ts";
import { wantedBy } from "../adoption/wanted.ts";
import { Failure } from "../failure.ts";
import type { HostSession, HostToEnter } from "../hosts/session.ts";
import type { OpenSettings } from "../stack/settings.ts";

/** Who enters hosts that somebody else has set up: the stack's own key may do too little there, or is not let in yet. */
export interface Operator {
  /** @default the first of `ssh.administrators`, or `ssh.adoptionUser` where there is none */
  readonly user?: string | undefined;
  /** File with a private key; the secret `hostAccessKey` where it is left out. */
  readonly identity?: string | undefined;
}

/** A host of the settings as it is reached by its operator, whether it has been converged or not. */
export async function hostToEnter(
  { config, secret }: OpenSettings,
  host: string,
  { user, identity }: Operator,
): Promise<HostToEnter> {
  const [administrator = config.ssh.adoptionUser] = Object.keys(config.ssh.administrators);
  const privateKey = identity === undefined ? secret("hostAccessKey") : readFileSync(identity, "utf8");
  return {
    key: host,
    address: await addressOf(config, host),
    user: user ?? administrator,
    privateKey,
  };
}

/** Where a host is, by the account: it need not be the stack's yet. */
async function addressOf(config: Configuration, host: string): Promise<string> {
  const account = await readAccount(new DigitalOceanApi());
  const { matches } = matchAll(wantedBy(config, account), account);
  const match = matches.find(({ wanted }) => wanted.path.join(".") === `hosts.${host}`);
  const address = match?.thing.traits.find((one) => !isPrivate(one));
  if (address === undefined)
    throw new Failure(`the account has no host ${host} of ${config.environment}`, "./scripts/ops adopt");
  return address;
}

/** VPCs have addresses of RFC 1918. */
const isPrivate = (address: string) => /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address);

// The program travels with what it is told, so that nothing of it is an argument or stays on the host.
const launcher = [
  "import json,sys,types",
  "d=json.load(sys.stdin)",
  'for n,t in d["beside"].items():',
  " sys.modules[n]=types.ModuleType(n)",
  ' exec(compile(t,n,"exec"),sys.modules[n].__dict__)',
  'exec(compile(d["program"],d["name"],"exec"),{"__name__":"__main__","GIVEN":d["given"]})',
].join("\n");

/**
 * Runs a program of `host/over-ssh/` as root, and gives what it answers; what it says on the way is shown.
 *
 * @param given secrets may be in it
 * @param beside modules of the same folder that it imports
 * @throws Failure with the program's own reason
 */
export async function runProgram(
  session: HostSession,
  name: string,
  given: object,
  beside: readonly string[] = [],
): Promise<string> {
  const source = (file: string) =>
    readFileSync(new URL(`../../host/over-ssh/${file}`, import.meta.url), "utf8");
  const modules = Object.fromEntries(beside.map((one) => [one, source(`${one}.py`)]));
  const input = JSON.stringify({ program: source(name), name, given, beside: modules });
  const said = await session.run(`sudo -n python3 -c ${shellWord(launcher)}`, input, "shown");
  if (said.exitCode === 0) return said.stdout;
  const reason = /^error: (?<reason>[\s\S]*)/m.exec(said.stderr)?.groups?.reason?.trim();
  const { key, address } = session.host;
  throw new Failure(reason ?? `${key} (${address}) could not do it: exit code ${said.exitCode}`);
}
