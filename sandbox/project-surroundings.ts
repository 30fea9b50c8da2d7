import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import type { Configuration } from "../config/configuration.ts";
import { googleClients } from "../config/derive/google-clients.ts";
import { gatedServices } from "../config/derive/sign-on.ts";
import { loadConfiguration } from "../config/load.ts";
import { appServices, hostServices } from "../config/resolve.ts";
import { secretNames } from "../config/secrets.ts";
import { signOnProxy } from "../config/sign-on.ts";
import { imageReference } from "../host/render/image.ts";
import { Failure } from "./engine/failure.ts";
import { readText } from "./engine/files.ts";
import { environmentPaths, type StatePaths } from "./engine/paths.ts";
import type { Droplets, HealthQuestion, OldService, SettingHere, Surroundings } from "./engine/sandbox.ts";
import { imageSource } from "./internet/apps/deployed-apps.ts";
import { referenceOf } from "./internet/apps/image-of.ts";
import { Authority } from "./internet/authority.ts";
import { internetFiles } from "./internet/files.ts";
import { makeStandInAddons } from "./internet/git/stand-in-addons.ts";
import { nameServers } from "./machines/addresses.ts";

/** What this repository's program expects of the world around it, read from its own settings in the sandbox. */

/** Which stand-in plays which service of the catalogue. */
const players: Readonly<Record<string, string>> = {
  odoo: "odoo",
  mattermost: "mattermost",
  n8n: "n8n",
  ocr: "ocr-service",
  superset: "superset",
  mcp: "mcp",
};

/** Seconds in which the sandbox's name servers have surely taken a record over: they read it at each question. */
const propagationSeconds = 1;

/** Who administers hosts in here, by the sandbox's own key. */
export const administrator = "administrator";

const root = join(import.meta.dirname, "..");

/** What the account holds before the first run. Both environments live in one account, so both begin with it. */
export const seedFile = join(import.meta.dirname, "seeds/production.json");

/** The owner's repository of Odoo addons, and where its stand-in lies. */
const addonsRepository = "https://github.com/jgtolentino/insightpulse-odoo";
const addonsFolder = (state: StatePaths) => join(state.internet, "repositories", "odoo-addons.git");

/** What has to differ from an environment's own settings in here. */
export async function settingsHere(
  _environment: string,
  droplets: Droplets,
  state: StatePaths,
): Promise<SettingHere[]> {
  if (!droplets.areMachines) return [{ path: ["insightpulse:convergeHosts"], value: false }];
  const { authority } = internetFiles(state.internet);
  const { certificate } = await Authority.open(authority);
  // Nobody but its owner can make a commit that is the real one's: what is played has its own.
  const commit = await makeStandInAddons(addonsFolder(state));
  const publicKey = readFileSync(`${state.operatorKey}.pub`, "utf8").trim();
  return [
    { path: ["insightpulse:ssh", "administrators"], value: { [administrator]: [publicKey] } },
    { path: ["insightpulse:certificates", "propagationSeconds"], value: propagationSeconds },
    // The real poolers have Supabase's own authority, the sandbox's have the sandbox's.
    { path: ["insightpulse:database", "certificateAuthority"], value: certificate },
    { path: ["insightpulse:odoo", "addons"], value: { repository: addonsRepository, commit } },
  ];
}

/** With what `./scripts/ops` works in here: the public resolvers are not there, and the hosts' keys are this sandbox's own. */
export function operatorVariables({ operatorKnownHosts }: StatePaths): Record<string, string> {
  return { OPS_RESOLVERS: nameServers.join(" "), OPS_KNOWN_HOSTS: operatorKnownHosts };
}

/** Images, databases and mail servers that an environment's hosts will ask for. */
export function surroundingsOf(environment: string, state: StatePaths): Surroundings {
  const config = configurationOf(environment, state);
  const { database, dns, registry, resolvedServices, signOn } = config;
  return {
    images: [
      ...hostServices(resolvedServices).flatMap(({ name, image }) => {
        const plays = players[name];
        return plays === undefined || image.tag === undefined
          ? []
          : [{ reference: imageReference(image, registry.name), plays }];
      }),
      ...(gatedServices(resolvedServices).length > 0
        ? [{ reference: signOnProxy.image, plays: signOnProxy.unit }]
        : []),
    ],
    databases: [
      {
        projectRef: database.projectRef,
        poolerHost: database.poolerHost,
        ownerSecret: "supabaseOwnerPassword",
      },
      ...(database.secondary
        ? [{ ...database.secondary, ownerSecret: "supabaseSecondaryOwnerPassword" }]
        : []),
    ],
    apps: appServices(resolvedServices).flatMap(({ name, appName, image }) => {
      const plays = players[name];
      const declared = image.tag === undefined ? [] : [imageReference(image, registry.name)];
      const images = [...new Set([...declared, ...imagesFound(appName)])];
      return plays === undefined ? [] : [{ app: appName, plays, images }];
    }),
    repositories: [{ url: addonsRepository, folder: addonsFolder(state) }],
    google: { clients: googleClients(resolvedServices), accounts: accountsOf(signOn.emailDomains) },
    mailNames: ["smtp.zoho.com"],
    registered: dns.provider === "cloudflare" ? "cloudflare" : "digitalocean",
  };
}

