import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Configuration } from "../../config/load.ts";
import { newestProvenBackup } from "../backup/newest-proven.ts";
import { Failure } from "../failure.ts";
import { stackResources } from "../stack/resources.ts";
import { partsOf } from "../stack/urn.ts";
import { settingsPath } from "../state/stack-state.ts";
import type { Release } from "./release.ts";

/** What a release says of the environment itself, apart from who delivered it and how it went. */
export type Contents = Pick<
  Release,
  "settingsHash" | "images" | "deployments" | "addonsCommit" | "provenBackup"
>;

/** Whom it takes to look. */
export interface Looking {
  /** File that remembers the keys of the host that is asked for the last proven backup; the operator's own when left out. */
  readonly knownHosts?: string | undefined;
  /** Is told what could not be found out, and why. */
  readonly say: (text: string) => void;
}

/** Looks at what an environment is made of right now. */
export async function contentsOf(config: Configuration, looking: Looking): Promise<Contents> {
  const environment = config.stack;
  const images = config.resolvedServices.flatMap((service) =>
    "image" in service ? [[service.name, { ...service.image }] as const] : [],
  );
  return {
    settingsHash: createHash("sha256")
      .update(readFileSync(settingsPath(environment)))
      .digest("hex"),
    images: Object.fromEntries(images),
    deployments: await deploymentsOf(environment),
    addonsCommit: config.odoo.addons?.commit ?? null,
    provenBackup: config.convergeHosts ? await provenBackup(environment, looking) : null,
  };
}

async function deploymentsOf(environment: string): Promise<Record<string, string>> {
  const resources = await stackResources(environment);
  return Object.fromEntries(
    resources.flatMap(({ urn, name, outputs: { activeDeploymentId: id } }) =>
      partsOf(urn).type === "digitalocean:index/app:App" && typeof id === "string" && id !== ""
        ? [[name, id] as const]
        : [],
    ),
  );
}

/** A delivery does not fail because nobody could be asked for this. */
async function provenBackup(
  environment: string,
  { knownHosts, say }: Looking,
): Promise<Release["provenBackup"]> {
  try {
    const newest = await newestProvenBackup(environment, knownHosts);
    return newest === undefined ? null : { snapshot: newest.snapshot, time: newest.time };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    say(`which backup was proven last is not known: ${error.message}`);
    return null;
  }
}
