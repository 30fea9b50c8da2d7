import { InvalidArgumentError, Option } from "commander";

/** `--known-hosts`, as every command that enters hosts has it. */
export function knownHostsOption(): Option {
  return new Option(
    "--known-hosts <file>",
    "file that remembers the hosts' keys; your own when left out",
  ).env("OPS_KNOWN_HOSTS");
}

/** How a host is entered that somebody else may have set up; `Operator` says what each means. */
export function operatorOptions(): Option[] {
  return [
    new Option(
      "--user <name>",
      "user who is root by sudo there; the first administrator, or ssh.adoptionUser",
    ),
    new Option("--identity <file>", "private key that opens it; the secret hostAccessKey when left out"),
    knownHostsOption(),
  ];
}

/** A number of minutes, as commander parses an option's word. */
export function minutes(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 600)) throw new InvalidArgumentError("minutes, from 0 to 600.");
  return value;
}

const longestDays = 400;

/** A number of days back, as commander parses an option's word. */
export function days(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > longestDays)
    throw new InvalidArgumentError(`a number of days from 1 to ${longestDays}`);
  return value;
}

/** Cloudflare's, Google's and Quad9's: what most people ask. */
const publicResolvers = ["1.1.1.1", "8.8.8.8", "9.9.9.9"];

/** `--resolver`, as every command that asks for names has it. */
export function resolverOption(): Option {
  return new Option(
    "--resolver <address...>",
    "who else is asked about names; the zone's own servers always are",
  )
    .default(publicResolvers)
    .env("OPS_RESOLVERS");
}

/** The resolvers that `--resolver` names: from a variable they come as one text. */
export function resolversIn(resolver: readonly string[] | string): string[] {
  return [resolver]
    .flat()
    .flatMap((one) => one.split(/[ ,]+/))
    .filter((one) => one !== "");
}
