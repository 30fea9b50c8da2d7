import { isIPv6 } from "node:net";
import type { Site } from "./front/site.ts";
import { ownServers } from "./names/cloud-names.ts";
import type { NameRecord } from "./names/records.ts";
import type { InternetSettings } from "./settings.ts";

/** The world's names live as short as its servers in here. */
const ttl = 60;

/**
 * Every name of the world that leads to one of the sandbox's servers.
 *
 * @param sites all but App Platform, whose wildcard is no name: there are the apps' own
 * @param appHosts default names of the apps there are
 */
export function worldRecords(
  { addresses, projects, mailNames }: Pick<InternetSettings, "addresses" | "projects" | "mailNames">,
  sites: readonly Site[],
  appHosts: readonly string[],
): NameRecord[] {
  const web = [...sites.flatMap(({ names }) => names), ...appHosts];
  const poolers = [...new Set(projects.map(({ poolerHost }) => poolerHost))];
  return [
    ...web.map((name) => record(name, addresses.web)),
    ...poolers.map((name) => record(name, addresses.pooler)),
    ...projects.map(({ projectRef, address }) => record(`db.${projectRef}.supabase.co`, address)),
    ...mailNames.map((name) => record(name, addresses.mail)),
    // Whoever asks a zone's own servers meets the same ones, on each of their addresses.
    ...Object.values(ownServers).flatMap((names) =>
      names.flatMap((name) => addresses.names.map((address) => record(name, address))),
    ),
  ];
}

function record(name: string, address: string): NameRecord {
  return { name, ttl, type: isIPv6(address) ? "AAAA" : "A", address };
}
