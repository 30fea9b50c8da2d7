import { InvalidArgumentError, Option } from "commander";

/** `--known-hosts`, as every command that enters hosts has it. */
export function knownHostsOption(): Option {
  return new Option(
    "--known-hosts <file>",
    "file that remembers the hosts' keys; your own when left out",
  ).env("OPS_KNOWN_HOSTS");
}

/** A number of minutes, as commander parses an option's word. */
export function minutes(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 600)) throw new InvalidArgumentError("minutes, from 0 to 600.");
  return value;
}
