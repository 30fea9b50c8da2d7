import { nameServers } from "../machines/addresses.ts";
import type { InternetSettings } from "./settings.ts";

/**
 * Addresses of the world's servers in the sandbox's network namespace: of the range for benchmarks (RFC 2544), which
 * nobody on the real internet has. The name servers are the vendor's own resolvers by their real addresses, since
 * machines know no others.
 */
export const internetAddresses: InternetSettings["addresses"] = {
  names: [...nameServers],
  web: "198.19.0.1",
  pooler: "198.19.0.2",
  mail: "198.19.0.3",
};

/** Address of the direct host of a Supabase project, by the project's place in the list: an IPv6 one, as at Supabase. */
export const databaseAddress = (index: number): string => `fd00:198:19::${(index + 1).toString(16)}`;

/** Lines of `ip` that give a namespace every address the internet needs. Once more does no harm. */
export function internetAddressLines(projects: number): string[] {
  const { names, web, pooler, mail } = internetAddresses;
  const databases = Array.from({ length: projects }, (_, index) => databaseAddress(index));
  return [
    // Of link scope, so that nothing in the namespace takes one for its own when it goes out to a machine.
    ...[...names, web, pooler, mail].map((address) => `address replace ${address}/32 dev lo scope link`),
    ...databases.map((address) => `address replace ${address}/128 dev lo nodad`),
  ];
}
