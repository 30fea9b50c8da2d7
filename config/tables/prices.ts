/** List prices of everything that is not a droplet or an app. */
import type { Evidence, Price } from "./price.ts";

const on = (source: string, certainty: Evidence["certainty"], asOf = "2026-08"): Evidence => ({
  asOf,
  source,
  certainty,
});

const storagePage = "https://docs.digitalocean.com/products/spaces/details/pricing/";
const dropletPage = "https://docs.digitalocean.com/products/droplets/details/pricing/";

/** The subscription that covers every Spaces bucket of the account: 250 GiB stored, 1 TiB outbound. */
export const spacesSubscription: Price = { monthlyUsd: 5, ...on(storagePage, "unconfirmed") };

/** One GiB stored in Spaces beyond the subscription. */
export const spacesGib: Price = { monthlyUsd: 0.02, ...on(storagePage, "unconfirmed") };

/** One GiB of block storage. */
export const volumeGib: Price = {
  monthlyUsd: 0.1,
  ...on("https://docs.digitalocean.com/products/volumes/details/pricing/", "unconfirmed"),
};

/** One GiB of a snapshot, of a droplet or a volume. */
export const snapshotGib: Price = {
  monthlyUsd: 0.06,
  ...on("https://docs.digitalocean.com/products/images/snapshots/details/pricing/", "quoted", "2026-11"),
};

/** One uptime check; the first of the account is free. */
export const uptimeCheck: Price = {
  monthlyUsd: 1,
  ...on("https://docs.digitalocean.com/products/uptime/details/pricing/", "unconfirmed"),
};

/** A reserved IPv4 address that is assigned to no droplet; an assigned one is free. */
export const unassignedReservedIp: Price = {
  monthlyUsd: 5,
  ...on("https://docs.digitalocean.com/products/networking/reserved-ips/details/pricing/", "unconfirmed"),
};

/** One GiB sent out beyond what the droplets include; what comes in, and what stays in a VPC, is free. */
export const outboundGib: Price = { monthlyUsd: 0.01, ...on(dropletPage, "vendor", "2025-04-22") };

/** Droplet backups, as a part of the droplet's price. */
export const dropletBackups: Readonly<Record<"weekly" | "daily", Evidence & { readonly share: number }>> = {
  weekly: {
    share: 0.2,
    ...on("https://docs.digitalocean.com/products/backups/details/pricing/", "vendor", "2026-03-09"),
  },
  daily: {
    share: 0.3,
    ...on("https://docs.digitalocean.com/products/backups/details/pricing/", "vendor", "2026-03-09"),
  },
};

/** One tier of the container registry. */
export interface RegistryTier extends Price {
  readonly repositories: number;
}

const registryPage = on(
  "https://docs.digitalocean.com/products/container-registry/details/pricing/",
  "vendor",
);

/** Container registry tiers. Starter holds one repository of at most 500 MiB. */
export const registryTiers: Readonly<Record<"starter" | "basic" | "professional", RegistryTier>> = {
  starter: { monthlyUsd: 0, repositories: 1, ...registryPage },
  basic: { monthlyUsd: 5, repositories: 5, ...registryPage },
  professional: { monthlyUsd: 20, repositories: Number.POSITIVE_INFINITY, ...registryPage },
};

const supabasePage = on("https://supabase.com/pricing", "quoted");

/** Supabase's plans, for one project. Free ends at 500 MB, where the database becomes read-only. */
export const supabasePlans: Readonly<Record<"free" | "pro", Price>> = {
  free: { monthlyUsd: 0, ...supabasePage },
  pro: { monthlyUsd: 25, ...supabasePage },
};
