import { appServices, type ResolvedService } from "../resolve.ts";
import type { Settings } from "../schema.ts";
import { appSizes } from "../tables/app-sizes.ts";
import { dropletSizes } from "../tables/droplet-sizes.ts";
import {
  dropletBackupShare,
  registryTiers,
  spacesSubscriptionUsd,
  uptimeCheckUsd,
  volumeGibUsd,
} from "../tables/prices.ts";

/** One line of the bill. */
export interface CostRow {
  readonly item: string;
  readonly monthlyUsd: number;
  readonly note?: string;
}

/** What an environment costs a month by list price. */
export interface MonthlyCost {
  readonly totalUsd: number;
  readonly budgetUsd: number;
  readonly withinBudget: boolean;
  readonly rows: readonly CostRow[];
  /** What the total leaves out, so that nobody takes it for the whole bill. */
  readonly leftOut: readonly string[];
}

type PricedSettings = Pick<
  Settings,
  "environment" | "hosts" | "volumes" | "registry" | "budget" | "database"
>;

/** The bill of an environment, from the price tables and nothing else. */
export function monthlyCost(services: readonly ResolvedService[], settings: PricedSettings): MonthlyCost {
  const rows = [
    ...hostRows(settings),
    ...appServices(services).map(
      ({ title, size }): CostRow => ({
        item: `${title}, ${size}`,
        monthlyUsd: appSizes[size]?.monthlyUsd ?? 0,
      }),
    ),
    ...Object.entries(settings.volumes).map(
      ([name, { sizeGib }]): CostRow => ({
        item: `volume ${name}, ${sizeGib} GiB`,
        monthlyUsd: round(sizeGib * volumeGibUsd),
      }),
    ),
    ...accountRows(services, settings),
  ];
  const totalUsd = round(rows.reduce((sum, { monthlyUsd }) => sum + monthlyUsd, 0));
  return {
    totalUsd,
    budgetUsd: settings.budget.monthlyUsd,
    withinBudget: totalUsd <= settings.budget.monthlyUsd,
    rows,
    leftOut: [
      "taxes",
      "the domain's registration",
      "traffic and storage beyond what is included",
      "snapshots",
      "use of AI models by the agent",
      "Supabase beyond its free plan (500 MB; Pro is $25)",
    ],
  };
}

function hostRows({ hosts }: PricedSettings): CostRow[] {
  return Object.values(hosts).flatMap(({ name, size, backups, diskGib }) => {
    const offer = dropletSizes[size];
    if (offer === undefined) return [];
    const gpu = offer.gpu === undefined ? "" : `, ${offer.gpu.model}, billed by the hour`;
    const row: CostRow = { item: `droplet ${name}, ${size}${gpu}`, monthlyUsd: offer.monthlyUsd };
    const oldPlan = diskGib !== undefined && diskGib > offer.diskGib;
    const rows = [
      oldPlan ? { ...row, note: `keeps a disk of ${diskGib} GiB that no size at this price has today` } : row,
    ];
    if (backups) {
      rows.push({
        item: `weekly backups of ${name}`,
        monthlyUsd: round(offer.monthlyUsd * dropletBackupShare),
      });
    }
    return rows;
  });
}

/** What is billed once for the account stands on production's bill. */
function accountRows(services: readonly ResolvedService[], settings: PricedSettings): CostRow[] {
  const isProduction = settings.environment === "prod";
  const billedChecks = services.length - (isProduction ? 1 : 0);
  const { managed, name, tier } = settings.registry;
  return [
    isProduction
      ? { item: "Spaces, 250 GiB for all buckets", monthlyUsd: spacesSubscriptionUsd }
      : { item: "Spaces", monthlyUsd: 0, note: "in production's subscription" },
    ...(managed
      ? [{ item: `container registry ${name}, ${tier}`, monthlyUsd: registryTiers[tier]?.monthlyUsd ?? 0 }]
      : []),
    { item: `${services.length} uptime checks`, monthlyUsd: round(billedChecks * uptimeCheckUsd) },
  ];
}

function round(usd: number): number {
  return Math.round(usd * 100) / 100;
}
