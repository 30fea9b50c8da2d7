import { appSizes } from "./app-sizes.ts";
import { dropletSizes } from "./droplet-sizes.ts";
import type { Evidence } from "./price.ts";
import * as prices from "./prices.ts";

/** One price of any table. */
export interface ListedPrice {
  readonly of: string;
  /** USD a month, or the part of another price, in words. */
  readonly amount: string;
  readonly evidence: Evidence;
}

/** Names of the single prices, as a reader knows them. */
const singles = {
  "Spaces, the account's subscription": prices.spacesSubscription,
  "Spaces, each GiB beyond it": prices.spacesGib,
  "volume, each GiB": prices.volumeGib,
  "snapshot, each GiB": prices.snapshotGib,
  "uptime check, each after the first": prices.uptimeCheck,
  "reserved IP without a droplet": prices.unassignedReservedIp,
  "outbound traffic, each GiB beyond the allowance": prices.outboundGib,
} as const;

/** Every price of every table, in the order of the bill. */
export function allPrices(): ListedPrice[] {
  const tables = [
    ["droplet", dropletSizes],
    ["app", appSizes],
    ["container registry,", prices.registryTiers],
    ["Supabase,", prices.supabasePlans],
  ] as const;
  const priced = [
    ...tables.flatMap(([kind, rows]) =>
      Object.entries(rows).map(([key, row]) => [`${kind} ${key}`, row] as const),
    ),
    ...Object.entries(singles),
  ];
  return [
    ...priced.map(([of, price]) => ({ of, amount: `$${price.monthlyUsd}`, evidence: price })),
    ...Object.entries(prices.dropletBackups).map(([plan, backup]) => ({
      of: `${plan} droplet backups`,
      amount: `${backup.share * 100} % of the droplet`,
      evidence: backup,
    })),
  ];
}
