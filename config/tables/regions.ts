/**
 * DigitalOcean's regions, and what is sold in each.
 *
 * Source: https://docs.digitalocean.com/platform/regional-availability/ and the API description of August 2026.
 * Re-read before a region is added; App Platform and Spaces are not sold everywhere droplets are.
 */

/** What one datacentre region offers. */
export interface Region {
  readonly place: string;
  /** Whether Spaces buckets can be made here. */
  readonly spaces: boolean;
  /** Whether a container registry can be kept here. */
  readonly registry: boolean;
  /** The App Platform region word of the metro; App Platform chooses the datacentre behind it itself. */
  readonly appRegion?: string;
}

const region = (place: string, spaces: boolean, registry: boolean, appRegion?: string): Region =>
  appRegion === undefined ? { place, spaces, registry } : { place, spaces, registry, appRegion };

/** Regions by slug. `us-east-1` is none of them: it only ever appears as the S3 signing region. */
export const regions: Readonly<Record<string, Region>> = {
  nyc1: region("New York", false, false, "nyc"),
  nyc2: region("New York", false, false, "nyc"),
  nyc3: region("New York", true, true, "nyc"),
  ams3: region("Amsterdam", true, true, "ams"),
  sfo2: region("San Francisco", true, true, "sfo"),
  sfo3: region("San Francisco", true, true, "sfo"),
  sgp1: region("Singapore", true, true, "sgp"),
  lon1: region("London", true, false, "lon"),
  fra1: region("Frankfurt", true, true, "fra"),
  tor1: region("Toronto", true, false, "tor"),
  blr1: region("Bangalore", true, true, "blr"),
  syd1: region("Sydney", true, true, "syd"),
  atl1: region("Atlanta", true, false, "atl"),
  ric1: region("Richmond", false, false),
};

/** Region slugs in which Spaces buckets can be made. */
export const spacesRegions: readonly string[] = Object.keys(regions).filter((slug) => regions[slug]?.spaces);

/** Region slugs in which a container registry can be kept. */
export const registryRegions: readonly string[] = Object.keys(regions).filter(
  (slug) => regions[slug]?.registry,
);

/** App Platform's region words, each once. */
export const appRegions: readonly string[] = [
  ...new Set(Object.values(regions).flatMap(({ appRegion }) => (appRegion === undefined ? [] : [appRegion]))),
];
