import { isIP } from "node:net";
import { REGIONS } from "../digitalocean/catalogue.ts";
import { S3Error } from "./errors.ts";

/** What a request is about, whatever form its address had. */
export interface Address {
  /** Empty for the account itself. */
  bucket: string;
  /** The object's key as it stood in the URL, percent-encoded; empty for the bucket itself. */
  key: string;
  /** Known when the host name was regional. */
  region: string | null;
  /** The path as it was signed. */
  path: string;
  query: URLSearchParams;
  rawQuery: string;
  /** The host name as it was signed. */
  host: string;
}

/** The names under which this server is Spaces; the second is the vendor's own, for a sandbox with a DNS of its own. */
export const DOMAINS = ["s3.sandbox.test", "digitaloceanspaces.com"];

const SPACES_REGIONS = REGIONS.filter((region) => region.spaces).map((region) => region.slug);

export const isSpacesRegion = (word: string): boolean => SPACES_REGIONS.includes(word);

/**
 * Reads host and target of a request. Buckets stand in the host name or first in the path; a region may stand before
 * the domain. A forward proxy is sent the whole URL: it is taken apart, but for our own domains only.
 */
export function addressOf(host: string, target: string): Address {
  const absolute = /^https?:\/\/([^/?]*)(.*)$/.exec(target);
  const authority = (absolute?.[1] ?? host).toLowerCase();
  const [rawPath = "", ...queries] = (absolute ? (absolute[2] ?? "") : target).split("?");
  const path = rawPath === "" ? "/" : rawPath;
  const { bucket: named, region } = readHost(authority.replace(/:\d+$/, ""));
  const inPath = path.slice(1).split("/");
  const bucket = named === "" ? decodeURIComponent(inPath[0] ?? "") : named;
  const key = named === "" ? inPath.slice(1).join("/") : path.slice(1);
  const rawQuery = queries.join("?");
  // The signature covers the Host header, which a proxied client also sends.
  return {
    bucket,
    key,
    region,
    path,
    query: new URLSearchParams(rawQuery),
    rawQuery,
    host: host || authority,
  };
}

function readHost(name: string): { bucket: string; region: string | null } {
  if (isIP(name) !== 0 || name === "localhost") return { bucket: "", region: null };
  const domain = DOMAINS.find((one) => name === one || name.endsWith(`.${one}`));
  if (domain === undefined) {
    throw new S3Error(403, "AccessDenied", `This server is Spaces, and no way to ${name}.`);
  }
  const labels = name.slice(0, -domain.length).split(".").filter(Boolean);
  const last = labels.at(-1) ?? "";
  const region = isSpacesRegion(last) ? last : null;
  return { bucket: (region ? labels.slice(0, -1) : labels).join("."), region };
}
