import { nameServers } from "../machines/addresses.ts";

/** Where the world's servers are, in the sandbox's network: a range that nobody in the real world has. */
export const addresses = {
  names: [...nameServers],
  web: "198.19.0.1",
  pooler: "198.19.0.2",
  mail: "198.19.0.3",
  /** Of the direct host of a database project: IPv6 alone, as Supabase has it. */
  database: (index: number) => `fd00:5432::${index + 1}`,
} as const;

const projects = 8;

/** Lines for `ip` that give the network these addresses. */
export const addressLines: readonly string[] = [
  ...[addresses.web, addresses.pooler, addresses.mail].map((one) => `address replace ${one}/32 dev lo`),
  ...Array.from(
    { length: projects },
    (_, index) => `address replace ${addresses.database(index)}/128 dev lo nodad`,
  ),
];
