/**
 * What DigitalOcean sells, as far as this cloud knows it.
 *
 * Gathered in November 2026 from the vendor's OpenAPI description of August 2026, from price lists and API dumps of 2025
 * and 2026 that quote it, and for some dedicated plans from memory. Check a price against the vendor before relying on it.
 */

/** A datacentre region. */
export interface Region {
  slug: string;
  name: string;
  /** Whether a Spaces endpoint exists there. */
  spaces: boolean;
  /** The App Platform word for the place, where App Platform runs. */
  apps?: string;
  /** Where only some GPU plans are sold. */
  gpuOnly?: boolean;
}

export const REGIONS: readonly Region[] = [
  { slug: "nyc1", name: "New York 1", spaces: false, apps: "nyc" },
  { slug: "nyc2", name: "New York 2", spaces: false, apps: "nyc" },
  { slug: "nyc3", name: "New York 3", spaces: true, apps: "nyc" },
  { slug: "ams3", name: "Amsterdam 3", spaces: true, apps: "ams" },
  { slug: "sfo2", name: "San Francisco 2", spaces: true, apps: "sfo" },
  { slug: "sfo3", name: "San Francisco 3", spaces: true, apps: "sfo" },
  { slug: "sgp1", name: "Singapore 1", spaces: true, apps: "sgp" },
  { slug: "lon1", name: "London 1", spaces: true, apps: "lon" },
  { slug: "fra1", name: "Frankfurt 1", spaces: true, apps: "fra" },
  { slug: "tor1", name: "Toronto 1", spaces: true, apps: "tor" },
  { slug: "blr1", name: "Bangalore 1", spaces: true, apps: "blr" },
  { slug: "syd1", name: "Sydney 1", spaces: true, apps: "syd" },
  { slug: "atl1", name: "Atlanta 1", spaces: true, apps: "atl" },
  { slug: "ric1", name: "Richmond 1", spaces: false, gpuOnly: true },
];

export const REGISTRY_REGIONS = ["nyc3", "sfo2", "sfo3", "sgp1", "fra1", "ams3", "blr1", "syd1"] as const;

/** A droplet plan. */
export interface Size {
  slug: string;
  vcpus: number;
  /** In MiB. */
  memory: number;
  /** In GiB. */
  disk: number;
  price_monthly: number;
  price_hourly: number;
  /** Outbound allowance in TiB. */
  transfer: number;
  regions: readonly string[];
  description: string;
  gpu_info?: { count: number; model: string; vram: { amount: number; unit: "gib" } };
}

const EVERYWHERE = REGIONS.filter((region) => !region.gpuOnly).map((region) => region.slug);

type Row = [
  slug: string,
  vcpus: number,
  memoryMib: number,
  diskGib: number,
  monthly: number,
  transfer: number,
];

/** Hourly billing is a 672nd of the monthly price, capped at the monthly price. */
const plan = (description: string, [slug, vcpus, memory, disk, monthly, transfer]: Row): Size => ({
  slug,
  vcpus,
  memory,
  disk,
  price_monthly: monthly,
  price_hourly: Number((monthly / 672).toFixed(5)),
  transfer,
  regions: EVERYWHERE,
  description,
});

const BASIC: Row[] = [
  ["s-1vcpu-512mb-10gb", 1, 512, 10, 4, 0.5],
  ["s-1vcpu-1gb", 1, 1024, 25, 6, 1],
  ["s-1vcpu-2gb", 1, 2048, 50, 12, 2],
  ["s-2vcpu-2gb", 2, 2048, 60, 18, 3],
  ["s-2vcpu-4gb", 2, 4096, 80, 24, 4],
  ["s-4vcpu-8gb", 4, 8192, 160, 48, 5],
  ["s-8vcpu-16gb", 8, 16384, 320, 96, 6],
];
const BASIC_AMD: Row[] = [
  ["s-1vcpu-1gb-amd", 1, 1024, 25, 7, 1],
  ["s-1vcpu-2gb-amd", 1, 2048, 50, 14, 2],
  ["s-2vcpu-4gb-amd", 2, 4096, 80, 28, 4],
  ["s-2vcpu-8gb-amd", 2, 8192, 100, 42, 5],
  ["s-4vcpu-8gb-amd", 4, 8192, 160, 56, 5],
  ["s-4vcpu-16gb-amd", 4, 16384, 200, 84, 8],
];
const BASIC_INTEL: Row[] = [
  ["s-2vcpu-4gb-120gb-intel", 2, 4096, 120, 32, 4],
  ["s-2vcpu-8gb-160gb-intel", 2, 8192, 160, 48, 5],
  ["s-4vcpu-8gb-240gb-intel", 4, 8192, 240, 64, 6],
  ["s-4vcpu-16gb-320gb-intel", 4, 16384, 320, 96, 8],
];
const GENERAL: Row[] = [
  ["g-2vcpu-8gb", 2, 8192, 25, 63, 4],
  ["g-4vcpu-16gb", 4, 16384, 50, 126, 5],
  ["g-8vcpu-32gb", 8, 32768, 100, 252, 6],
];
const CPU: Row[] = [
  ["c-2", 2, 4096, 25, 42, 4],
  ["c-4", 4, 8192, 50, 84, 5],
  ["c-8", 8, 16384, 100, 168, 6],
  ["c-16", 16, 32768, 200, 336, 7],
];
const MEMORY: Row[] = [["m-2vcpu-16gb", 2, 16384, 50, 84, 4]];

