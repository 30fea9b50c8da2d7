import { type ResolvedService, servicesOn } from "../resolve.ts";
import type { HostSettings } from "../schema.ts";
import { appSizes } from "../tables/app-sizes.ts";
import { type DropletSize, dropletSizes, isSoldIn } from "../tables/droplet-sizes.ts";
import { dropletBackups, registryTiers } from "../tables/prices.ts";
import { memoryCapacityMib, memoryNeeds, sum } from "./host-memory.ts";
import { roundUsd } from "./money.ts";
import type { PricedSettings } from "./monthly-cost.ts";

/** One setting that can be smaller. */
export interface CheaperSetting {
  /** Key path, such as `hosts.erp.size`. */
  readonly path: string;
  readonly from: string;
  readonly to: string;
  readonly savesUsd: number;
  /** Cores and GiB of memory that are given up, counted alike. */
  readonly capacity: number;
  /** What must be true for it to be possible; left out where nothing has to. */
  readonly condition?: string;
}

/** Settings that together save enough. */
export interface CheaperPlan {
  readonly settings: readonly CheaperSetting[];
  readonly savesUsd: number;
}

/**
 * What saves at least so much at the least cost in capacity: smaller sizes of hosts and apps, and a smaller tier of the
 * registry. Services, data and backups are never given up, and everything keeps what it needs at least.
 *
 * @returns undefined when nothing saves enough
 */
export function cheaperPlan(
  services: readonly ResolvedService[],
  settings: PricedSettings,
  savingUsd: number,
): CheaperPlan | undefined {
  const choices = [
    ...Object.entries(settings.hosts).map(([name, host]) => smallerHosts(name, host, services)),
    ...services.map(smallerApps),
    smallerRegistries(services, settings),
  ].filter((options) => options.length > 0);
  return everyChoice(choices)
    .map((chosen) => ({
      settings: chosen,
      savesUsd: roundUsd(sum(chosen.map(({ savesUsd }) => savesUsd))),
      capacity: sum(chosen.map(({ capacity }) => capacity)),
    }))
    .filter(({ savesUsd }) => savesUsd >= savingUsd)
    .sort(
      (left, right) =>
        left.capacity - right.capacity ||
        left.settings.length - right.settings.length ||
        right.savesUsd - left.savesUsd,
    )
    .map(({ settings: chosen, savesUsd }) => ({ settings: chosen, savesUsd }))[0];
}

function smallerHosts(
  name: string,
  host: HostSettings,
  services: readonly ResolvedService[],
): CheaperSetting[] {
  const size = dropletSizes[host.size];
  if (size === undefined) return [];
  const neededMib = sum(Object.values(memoryNeeds(servicesOn(name, services))));
  const share = 1 + (host.backups ? dropletBackups.weekly.share : 0);
  return best(
    Object.entries(dropletSizes)
      .filter(
        ([, offer]) =>
          offer.monthlyUsd < size.monthlyUsd &&
          (offer.gpu === undefined) === (size.gpu === undefined) &&
          isSoldIn(offer, host.region) &&
          memoryCapacityMib(offer) >= neededMib &&
          (host.diskGib === undefined || offer.diskGib >= host.diskGib),
      )
      .map(([slug, offer]) => ({
        ...{ path: `hosts.${name}.size`, from: host.size, to: slug },
        savesUsd: roundUsd((size.monthlyUsd - offer.monthlyUsd) * share),
        capacity: lost(size, offer),
        // A disk never shrinks, and the settings do not say how large the one is that is there.
        ...(offer.diskGib < size.diskGib && host.diskGib === undefined
          ? { condition: `its disk is no larger than ${offer.diskGib} GiB` }
          : {}),
      })),
  );
}

function lost(from: DropletSize, to: DropletSize): number {
  return Math.max(0, from.vcpus - to.vcpus) + Math.max(0, from.memoryGib - to.memoryGib);
}

function smallerApps(service: ResolvedService): CheaperSetting[] {
  if (service.kind !== "app") return [];
  const { name, size: slug, minimumMemoryMib } = service;
  const size = appSizes[slug];
  if (size === undefined) return [];
  return best(
    Object.entries(appSizes)
      .filter(([, offer]) => offer.monthlyUsd < size.monthlyUsd && offer.memoryMib >= minimumMemoryMib)
      .map(([to, offer]) => ({
        ...{ path: `services.${name}.size`, from: slug, to },
        savesUsd: roundUsd(size.monthlyUsd - offer.monthlyUsd),
        capacity: Math.max(0, size.memoryMib - offer.memoryMib) / 1024,
      })),
  );
}

function smallerRegistries(
  services: readonly ResolvedService[],
  { registry }: PricedSettings,
): CheaperSetting[] {
  if (!registry.managed) return [];
  const tier = registryTiers[registry.tier];
  const repositories = services.filter(
    (service) => service.kind !== "external" && service.image.registryType === "DOCR",
  ).length;
  return Object.entries(registryTiers)
    .filter(([, offer]) => offer.monthlyUsd < tier.monthlyUsd && offer.repositories >= repositories)
    .map(([to, offer]) => ({
      ...{ path: "registry.tier", from: registry.tier, to },
      ...{ savesUsd: tier.monthlyUsd - offer.monthlyUsd, capacity: 0 },
    }));
}

/** Without those that save no more than another one that gives up no more: few are left, and every choice can be tried. */
function best(options: readonly CheaperSetting[]): CheaperSetting[] {
  const sorted = [...options].sort(
    (left, right) => left.capacity - right.capacity || right.savesUsd - left.savesUsd,
  );
  return sorted.filter((option, position) =>
    sorted.slice(0, position).every((better) => better.savesUsd < option.savesUsd),
  );
}

/** Every way to take one option, or none, of each. */
function everyChoice(choices: readonly (readonly CheaperSetting[])[]): CheaperSetting[][] {
  return choices.reduce<CheaperSetting[][]>(
    (chosen, options) => chosen.flatMap((taken) => [taken, ...options.map((option) => [...taken, option])]),
    [[]],
  );
}
