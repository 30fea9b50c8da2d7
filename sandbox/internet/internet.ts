import { join } from "node:path";
import { startPebble } from "./acme/pebble.ts";
import { Authority } from "./authority.ts";
import { internetFiles } from "./files.ts";
import { cloudSites } from "./front/cloud-sites.ts";
import { startFront } from "./front/front.ts";
import { agents, appPlatform, supabaseRest } from "./front/pages.ts";
import type { Site } from "./front/site.ts";
import { slack } from "./front/slack.ts";
import { startMailServer } from "./mail/server.ts";
import { CloudNameSource } from "./names/cloud-names.ts";
import { type Names, resolveName } from "./names/resolve.ts";
import { startNameServer } from "./names/server.ts";
import { registries } from "./registry/registry.ts";
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
  const { addresses, folder, images, mailNames, projects, registered, tools } = settings;
  const files = internetFiles(folder);
  const authority = await Authority.open(files.authority);
  trust(files.trust, "sandbox", authority.certificate);

  const sites: Site[] = [
    ...cloudSites(settings.cloudFolder),
    slack(files.slack),
    registries(images, tools.layer),
    supabaseRest(projects.map(({ projectRef }) => projectRef)),
    ...[agents, appPlatform],
  ];
  const source = new CloudNameSource(join(settings.cloudFolder, "state.json"));
  const names = (): Names => {
    const { zones, appHosts } = source.read();
    return { zones, world: worldRecords(settings, sites, appHosts), registered };
  };
  for (const address of addresses.names) keep(await startNameServer(address, ports.names, names));

  const acme = keep(
    await startPebble({
      executable: tools.pebble,
      folder: files.pebble,
      authority,
      nameServer: `${addresses.names[0]}:${ports.names}`,
    }),
  );
  sites.push(acme.site);
  // One more each time: certificates that an earlier start has issued are still served somewhere.
  trust(files.trust, `acme-${Date.now()}`, acme.root);

  const aliasesOf = (host: string) => [
    host,
    ...resolveName(names(), host, "A").answers.map(({ name }) => name),
  ];
  keep(await startFront({ address: addresses.web, port: ports.https, authority, sites, aliasesOf }));
  for (const port of ports.mail) {
    keep(await startMailServer(addresses.mail, port, mailNames, authority, files.mail));
  }
  await startDatabases(settings, authority, keep);
}

async function startDatabases(
  { addresses, folder, projects, tools }: InternetSettings,
  authority: Authority,
  keep: <T extends Stoppable>(server: T) => T,
): Promise<void> {
  const { databaseRoot: root } = tools;
  if (root === undefined || projects.length === 0) return;
  const running = await Promise.all(
    projects.map(async ({ poolerHost: _, roles, ...project }): Promise<RunningProject> => {
      const place = join(internetFiles(folder).databases, project.projectRef);
      const one = keep(
        await startProject({ ...project, port: ports.database }, { root, folder: place, authority }),
      );
      await one.ensureRoles(roles);
      return one;
    }),
  );
  const pair = await authority.issue([...new Set(projects.map(({ poolerHost }) => poolerHost))]);
  for (const mode of ["session", "transaction"] as const) {
    const behind = new Map(running.map(({ projectRef, poolers }) => [projectRef, poolers[mode]]));
    const where = { address: addresses.pooler, port: ports.poolers[mode] };
    keep<Pooler>(await startPooler({ ...where, ...pair, projects: behind }));
  }
}
