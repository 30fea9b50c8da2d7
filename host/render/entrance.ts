import type { Administrators } from "../../config/schema.ts";
import type { HostFile } from "../bundle.ts";
import { hostFile } from "./template.ts";

/** Whom a host lets in, and what it lets them do. */
export interface Entrance {
  /** Key of the host in the configuration: it takes no document that is for another. */
  readonly host: string;
  /** User whom the deploy key opens. */
  readonly deployUser: string;
  /** People who may become root. */
  readonly administrators: Administrators;
  /** Public half of the key that signs what is applied, in OpenSSH form, one line. */
  readonly signingPublicKey: string;
}

/**
 * What a host must have before it can be converged for the first time: who may hand it something, whose signature that
 * must bear, and what verifies it. The bundle keeps all of it from then on.
 */
export function entranceFiles(entrance: Entrance): HostFile[] {
  const { host, deployUser, signingPublicKey } = entrance;
  const administrators = Object.keys(entrance.administrators);
  return [
    hostFile("/usr/local/sbin/converge-signed"),
    hostFile("/etc/insightpulse/converge-signers", {
      values: { host, signingPublicKey: signingPublicKey.trim() },
    }),
    hostFile("/etc/sudoers.d/insightpulse-deploy", { values: { deployUser }, mode: "0440" }),
    ...(administrators.length === 0
      ? []
      : [
          hostFile("/etc/sudoers.d/insightpulse-administrators", {
            values: { administrators },
            mode: "0440",
          }),
        ]),
  ];
}
