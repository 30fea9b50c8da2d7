import { appServices, type ResolvedService } from "../resolve.ts";
import { appSizes } from "../tables/app-sizes.ts";
import { dropletSizes, recoverySize } from "../tables/droplet-sizes.ts";
import type { Evidence } from "../tables/price.ts";
import {
  dropletBackups,
  outboundGib,
  registryTiers,
  snapshotGib,
  spacesGib,
  supabasePlans,
  unassignedReservedIp,
} from "../tables/prices.ts";
import { roundUsd } from "./money.ts";
import type { PricedSettings } from "./monthly-cost.ts";

/** Something that is on no bill of this program, and may still be paid. */
export interface CostExclusion {
  readonly item: string;
  /** USD a month it would add; left out where no list price says. */
  readonly monthlyUsd?: number;
  /** What the amount is for, where it is not the whole: `GiB`. */
  readonly per?: string;
  readonly reason: string;
  readonly evidence?: Evidence;
}

/** What a bill leaves out: first what was decided against and is likely to come, then what depends on use. */
export function costExclusions(
  services: readonly ResolvedService[],
  settings: PricedSettings,
): CostExclusion[] {
  return [
    {
      item: "Supabase Pro",
      monthlyUsd: supabasePlans.pro.monthlyUsd,
      reason: "the free plan ends at 500 MB, where the database becomes read-only",
      evidence: supabasePlans.pro,
    },
    ...registryExclusions(settings),
    ...appExclusions(services),
    ...hostExclusions(settings),
    {
      item: "a reserved IP without a droplet",
      monthlyUsd: unassignedReservedIp.monthlyUsd,
      per: "address",
      reason: "assigned ones are free",
      evidence: unassignedReservedIp,
    },
    {
      item: "snapshots",
      monthlyUsd: snapshotGib.monthlyUsd,
      per: "GiB",
      reason: "taken by hand, kept until they are deleted",
      evidence: snapshotGib,
    },
    {
      item: "Spaces beyond 250 GiB",
      monthlyUsd: spacesGib.monthlyUsd,
      per: "GiB",
      reason: "backups in both regions count, and old versions of objects",
      evidence: spacesGib,
    },
    {
      item: "traffic beyond what is included",
      monthlyUsd: outboundGib.monthlyUsd,
      per: "GiB",
      reason: "each droplet brings an allowance; only what goes out counts",
      evidence: outboundGib,
    },
    { item: "AI models of the agent", reason: "billed by use" },
    { item: "the domain's registration", reason: "billed by its registrar" },
    { item: "taxes", reason: "list prices are without them" },
  ];
}

function registryExclusions({ registry }: PricedSettings): CostExclusion[] {
  if (!registry.managed || registry.tier !== "starter") return [];
  const { starter, basic } = registryTiers;
  return [
    {
      item: "container registry, basic",
      monthlyUsd: basic.monthlyUsd - starter.monthlyUsd,
      reason: `starter holds ${starter.repositories} repository; basic ${basic.repositories}`,
      evidence: basic,
    },
  ];
}

/** The next more memory for each app. */
function appExclusions(services: readonly ResolvedService[]): CostExclusion[] {
  return appServices(services).flatMap(({ name, size }) => {
    const current = appSizes[size];
    if (current === undefined) return [];
    const [bigger] = Object.entries(appSizes)
      .filter(([, { memoryMib }]) => memoryMib > current.memoryMib)
      .sort(([, left], [, right]) => left.monthlyUsd - right.monthlyUsd);
    if (bigger === undefined) return [];
    const [slug, offer] = bigger;
    return [
      {
        item: `app ${name} on ${slug}`,
        monthlyUsd: offer.monthlyUsd - current.monthlyUsd,
        reason: `${offer.memoryMib} MiB of memory instead of ${current.memoryMib}`,
        evidence: offer,
      },
    ];
  });
}

function hostExclusions({ hosts }: PricedSettings): CostExclusion[] {
  const backups = (["weekly", "daily"] as const).flatMap((plan): CostExclusion[] => {
    const { share, ...evidence } = dropletBackups[plan];
    const without = Object.values(hosts).filter((host) => !host.backups);
    const dropletsUsd = without.reduce((sum, { size }) => sum + (dropletSizes[size]?.monthlyUsd ?? 0), 0);
    if (dropletsUsd === 0) return [];
    const reason = `${share * 100} % of the price of each droplet that has none`;
    return [{ item: `${plan} droplet backups`, monthlyUsd: roundUsd(dropletsUsd * share), reason, evidence }];
  });
  const recoveries = Object.entries(hosts).flatMap(([key, host]): CostExclusion[] => {
    const size = dropletSizes[host.size];
    if (size === undefined) return [];
    const slug = recoverySize({ size, diskGib: host.diskGib ?? size.diskGib, region: host.region });
    const offer = slug === undefined ? undefined : dropletSizes[slug];
    if (offer === undefined || offer.monthlyUsd <= size.monthlyUsd) return [];
    const item = `host ${key} rebuilt on ${slug}`;
    const reason = `after a loss, as its disk of ${host.diskGib} GiB fits on no smaller size; and today, if it is billed as that size`;
    return [{ item, monthlyUsd: offer.monthlyUsd - size.monthlyUsd, reason, evidence: offer }];
  });
  return [...backups, ...recoveries, ...gpuExclusions(hosts)];
}

/** What a GPU would cost where the inventory speaks of one. */
function gpuExclusions(hosts: PricedSettings["hosts"]): CostExclusion[] {
  const current = hosts.ocr && dropletSizes[hosts.ocr.size];
  const [cheapest] = Object.entries(dropletSizes)
    .filter(([, { gpu }]) => gpu !== undefined)
    .sort(([, left], [, right]) => left.monthlyUsd - right.monthlyUsd);
  if (current === undefined || current.gpu !== undefined || cheapest === undefined) return [];
  const [slug, offer] = cheapest;
  return [
    {
      item: `host ocr with a GPU, ${slug}`,
      monthlyUsd: offer.monthlyUsd - current.monthlyUsd,
      reason: "the inventory speaks of one; its price is that of a droplet without",
      evidence: offer,
    },
  ];
}
