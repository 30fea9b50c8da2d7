import { z } from "zod";
import type { NameRecord } from "./records.ts";

/** A record of a zone at DigitalOcean, as far as its meaning goes. */
export const domainRecord = z.object({
  domain: z.string(),
  type: z.string(),
  name: z.string(),
  data: z.string(),
  ttl: z.number(),
  priority: z.number().nullish(),
  flags: z.number().nullish(),
  tag: z.string().nullish(),
});

/** A record of a zone at Cloudflare, as far as its meaning goes. */
export const cloudflareRecord = z.object({
  zone_id: z.string(),
  type: z.string(),
  name: z.string(),
  content: z.string(),
  ttl: z.number(),
  priority: z.number().nullish(),
  data: z.record(z.string(), z.unknown()).nullish(),
});

/** What a number means that a record of its type always has. */
const number = (value: number | null | undefined): number => value ?? 0;

/** A DigitalOcean record as the name server gives it out; undefined for what is not given out. */
export function domainRecordContent(record: z.output<typeof domainRecord>): NameRecord | undefined {
  const { domain, type, data } = record;
  const common = {
    name: (record.name === "@" ? domain : `${record.name}.${domain}`).toLowerCase(),
    ttl: record.ttl,
  };
  const target = (data === "@" ? domain : data).toLowerCase();
  switch (type) {
    case "A":
    case "AAAA":
      return { ...common, type, address: data };
    case "CNAME":
    case "NS":
      return { ...common, type, target };
    case "MX":
      return { ...common, type, priority: number(record.priority), target };
    case "TXT":
      return { ...common, type, text: data };
    case "CAA":
      return { ...common, type, flags: number(record.flags), tag: record.tag ?? "", value: data };
    default:
      return undefined;
  }
}

/** What Cloudflare makes of its automatic TTL. */
const automaticTtl = 300;

const caa = z.object({ flags: z.number(), tag: z.string(), value: z.string() });

/**
 * A Cloudflare record as the name server gives it out. A proxied one gives its own content: Cloudflare's proxies are not
 * simulated.
 */
export function cloudflareRecordContent(record: z.output<typeof cloudflareRecord>): NameRecord | undefined {
  const { type, content } = record;
  const common = { name: record.name.toLowerCase(), ttl: record.ttl === 1 ? automaticTtl : record.ttl };
  const target = content.toLowerCase().replace(/\.$/, "");
  switch (type) {
    case "A":
    case "AAAA":
      return { ...common, type, address: content };
    case "CNAME":
    case "NS":
      return { ...common, type, target };
    case "MX":
      return { ...common, type, priority: number(record.priority), target };
    case "TXT":
      // Cloudflare takes a text with or without its quotes.
      return { ...common, type, text: content.replace(/^"(.*)"$/, "$1") };
    case "CAA":
      return { ...common, type, ...caa.parse(record.data) };
    default:
      return undefined;
  }
}
