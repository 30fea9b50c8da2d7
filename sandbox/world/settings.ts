import type { Sandbox, Surroundings } from "../engine/sandbox.ts";
import { databaseAddress, internetAddresses } from "../internet/addresses.ts";
import { type InternetSettings, internetSettings } from "../internet/settings.ts";
import { layoutOf } from "./images.ts";
import { readyEnvironments } from "./ready-environments.ts";

/**
 * What the internet of a sandbox is to be: what the environments expect that have been made ready in it. There is one
 * internet for all of them, as there is one account.
 */
export function settingsOf(sandbox: Sandbox, tools: InternetSettings["tools"]): InternetSettings {
  const { state } = sandbox;
  const environments = readyEnvironments(sandbox);
  const all = <T>(pick: (expected: Surroundings) => readonly T[]) =>
    unique(environments.flatMap(({ expected }) => pick(expected)));
  return internetSettings.parse({
    folder: state.internet,
    cloudFolder: state.cloud,
    addresses: internetAddresses,
    registered: environments[0]?.expected.registered ?? "digitalocean",
    projects: environments
      .flatMap(({ expected, secrets }) =>
        expected.databases.map(({ ownerSecret, ...project }) => ({
          ...project,
          ownerPassword: secrets[ownerSecret] ?? "",
        })),
      )
      .map((project, index) => ({ ...project, address: databaseAddress(index) })),
    images: [
      ...all(({ images }) => images).map((image) => ({ ...image, layout: layoutOf(sandbox, image) })),
      // Of apps there are stand-ins only, also where hosts get real images.
      ...unique(
        all(({ apps }) => apps).flatMap(({ images, plays }) =>
          images.map((reference) => ({ reference, plays })),
        ),
      ),
    ],
    apps: all(({ apps }) => apps).map(({ app, plays }) => ({ app, plays })),
    repositories: all(({ repositories }) => repositories),
    google: {
      clients: environments.flatMap(({ expected, secrets }) =>
        expected.google.clients.map(({ idSecret, secretSecret, redirectUris }) => ({
          ...{ id: secrets[idSecret] ?? "", redirectUris },
          ...(secretSecret !== undefined && { secret: secrets[secretSecret] ?? "" }),
        })),
      ),
      accounts: all(({ google }) => google.accounts),
    },
    mailNames: all(({ mailNames }) => mailNames),
    tools,
  });
}

function unique<T>(values: readonly T[]): T[] {
  const seen = new Map(values.map((value) => [JSON.stringify(value), value]));
  return [...seen.values()];
}
