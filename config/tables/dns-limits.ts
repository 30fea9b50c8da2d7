/** What each DNS vendor takes as a record's time to live, in seconds. */
export interface TtlLimit {
  readonly minimum: number;
  readonly maximum: number;
  /** Where the limit is written down. */
  readonly source: string;
}

/** Limits by the value of `dns.provider`; `elsewhere` takes the strictest, since the zone's host is unknown. */
export const ttlLimits: Readonly<Record<"digitalocean" | "cloudflare" | "elsewhere", TtlLimit>> = {
  digitalocean: {
    minimum: 30,
    maximum: 86400,
    source: "https://docs.digitalocean.com/products/networking/dns/details/limits/",
  },
  cloudflare: {
    minimum: 60,
    maximum: 86400,
    source: "https://developers.cloudflare.com/dns/manage-dns-records/reference/ttl/",
  },
  elsewhere: { minimum: 60, maximum: 86400, source: "the strictest of the vendors above" },
};
