import type { Configuration } from "../../config/configuration.ts";
import { sshCommand } from "../../config/derive/hosts.ts";
import { shellWord } from "../../config/quote.ts";
import type { ExaminedHost, Gathered } from "./gathered.ts";

/** A command as an administrator of a host types it from his own computer. */
export function asAdministrator(
  config: Configuration,
  { address }: Pick<ExaminedHost, "address">,
  command: string,
): string {
  return `${sshCommand(config)(address)} ${shellWord(`sudo ${command}`)}`;
}

/** Sends a host once more what it is to be: an unchanged bundle is not sent by `pulumi up` alone. */
export function converge({ stack }: Configuration, { urn }: Pick<ExaminedHost, "urn">): string {
  return `pulumi up --stack ${stack} --replace ${shellWord(urn)}`;
}

/** Makes one resource in the cloud what the stack says. */
export function restoreResource({ stack }: Configuration, urn: string): string {
  return `pulumi up --stack ${stack} --refresh --target ${shellWord(urn)}`;
}

/** The facts of hosts that could be asked. */
export function withFacts({ hosts }: Gathered) {
  return hosts.flatMap((host) => ("answer" in host.facts ? [{ host, facts: host.facts.answer }] : []));
}
