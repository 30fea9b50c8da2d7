import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, writeWhole } from "../engine/files.ts";
import { shellQuote } from "../engine/quote.ts";
import type { Sandbox } from "../engine/sandbox.ts";
import { internetFiles } from "../internet/files.ts";
import { nameServers } from "../machines/addresses.ts";
import { kernelNames } from "../machines/names.ts";
import { inside } from "../machines/namespaces.ts";

/**
 * A command line that runs in the sandbox's network as on any computer there: names are resolved by the sandbox's name
 * server, and its authorities are trusted as the public ones are. Nothing else of this computer changes for it, and
 * nothing of it for others: the two files are laid over the real ones in a mount namespace of the command's own.
 */
export function visiting({ state }: Pick<Sandbox, "state">, command: readonly string[]): string[] {
  const { trustBundle } = internetFiles(state.internet);
  const script = [
    `mount --bind ${shellQuote(resolverFile(state.internet))} /etc/resolv.conf`,
    `if [ -e ${certificates} ]; then mount --bind ${shellQuote(trustBundle)} ${certificates}; fi`,
    'exec "$@"',
  ].join(" && ");
  const words = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh", ...command];
  return inside(kernelNames(state.root).network, [
    "env",
    ...trustVariables.map((name) => `${name}=${trustBundle}`),
    ...words,
  ]);
}

const certificates = "/etc/ssl/certs/ca-certificates.crt";
/** Programs that have a store of their own, or are told to use another one, are told here. */
const trustVariables = [
  ...["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE"],
  ...["GIT_SSL_CAINFO", "PIP_CERT", "AWS_CA_BUNDLE"],
];

const resolverFile = (folder: string) => join(folder, "resolv.conf");

/** Writes which name servers a visitor asks. */
export function writeResolver(folder: string): void {
  writeWhole(
    resolverFile(makeFolder(folder)),
    nameServers.map((server) => `nameserver ${server}\n`).join(""),
    0o644,
  );
}

/**
 * Writes a `pulumi` that runs the engine in the sandbox's network: from there it reaches the machines, as an engine
 * outside reaches droplets. Returns its folder.
 */
export function writeEngineInside({ state }: Sandbox, engineFolder: string): string {
  const folder = makeFolder(state.programs);
  const file = join(folder, "pulumi");
  const command = inside(kernelNames(state.root).network, [join(engineFolder, "pulumi")]);
  writeFileSync(file, `#!/bin/sh\nexec ${command.map(shellQuote).join(" ")} "$@"\n`);
  chmodSync(file, 0o700);
  return folder;
}
