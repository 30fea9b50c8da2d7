import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Configuration } from "../../config/configuration.ts";
import { appServices } from "../../config/resolve.ts";
import { newestProvenBackup } from "../backup/newest-proven.ts";
import { AppPlatform } from "../cloud/app-platform.ts";
import { Failure } from "../failure.ts";
import { appName, appType } from "../stack/apps.ts";
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
    deployments: await deploymentsOf(config, looking),
    addonsCommit: config.odoo.addons?.commit ?? null,
    provenBackup: config.convergeHosts ? await provenBackup(environment, looking) : null,
  };
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

/**
 * The deployment of each app that serves. The state knows it of those that the stack deploys; one that is left as it was found is
 * deployed by others, so only the platform knows.
 */
async function deploymentsOf(config: Configuration, { say }: Looking): Promise<Record<string, string>> {
  const apps = (await stackResources(config.stack)).filter(({ urn }) => partsOf(urn).type === appType);
  const asFound = new Set(
    appServices(config.resolvedServices)
      .filter(({ specification }) => specification === "as-found")
      .map(({ name }) => appName(name)),
  );
  const served = await Promise.all(
    apps.map(async ({ name, id = "", outputs: { activeDeploymentId } }) => {
      const active = asFound.has(name) ? await activeOf(id, name, say) : activeDeploymentId;
      return typeof active === "string" && active !== "" ? [[name, active] as const] : [];
    }),
  );
  return Object.fromEntries(served.flat());
}

/** A delivery does not fail for this either: the release then has no deployment of the app to go back to. */
async function activeOf(id: string, name: string, say: Looking["say"]): Promise<string | null> {
  try {
    return (await new AppPlatform().app(id)).active;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    say(`which deployment of ${name} serves is not known, and not recorded: ${error.message}`);
    return null;
  }
}
