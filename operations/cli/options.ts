import { Option } from "commander";

/** `--known-hosts`, as every command that enters hosts has it. */
export function knownHostsOption(): Option {
  return new Option(
    "--known-hosts <file>",
    "file that remembers the hosts' keys; your own when left out",
  ).env("OPS_KNOWN_HOSTS");
}
