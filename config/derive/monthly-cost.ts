import { lookup } from "../records.ts";
import { appServices, type ResolvedService } from "../resolve.ts";
import type { Settings } from "../schema.ts";
import { appSizes } from "../tables/app-sizes.ts";
import { dropletSizes } from "../tables/droplet-sizes.ts";
import type { Evidence, Price } from "../tables/price.ts";
import {
  dropletBackups,
  registryTiers,
  spacesSubscription,
  uptimeCheck,
  volumeGib,
} from "../tables/prices.ts";
import { roundUsd } from "./money.ts";

/** One line of the bill. */
export interface CostLine extends Price {
  /** What is billed, in words that stay when its size changes: two bills are compared line by line. */
  readonly item: string;
  /** Size, tier or amount, which the price follows from. */
  readonly detail: string;
  readonly note?: string;
}

/** What an environment costs a month by list price. */
export interface MonthlyCost {
  readonly environment: string;
  readonly lines: readonly CostLine[];
  readonly totalUsd: number;
  readonly budgetUsd: number;
  /** How much the total is above the budget; negative below it. */
  readonly overBudgetUsd: number;
  /** Why more than the budget is accepted, and how much. */
  readonly accepted?: { readonly usd: number; readonly because: string };
}

/** The sections a bill follows from. */
export type PricedSettings = Pick<Settings, "environment" | "hosts" | "volumes" | "registry" | "budget">;

/**
 * The bill of an environment, from the price tables and nothing else.
 *
 * @throws Error naming a size that no table has
 */
export function monthlyCost(services: readonly ResolvedService[], settings: PricedSettings): MonthlyCost {
  const { environment, budget } = settings;
  const lines = [
    ...hostLines(settings),
    ...appServices(services).map(({ name, size }) => {
      const offer = lookup(appSizes, size, "App Platform size");
      return line(`app ${name}`, size, offer, offer.monthlyUsd);
    }),
    ...Object.entries(settings.volumes).map(([name, { sizeGib }]) =>
      line(`volume ${name}`, `${sizeGib} GiB`, volumeGib, sizeGib * volumeGib.monthlyUsd),
    ),
    ...accountLines(services, settings),
  ];
  const totalUsd = roundUsd(lines.reduce((sum, { monthlyUsd }) => sum + monthlyUsd, 0));
  return {
    environment,
    lines,
    totalUsd,
    budgetUsd: budget.monthlyUsd,
    overBudgetUsd: roundUsd(totalUsd - budget.monthlyUsd),
    ...acceptedOf(budget),
  };
}

/** Above its budget, an environment may cost what somebody has accepted; a reason alone accepts no amount. */
function acceptedOf({ acceptedUsd: usd, exceededBecause: because }: PricedSettings["budget"]) {
  return usd === undefined || because === undefined ? {} : { accepted: { usd, because } };
}

/** What a bill may come to: its budget, or what is accepted above it. */
export function limitUsd({ budgetUsd, accepted }: MonthlyCost): number {
  return Math.max(budgetUsd, accepted?.usd ?? 0);
}

function line(
  item: string,
  detail: string,
  { asOf, source, certainty }: Evidence,
  monthlyUsd: number,
): CostLine {
  return { item, detail, monthlyUsd: roundUsd(monthlyUsd), asOf, source, certainty };
}

function hostLines({ hosts }: PricedSettings): CostLine[] {
  return Object.entries(hosts).flatMap(([key, { name, size, backups, diskGib }]) => {
    const offer = lookup(dropletSizes, size, "droplet size");
    const gpu = offer.gpu === undefined ? "" : `, ${offer.gpu.model}, billed by the hour`;
    const droplet = line(`host ${key}`, `${name}, ${size}${gpu}`, offer, offer.monthlyUsd);
    const oldPlan = diskGib !== undefined && diskGib > offer.diskGib;
    const lines = [
      oldPlan
        ? { ...droplet, note: `keeps a disk of ${diskGib} GiB that no size at this price has today` }
        : droplet,
    ];
    if (backups) {
      const { weekly } = dropletBackups;
      lines.push(line(`backups of host ${key}`, "weekly", weekly, offer.monthlyUsd * weekly.share));
    }
    return lines;
  });
}

/** What is billed once for the account stands on production's bill. */
function accountLines(services: readonly ResolvedService[], settings: PricedSettings): CostLine[] {
  const isProduction = settings.environment === "prod";
  const billedChecks = services.length - (isProduction ? 1 : 0);
  const { managed, name, tier } = settings.registry;
  return [
    isProduction
      ? line("Spaces", "250 GiB for all buckets", spacesSubscription, spacesSubscription.monthlyUsd)
      : { ...line("Spaces", "", spacesSubscription, 0), note: "in production's subscription" },
    ...(managed
      ? [line(`container registry ${name}`, tier, registryTiers[tier], registryTiers[tier].monthlyUsd)]
      : []),
    {
      ...line("uptime checks", `${services.length}`, uptimeCheck, billedChecks * uptimeCheck.monthlyUsd),
      ...(isProduction ? { note: "the account's first is free" } : {}),
    },
  ];
}
