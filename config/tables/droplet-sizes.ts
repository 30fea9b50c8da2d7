/** Droplet sizes: what each holds, what it costs, where it is sold. */
import { type Evidence, hoursPerMonth, type Price } from "./price.ts";

/** One droplet size, with the price of running it all the time. */
export interface DropletSize extends Price {
  readonly vcpus: number;
  readonly memoryGib: number;
  readonly diskGib: number;
  /** The regions that sell it; left out where every droplet region does. */
  readonly regions?: readonly string[];
  /** The GPU inside, and the vendor's image that carries its driver. */
  readonly gpu?: { readonly model: string; readonly image: string };
}

// The vendor's page shows its prices by script only; public lists of 2026 quote it.
const quoted: Evidence = {
  asOf: "2026-08",
  source: "https://www.digitalocean.com/pricing/droplets",
  certainty: "quoted",
};
const unconfirmed: Evidence = { ...quoted, certainty: "unconfirmed" };
const gpuPage: Evidence = {
  asOf: "2026-05-28",
  source: "https://docs.digitalocean.com/products/droplets/details/pricing/",
  certainty: "vendor",
};
const pricingPage: Evidence = {
  asOf: "2026-09-20",
  source: "https://www.digitalocean.com/pricing",
  certainty: "vendor",
};

const size = (
  vcpus: number,
  memoryGib: number,
  diskGib: number,
  monthlyUsd: number,
  evidence = quoted,
): DropletSize => ({ vcpus, memoryGib, diskGib, monthlyUsd, ...evidence });

/** GPU sizes are billed by the hour, without a monthly limit. */
const gpuSize = (
  model: string,
  [vcpus, memoryGib, diskGib]: readonly [number, number, number],
  hourlyUsd: number,
  sold: readonly string[],
  evidence = gpuPage,
  image = "gpu-h100x1-base",
): DropletSize => ({
  ...size(vcpus, memoryGib, diskGib, Math.round(hourlyUsd * hoursPerMonth), evidence),
  regions: sold,
  gpu: { model, image },
});

/** Sizes by slug. */
export const dropletSizes: Readonly<Record<string, DropletSize>> = {
  "s-1vcpu-512mb-10gb": size(1, 0.5, 10, 4),
  "s-1vcpu-1gb": size(1, 1, 25, 6),
  "s-1vcpu-2gb": size(1, 2, 50, 12),
  "s-2vcpu-2gb": size(2, 2, 60, 18),
  "s-2vcpu-4gb": size(2, 4, 80, 24),
  "s-2vcpu-4gb-120gb-intel": size(2, 4, 120, 32),
  "s-4vcpu-8gb": size(4, 8, 160, 48),
  "s-8vcpu-16gb": size(8, 16, 320, 96),
  "s-1vcpu-1gb-amd": size(1, 1, 25, 7),
  "s-1vcpu-2gb-amd": size(1, 2, 50, 14),
  "s-2vcpu-4gb-amd": size(2, 4, 80, 28),
  "s-2vcpu-8gb-amd": size(2, 8, 100, 42),
  "s-4vcpu-8gb-amd": size(4, 8, 160, 56),
  "s-4vcpu-16gb-amd": size(4, 16, 200, 84),
  "s-2vcpu-8gb-160gb-intel": size(2, 8, 160, 48, unconfirmed),
  "s-4vcpu-8gb-240gb-intel": size(4, 8, 240, 64, unconfirmed),
  "s-4vcpu-16gb-320gb-intel": size(4, 16, 320, 96, unconfirmed),
  "g-2vcpu-8gb": size(2, 8, 25, 63, unconfirmed),
  "g-4vcpu-16gb": size(4, 16, 50, 126, unconfirmed),
  "c-2": size(2, 4, 25, 42),
  "c-4": size(4, 8, 50, 84, unconfirmed),
  "m-2vcpu-16gb": size(2, 16, 50, 84, unconfirmed),
  "gpu-4000adax1-20gb": gpuSize("RTX 4000 Ada 20 GB", [8, 32, 500], 0.76, ["tor1"], pricingPage),
  // The vendor's page said 1.89 in 2025; lists of 2026 say 1.57.
  "gpu-6000adax1-48gb": gpuSize("RTX 6000 Ada 48 GB", [8, 64, 500], 1.57, ["tor1"], quoted),
  "gpu-l40sx1-48gb": gpuSize("L40S 48 GB", [8, 64, 500], 1.57, ["tor1"]),
  // A later list says 4.41.
  "gpu-h100x1-80gb": gpuSize("H100 80 GB", [20, 240, 720], 3.39, ["tor1", "nyc2"]),
  "gpu-h200x1-141gb": gpuSize("H200 141 GB", [24, 240, 720], 3.44, ["nyc2", "atl1"], unconfirmed),
  "gpu-mi300x1-192gb": gpuSize(
    "MI300X 192 GB",
    [20, 240, 720],
    1.99,
    ["atl1", "nyc2"],
    gpuPage,
    "gpu-amd-base",
  ),
};

/** Sizes with a GPU, as `slug (regions)`, cheapest first: the answer to "a GPU where?". */
export function gpuOffers(): string[] {
  return Object.entries(dropletSizes)
    .filter(([, offer]) => offer.gpu !== undefined)
    .sort(([, left], [, right]) => left.monthlyUsd - right.monthlyUsd)
    .map(([slug, offer]) => `${slug} in ${offer.regions?.join(" or ")} (about $${offer.monthlyUsd} a month)`);
}

/** Whether a size is sold in a region. */
export function isSoldIn(offer: DropletSize, region: string): boolean {
  return offer.regions === undefined || offer.regions.includes(region);
}

/**
 * The cheapest size on which a droplet's disk can be restored: at least its disk, memory and cores, sold in the
 * region. A snapshot is refused on a size with a smaller disk.
 *
 * @returns the slug, or undefined when no size is large enough
 */
export function recoverySize(needs: {
  readonly size: DropletSize;
  readonly diskGib: number;
  readonly region: string;
}): string | undefined {
  return Object.entries(dropletSizes)
    .filter(
      ([, offer]) =>
        offer.diskGib >= needs.diskGib &&
        offer.memoryGib >= needs.size.memoryGib &&
        offer.vcpus >= needs.size.vcpus &&
        (offer.gpu === undefined) === (needs.size.gpu === undefined) &&
        isSoldIn(offer, needs.region),
    )
    .sort(([, left], [, right]) => left.monthlyUsd - right.monthlyUsd)
    .map(([slug]) => slug)[0];
}