const seedSchema = z.object({
  apps: z.array(
    z.object({
      spec: z.object({
        name: z.string(),
        services: z.array(z.object({ image: imageSource.optional() })).default([]),
      }),
    }),
  ),
});

/** Images that an app of the account runs already, which may not be those that the program declares. */
function imagesFound(app: string): string[] {
  const { apps } = seedSchema.parse(JSON.parse(readFileSync(seedFile, "utf8")));
  const services = apps.flatMap(({ spec }) => (spec.name === app ? spec.services : []));
  return services.flatMap(({ image }) => (image === undefined ? [] : [referenceOf(image)]));
}

const droplets = z.object({
  droplets: z.array(
    z.object({
      id: z.number(),
      runs: z.array(z.string()).default([]),
      left_behind: z.array(z.string()).default([]),
    }),
  ),
});

/**
 * What ran on the account's droplets before, by the seed: the services of the catalogue that are played as old ones too, and what
 * none of them goes on with.
 */
export function oldServices(environment: string): OldService[] {
  const { droplets: found } = droplets.parse(JSON.parse(readFileSync(seedFile, "utf8")));
  const repositorys = readFileSync(join(root, `Pulumi.${environment}.yaml`), "utf8");
  const { resolvedServices, registry } = configurationIn(repositorys, environment);
  const services = hostServices(resolvedServices).map(({ name, hostName, image }) => ({
    name,
    hostName,
    image: imageReference(image, registry.name),
  }));
  return found.flatMap(({ id: droplet, runs, left_behind: leftBehind }) => {
    const continued = services.filter(({ name }) => runs.includes(name));
    // Whoever plays Odoo plays what is left behind too.
    const player = services.find(({ name }) => name === "odoo")?.image;
    const left = player === undefined ? [] : leftBehind.map((name) => ({ name, image: player }));
    return [...continued, ...left].map((one) => ({ ...one, droplet }));
  });
}

/** Whoever has to be there to see who is let in and who is not. */
function accountsOf(domains: readonly string[]): Surroundings["google"]["accounts"] {
  return [
    ...domains.flatMap((domain) => [
      { email: `allowed@${domain}`, name: "May sign in", verified: true, hostedDomain: domain },
      { email: `unverified@${domain}`, name: "Address not verified", verified: false },
    ]),
    { email: "outside@example.org", name: "On no list", verified: true },
  ];
}

/** How every service of an environment answers when it is well; one that is still to be moved is not ours yet. */
export function healthQuestions(environment: string, state: StatePaths): HealthQuestion[] {
  const { resolvedServices } = configurationOf(environment, state);
  const ours = resolvedServices.filter((service) => service.kind !== "host" || !service.awaitsMove);
  return ours.map(({ name, url, health }) => ({
    name,
    url: `${url}${health.path}`,
    status: health.status,
    body: health.body,
  }));
}

const settingsSchema = z.object({ config: z.record(z.string(), z.unknown()) });

/** The environment's settings as the program will see them in here. Values of secrets are not looked at. */
function configurationOf(environment: string, state: StatePaths): Configuration {
  const text = readText(environmentPaths(state.root, environment).config);
  if (text === undefined)
    throw new Failure(
      `${environment} has no settings in this sandbox yet`,
      `./scripts/sandbox up ${environment}`,
    );
  return configurationIn(text, environment);
}

function configurationIn(text: string, environment: string): Configuration {
  const { config } = settingsSchema.parse(parse(text));
  const prefix = "insightpulse:";
  const plain = Object.entries(config)
    .filter(([key]) => key.startsWith(prefix) && !secretNames.has(key.slice(prefix.length)))
    .map(([key, value]) => [key.slice(prefix.length), asRead(value)] as const);
  return loadConfiguration({
    stack: environment,
    values: Object.fromEntries(plain),
    secretKeys: secretNames,
  });
}

/** The engine writes numbers and truth values as text, and reads them back as what they are. */
function asRead(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
