/** What App Platform sells, from the vendor's OpenAPI description of August 2026; the old slugs are still accepted. */

const GIB = 2 ** 30;

/** An App Platform instance size. */
export interface InstanceSize {
  slug: string;
  cpu_type: "SHARED" | "DEDICATED";
  cpus: number;
  memory_bytes: number;
  usd_per_month: number;
  single_instance_only: boolean;
  /** Whether the size may scale by itself. */
  scalable: boolean;
  deprecated: boolean;
}

type Row = [slug: string, cpus: number, memoryGib: number, usdPerMonth: number];

const shared = ([slug, cpus, memory, price]: Row, single = false, deprecated = false): InstanceSize => ({
  slug,
  cpu_type: "SHARED",
  cpus,
  memory_bytes: memory * GIB,
  usd_per_month: price,
  single_instance_only: single,
  scalable: false,
  deprecated,
});

const dedicated = (row: Row, deprecated = false): InstanceSize => ({
  ...shared(row, false, deprecated),
  cpu_type: "DEDICATED",
  scalable: !deprecated,
});

const DEDICATED: Row[] = [
  ["apps-d-1vcpu-0.5gb", 1, 0.5, 29],
  ["apps-d-1vcpu-1gb", 1, 1, 34],
  ["apps-d-1vcpu-2gb", 1, 2, 39],
  ["apps-d-1vcpu-4gb", 1, 4, 49],
  ["apps-d-2vcpu-4gb", 2, 4, 78],
  ["apps-d-2vcpu-8gb", 2, 8, 98],
  ["apps-d-4vcpu-8gb", 4, 8, 156],
  ["apps-d-4vcpu-16gb", 4, 16, 196],
  ["apps-d-8vcpu-32gb", 8, 32, 392],
];

export const INSTANCE_SIZES: readonly InstanceSize[] = [
  shared(["apps-s-1vcpu-0.5gb", 1, 0.5, 5], true),
  shared(["apps-s-1vcpu-1gb-fixed", 1, 1, 10], true),
  shared(["apps-s-1vcpu-1gb", 1, 1, 12]),
  shared(["apps-s-1vcpu-2gb", 1, 2, 25]),
  shared(["apps-s-2vcpu-4gb", 2, 4, 50]),
  ...DEDICATED.map((row) => dedicated(row)),
  shared(["basic-xxs", 1, 0.5, 5], true, true),
  shared(["basic-xs", 1, 1, 10], true, true),
  shared(["basic-s", 1, 2, 20], true, true),
  shared(["basic-m", 2, 4, 40], true, true),
  shared(["professional-xs", 1, 1, 12], false, true),
  shared(["professional-s", 1, 2, 25], false, true),
  shared(["professional-m", 2, 4, 50], false, true),
  dedicated(["professional-1l", 1, 4, 75], true),
  dedicated(["professional-l", 2, 8, 150], true),
  dedicated(["professional-xl", 4, 16, 300], true),
];

/** The size of a component that names none. */
export const DEFAULT_INSTANCE_SIZE = "apps-s-1vcpu-0.5gb";

export const findInstanceSize = (slug: string) => INSTANCE_SIZES.find((size) => size.slug === slug);
