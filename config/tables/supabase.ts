import type { Evidence } from "./price.ts";

/** Limits of Supabase's smallest project. The database's size is the inventory's own figure too. */
export const smallestProject: Evidence & {
  /** MB of data; a project on the free plan becomes read-only above it. */
  readonly databaseMb: number;
  /** Connections that the poolers keep to the database for each user. */
  readonly pooledConnections: number;
} = {
  databaseMb: 500,
  pooledConnections: 15,
  asOf: "2026-11",
  source: "https://supabase.com/docs/guides/platform/compute-and-disk",
  certainty: "unconfirmed",
};

/** Ports of a project: `session` is also the database's own. https://supabase.com/docs/guides/database/connecting-to-postgres */
export const poolerPorts = {
  /** Sessions, prepared statements and LISTEN work. */
  session: 5432,
  /** Many short transactions, no session state. */
  transaction: 6543,
} as const;
