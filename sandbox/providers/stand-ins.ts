import { sdkVersion } from "./versions.ts";

/** A stand-in for an official provider, and what a run with it is no evidence of. */
export interface StandIn {
  name: string;
  /** The version of the SDK package it serves. */
  version: string;
  doesNotProve: string[];
}

/** Every stand-in there is. */
export const standIns: StandIn[] = [
  {
    name: "digitalocean",
    doesNotProve: [
      "that the official provider sends the same requests, byte for byte",
      "how long things take: the official one waits at least 10 seconds for a droplet or an app",
      "buckets by host name: Spaces is spoken to by path here",
    ],
  },
  { name: "cloudflare", doesNotProve: ["anything but zones and DNS records"] },
  { name: "random", doesNotProve: ["anything of the official provider itself; the values are truly random"] },
  { name: "tls", doesNotProve: ["certificates: only key pairs are made"] },
  { name: "command", doesNotProve: ["assetPaths and archivePaths, which are not there"] },
].map((standIn) => ({ ...standIn, version: sdkVersion(standIn.name) }));
