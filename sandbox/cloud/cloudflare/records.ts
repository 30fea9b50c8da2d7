/** A zone, under Cloudflare's field names. */
export interface Zone {
  id: string;
  name: string;
  type: "full" | "partial" | "secondary" | "internal";
  paused: boolean;
  account: { id: string; name: string };
  created_on: string;
  modified_on: string;
}

/** A DNS record, under Cloudflare's field names. */
export interface CloudflareRecord {
  id: string;
  zone_id: string;
  name: string;
  type: string;
  content: string;
  ttl: number;
  proxied: boolean;
  proxiable: boolean;
  priority?: number | undefined;
  data?: Record<string, unknown> | undefined;
  comment: string | null;
  tags: string[];
  settings: Record<string, unknown>;
  created_on: string;
  modified_on: string;
}
