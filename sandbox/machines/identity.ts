import { randomUUID } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gatewayOf, type MachineAddresses, metadataAddress, nameServers, publicPrefix } from "./addresses.ts";

/** Writes what makes a fresh disk this machine's and no other's. cloud-init makes new host keys by itself. */
export function writeIdentity(disk: string, name: string): void {
  writeSystemFile(disk, "etc/machine-id", `${randomUUID().replaceAll("-", "")}\n`);
  writeSystemFile(disk, "etc/hostname", `${name}\n`);
}

/** Writes the addresses of the machine's interfaces, which it has before anything else runs, as on a droplet. */
export function writeInterfaces(disk: string, addresses: MachineAddresses): void {
  const { publicAddress, privateAddress, privatePrefix } = addresses;
  const publicPath = "etc/systemd/network/10-public.network";
  if (publicAddress === null) rmSync(join(disk, publicPath), { force: true });
  else writeSystemFile(disk, publicPath, publicNetwork(publicAddress));
  const metadataRoute =
    publicAddress === null ? `\n[Route]\nDestination=${metadataAddress}/32\nScope=link\n` : "";
  const own = network("eth1", [`Address=${privateAddress}/${privatePrefix}`]);
  writeSystemFile(disk, "etc/systemd/network/20-private.network", own + metadataRoute);
}

const publicCertificates = "etc/ssl/certs/ca-certificates.crt";

/**
 * Lets a machine trust the sandbox's own authorities as every machine trusts the public ones: in the system's store, and
 * in the folder from which the system makes that store anew.
 */
export function writeTrust(disk: string, base: string, bundle: string): void {
  const own = readFileSync(bundle, "utf8");
  writeSystemFile(disk, "usr/local/share/ca-certificates/sandbox.crt", own);
  writeSystemFile(disk, publicCertificates, readFileSync(join(base, publicCertificates), "utf8") + own);
}

function publicNetwork(address: string): string {
  return network("eth0", [
    `Address=${address}/${publicPrefix}`,
    `Gateway=${gatewayOf(address)}`,
    ...nameServers.map((server) => `DNS=${server}`),
  ]);
}

function network(name: string, lines: readonly string[]): string {
  // Nothing is waited for: no router announces itself here, and no second machine has the address.
  const quick = ["LinkLocalAddressing=no", "IPv6AcceptRA=no"];
  return `[Match]\nName=${name}\n\n[Network]\n${[...lines, ...quick].join("\n")}\n`;
}

/** Folders above it get the usual mode: in a layer, theirs is what the machine sees. */
function writeSystemFile(disk: string, path: string, text: string): void {
  const missing: string[] = [];
  for (let folder = dirname(path); folder !== "."; folder = dirname(folder)) missing.unshift(folder);
  for (const folder of missing) {
    if (mkdirSync(join(disk, folder), { recursive: true }) !== undefined)
      chmodSync(join(disk, folder), 0o755);
  }
  writeFileSync(join(disk, path), text);
  chmodSync(join(disk, path), 0o644);
}
