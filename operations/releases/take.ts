import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Configuration } from "../../config/load.ts";
import { onBackupHost } from "../backup/host.ts";
import { readBackupList } from "../backup/list.ts";
import { Failure } from "../failure.ts";
import { engineSays } from "../stack/engine.ts";
import { settingsPath } from "../state/stack-state.ts";
import type { Release } from "./release.ts";

/** What a release says of the environment itself, apart from who delivered it and how it went. */
export type Contents = Pick<
  Release,
  "settingsHash" | "images" | "deployments" | "addonsCommit" | "provenBackup"
>;

/**
 * Looks at what an environment is made of right now.
 *
 * @param say is told what could not be found out, and why
 */
export async function contentsOf(config: Configuration, say: (text: string) => void): Promise<Contents> {
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
    provenBackup: config.convergeHosts ? await provenBackup(environment, say) : null,
  };
}

const state = z.object({
  deployment: z.object({
    resources: z
      .array(
        z.object({
          urn: z.string(),
          type: z.string(),
          outputs: z.record(z.string(), z.unknown()).optional(),
        }),
      )
      .default([]),
  }),
});

async function deploymentsOf(environment: string): Promise<Record<string, string>> {
  const words = ["stack", "export", "--stack", environment];
  const text = await engineSays(words, `the state of ${environment} cannot be read`);
  const { resources } = state.parse(JSON.parse(text)).deployment;
  return Object.fromEntries(
    resources.flatMap(({ urn, type, outputs }) => {
      const id = outputs?.activeDeploymentId;
      return type === "digitalocean:index/app:App" && typeof id === "string" && id !== ""
        ? [[urn.split("::").at(-1) ?? urn, id] as const]
        : [];
    }),
  );
}

/** A delivery does not fail because nobody could be asked for this. */
async function provenBackup(
  environment: string,
  say: (text: string) => void,
): Promise<Release["provenBackup"]> {
  try {
    let found: Release["provenBackup"] = null;
    await onBackupHost(environment, process.env.OPS_KNOWN_HOSTS, async (host) => {
      const { backups } = readBackupList(await host.ask("list"));
      const newest = backups
        .filter(({ proof }) => proof === "proven")
        .sort((one, other) => other.time.localeCompare(one.time))[0];
      found = newest === undefined ? null : { snapshot: newest.snapshot, time: newest.time };
    });
    return found;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    say(`which backup was proven last is not known: ${error.message}`);
    return null;
  }
}
