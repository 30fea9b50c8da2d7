import { join } from "node:path";
import { sealingKeyOf } from "../cloud/core/credentials.ts";
import { Sealer } from "../cloud/core/sealing.ts";
import { makeFolder, writeWhole } from "../engine/files.ts";
import { type Acme, startPebble } from "./acme/pebble.ts";
import { Apps } from "./apps/apps.ts";
import { standInBuild } from "./apps/image-of.ts";
import { Authority } from "./authority.ts";
import { Images } from "./containers/images.ts";
import { ContainerLinks } from "./containers/network.ts";
import { internetFiles } from "./files.ts";
import { appPlatform } from "./front/app-platform.ts";
import { cloudSites } from "./front/cloud-sites.ts";
import { startFront } from "./front/front.ts";
import { agents, supabaseRest } from "./front/pages.ts";
import type { Site } from "./front/site.ts";
import { slack } from "./front/slack.ts";
import { gitHosts } from "./git/host.ts";
import { google } from "./google/google.ts";
import { startMailServer } from "./mail/server.ts";
import { CloudNameSource } from "./names/cloud-names.ts";
import { forgetCutOff, reachable } from "./names/cut-off.ts";
import { type Names, resolveName } from "./names/resolve.ts";
import { startNameServer } from "./names/server.ts";
import { accountRegistry, accountRegistryHost } from "./registry/account-registry.ts";
import { parseReference, type StandInImage } from "./registry/images.ts";
import { playedApps } from "./registry/layer.ts";
import { RegistryAccount } from "./registry/logins.ts";
import { registries } from "./registry/registry.ts";
import { startRegistryServer } from "./registry/registry-server.ts";
import { stockRegistry } from "./registry/stock.ts";
import type { InternetSettings } from "./settings.ts";
import { type Pooler, startPooler } from "./supabase/pooler.ts";
import { type RunningProject, startProject } from "./supabase/project.ts";
import { trust } from "./trust.ts";
import { worldRecords } from "./world.ts";

const ports = {
  names: 53,
  https: 443,
  database: 5432,
  poolers: { session: 5432, transaction: 6543 },
  /** DigitalOcean blocks the first two on droplets; senders there take the last. */
  mail: [25, 587, 2525],
} as const;

interface Stoppable {
  stop(): Promise<void>;
}

