/**
 * List prices of everything that is not a droplet or an app, in USD a month.
 *
 * Source: https://www.digitalocean.com/pricing and the public price lists read in August 2026.
 */

/** The subscription that covers every Spaces bucket of the account: 250 GiB stored, 1 TiB outbound. */
export const spacesSubscriptionUsd = 5;

/** One GiB of block storage. */
export const volumeGibUsd = 0.1;

/** One uptime check; the first of the account is free. */
export const uptimeCheckUsd = 1;

/** Weekly droplet backups, as a part of the droplet's price. */
export const dropletBackupShare = 0.2;

/** Container registry tiers. Starter holds one repository of at most 500 MiB. */
export const registryTiers: Readonly<Record<string, { monthlyUsd: number; repositories: number }>> = {
  starter: { monthlyUsd: 0, repositories: 1 },
  basic: { monthlyUsd: 5, repositories: 5 },
  professional: { monthlyUsd: 20, repositories: Number.POSITIVE_INFINITY },
};