type GpuRow = {
  slug: string;
  model: string;
  count: number;
  vram: number;
  vcpus: number;
  memoryGib: number;
  disk: number;
  hourly: number;
  regions: string[];
};

/** GPU plans are hourly; the month is counted with 730 hours. */
const gpu = (row: GpuRow): Size => ({
  slug: row.slug,
  vcpus: row.vcpus,
  memory: row.memoryGib * 1024,
  disk: row.disk,
  price_monthly: Math.round(row.hourly * 730),
  price_hourly: row.hourly,
  transfer: 10,
  regions: row.regions,
  description: "GPU",
  gpu_info: { count: row.count, model: row.model, vram: { amount: row.vram, unit: "gib" } },
});

const ADA = { count: 1, vcpus: 8, disk: 500, regions: ["tor1"] };
const GPUS: GpuRow[] = [
  { ...ADA, slug: "gpu-4000adax1-20gb", model: "nvidia_rtx4000_ada", vram: 20, memoryGib: 32, hourly: 0.76 },
  { ...ADA, slug: "gpu-6000adax1-48gb", model: "nvidia_rtx6000_ada", vram: 48, memoryGib: 64, hourly: 1.57 },
  { ...ADA, slug: "gpu-l40sx1-48gb", model: "nvidia_l40s", vram: 48, memoryGib: 64, hourly: 1.57 },
  {
    slug: "gpu-mi300x1-192gb",
    model: "amd_mi300x",
    count: 1,
    vram: 192,
    vcpus: 20,
    memoryGib: 240,
    disk: 720,
    hourly: 1.99,
    regions: ["atl1", "nyc2"],
  },
  {
    slug: "gpu-h100x1-80gb",
    model: "nvidia_h100",
    count: 1,
    vram: 80,
    vcpus: 20,
    memoryGib: 240,
    disk: 720,
    hourly: 3.39,
    regions: ["tor1", "nyc2"],
  },
  {
    slug: "gpu-h200x1-141gb",
    model: "nvidia_h200",
    count: 1,
    vram: 141,
    vcpus: 24,
    memoryGib: 240,
    disk: 720,
    hourly: 3.44,
    regions: ["nyc2", "atl1"],
  },
  {
    slug: "gpu-h100x8-640gb",
    model: "nvidia_h100",
    count: 8,
    vram: 640,
    vcpus: 160,
    memoryGib: 1920,
    disk: 2046,
    hourly: 23.92,
    regions: ["tor1", "nyc2"],
  },
];

export const SIZES: readonly Size[] = [
  ...BASIC.map((row) => plan("Basic", row)),
  ...BASIC_AMD.map((row) => plan("Basic AMD", row)),
  ...BASIC_INTEL.map((row) => plan("Basic Intel", row)),
  ...GENERAL.map((row) => plan("General Purpose", row)),
  ...CPU.map((row) => plan("CPU-Optimized", row)),
  ...MEMORY.map((row) => plan("Memory-Optimized", row)),
  ...GPUS.map(gpu),
];

export const findRegion = (slug: string) => REGIONS.find((region) => region.slug === slug);
export const findSize = (slug: string) => SIZES.find((size) => size.slug === slug);

/** A public image. */
export interface PublicImage {
  id: number;
  slug: string;
  name: string;
  distribution: string;
  min_disk_size: number;
}

/** The numbers are this cloud's own: the vendor gives a slug a new number with every rebuild of the image. */
export const IMAGES: readonly PublicImage[] = [
  { id: 1001, slug: "ubuntu-22-04-x64", name: "22.04 (LTS) x64", distribution: "Ubuntu", min_disk_size: 7 },
  { id: 1002, slug: "ubuntu-24-04-x64", name: "24.04 (LTS) x64", distribution: "Ubuntu", min_disk_size: 7 },
  { id: 1003, slug: "debian-12-x64", name: "12 x64", distribution: "Debian", min_disk_size: 7 },
  { id: 1004, slug: "debian-13-x64", name: "13 x64", distribution: "Debian", min_disk_size: 7 },
  {
    id: 1005,
    slug: "docker-20-04",
    name: "Docker on Ubuntu 22.04",
    distribution: "Ubuntu",
    min_disk_size: 20,
  },
  {
    id: 1006,
    slug: "gpu-h100x1-base",
    name: "NVIDIA AI/ML Ready",
    distribution: "Ubuntu",
    min_disk_size: 50,
  },
  {
    id: 1007,
    slug: "gpu-h100x8-base",
    name: "NVIDIA AI/ML Ready x8",
    distribution: "Ubuntu",
    min_disk_size: 50,
  },
  { id: 1008, slug: "gpu-amd-base", name: "AMD AI/ML Ready", distribution: "Ubuntu", min_disk_size: 50 },
];