/** Starts every server of the world in this network namespace. Whatever started is stopped again when one does not. */
export async function startInternet(settings: InternetSettings): Promise<Stoppable> {
  const started: Stoppable[] = [];
  const keep = <T extends Stoppable>(server: T): T => {
    started.unshift(server);
    return server;
  };
  const stop = async () => {
    for (const server of started) await server.stop();
  };
  try {
    await startAll(settings, keep);
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

async function startAll(
  settings: InternetSettings,
  keep: <T extends Stoppable>(server: T) => T,
): Promise<void> {
  const { addresses, folder, mailNames, projects, registered, repositories, tools } = settings;
  const images = [
    ...settings.images,
    ...playedApps.map((plays) => ({ reference: standInBuild(plays), plays })),
  ];
  const ofAccount = (image: StandInImage) => parseReference(image.reference).registry === accountRegistryHost;
  const account = new RegistryAccount(settings.cloudFolder);
  forgetCutOff(folder);
  const files = internetFiles(folder);
  const authority = await Authority.open(files.authority);
  trust(files.trust, "sandbox", authority.certificate);

  const sites: Site[] = [
    ...cloudSites(settings.cloudFolder),
    slack(files.slack),
    registries(
      images.filter((image) => !ofAccount(image)),
      tools.layer,
      tools.builtImages,
    ),
    google(settings.google),
    gitHosts(repositories),
    supabaseRest(projects.map(({ projectRef }) => projectRef)),
    agents,
  ];
  const source = new CloudNameSource(join(settings.cloudFolder, "state.json"));
  const names = (): Names => {
    const { zones, appHosts } = source.read();
    const named = sites.filter((site) => site !== platform);
    return { zones, world: reachable(worldRecords(settings, named, appHosts), folder), registered };
  };
  const aliasesOf = (host: string) => [
    host,
    ...resolveName(names(), host, "A").answers.map(({ name }) => name),
  ];
  const apps = keep(makeApps(settings, account));
  const platform = appPlatform(apps, aliasesOf);
  sites.push(platform);

  await together([
    ...addresses.names.map(async (address) => keep(await startNameServer(address, ports.names, names))),
    startRegistry(settings, account, images.filter(ofAccount), keep).then((site) => sites.push(site)),
    startAcme(settings, authority).then((acme) => sites.push(keep(acme).site)),
    startFront({ address: addresses.web, port: ports.https, authority, sites, aliasesOf }).then(keep),
    ...ports.mail.map(async (port) =>
      keep(await startMailServer(addresses.mail, port, mailNames, authority, files.mail)),
    ),
    startDatabases(settings, authority, keep),
  ]);
  // Their images come from the registries, through the front.
  apps.open();
}

/** Waits for all, so that whatever started is known when one did not; then that one's failure is thrown. */
async function together(starting: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(starting);
  for (const result of results) if (result.status === "rejected") throw result.reason;
}

function makeApps(
  { addresses, apps, cloudFolder, folder }: InternetSettings,
  account: RegistryAccount,
): Apps {
  const files = internetFiles(folder);
  const resolver = join(makeFolder(files.containers), "resolv.conf");
  writeWhole(resolver, addresses.names.map((address) => `nameserver ${address}\n`).join(""), 0o644);
  return new Apps(cloudFolder, {
    plays: new Map(apps.map(({ app, plays }) => [app, plays])),
    images: new Images({
      folder: makeFolder(join(files.containers, "images")),
      resolver,
      trustBundle: files.trustBundle,
      login: () => account.ownLogin(),
    }),
    containers: {
      folder: makeFolder(join(files.containers, "running")),
      links: new ContainerLinks(),
      // Names are the sandbox's, and so are the authorities that vouch for them.
      files: { "/etc/resolv.conf": resolver, "/etc/ssl/certs/ca-certificates.crt": files.trustBundle },
    },
    logs: files.apps,
    sealer: () => new Sealer(sealingKeyOf(cloudFolder)),
  });
}

async function startRegistry(
  { folder, tools }: InternetSettings,
  account: RegistryAccount,
  images: readonly StandInImage[],
  keep: <T extends Stoppable>(server: T) => T,
): Promise<Site> {
  const place = internetFiles(folder).registry;
  const server = keep(await startRegistryServer(tools.registryServer, place));
  await stockRegistry(server.url, place, images, tools.layer, tools.builtImages);
  return accountRegistry(account, server.url);
}

async function startAcme(
  { addresses, folder, tools }: InternetSettings,
  authority: Authority,
): Promise<Acme> {
  const files = internetFiles(folder);
  const acme = await startPebble({
    executable: tools.pebble,
    folder: files.pebble,
    authority,
    nameServer: `${addresses.names[0]}:${ports.names}`,
  });
  // One more each time: certificates that an earlier start has issued are still served somewhere.
  trust(files.trust, `acme-${Date.now()}`, acme.root);
  return acme;
}

async function startDatabases(
  { addresses, folder, projects, tools }: InternetSettings,
  authority: Authority,
  keep: <T extends Stoppable>(server: T) => T,
): Promise<void> {
  const { databaseRoot: root, databaseServer: server } = tools;
  if (root === undefined || projects.length === 0) return;
  const running: RunningProject[] = [];
  await together(
    projects.map(async ({ poolerHost: _, roles, ...project }) => {
      const place = join(internetFiles(folder).databases, project.projectRef);
      const one = keep(
        await startProject({ ...project, port: ports.database }, { root, folder: place, authority, server }),
      );
      running.push(one);
      if (roles.length > 0) await one.ensureRoles(roles);
    }),
  );
  const pair = await authority.issue([...new Set(projects.map(({ poolerHost }) => poolerHost))]);
  for (const mode of ["session", "transaction"] as const) {
    const behind = new Map(running.map(({ projectRef, poolers }) => [projectRef, poolers[mode]]));
    const where = { address: addresses.pooler, port: ports.poolers[mode] };
    keep<Pooler>(await startPooler({ ...where, ...pair, projects: behind }));
  }
}
