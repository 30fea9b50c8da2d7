import { isIPv4, isIPv6 } from "node:net";
import { z } from "zod";
import { invalid } from "./envelope.ts";
import type { CloudflareRecord } from "./records.ts";

const AUTOMATIC_TTL = 1;
const PROXIABLE = ["A", "AAAA", "CNAME"];

const Caa = z.strictObject({
  // The vendor takes the number as text too, and Terraform programs write it so.
  flags: z
    .union([z.number(), z.string().regex(/^\d+$/).transform(Number)])
    .pipe(z.number().int().min(0).max(255)),
  tag: z.enum(["issue", "issuewild", "iodef"]),
  value: z.string().min(1),
});
const Srv = z.strictObject({
  priority: z.number().int().min(0).max(65_535),
  weight: z.number().int().min(0).max(65_535),
  port: z.number().int().min(0).max(65_535),
  target: z.string().min(1),
});

const fields = {
  name: z.string().min(1).max(255),
  type: z.enum(["A", "AAAA", "CAA", "CNAME", "MX", "NS", "SRV", "TXT"]),
  content: z.string().min(1).optional(),
  data: z.record(z.string(), z.unknown()).optional(),
  ttl: z
    .number()
    .refine(
      (ttl) => ttl === AUTOMATIC_TTL || (ttl >= 60 && ttl <= 86_400),
      "must be 1 (automatic) or 60 to 86400",
    )
    .default(AUTOMATIC_TTL),
  proxied: z.boolean().optional(),
  priority: z.number().int().min(0).max(65_535).optional(),
  comment: z.string().max(100).nullish(),
  tags: z.array(z.string()).nullish(),
  settings: z
    .strictObject({
      ipv4_only: z.boolean().nullish(),
      ipv6_only: z.boolean().nullish(),
      flatten_cname: z.boolean().nullish(),
    })
    .nullish(),
};

/** A whole record, as POST and PUT take it. */
export const RecordRequest = z.strictObject(fields);
/** The fields to change, as PATCH takes them. */
export const RecordChange = RecordRequest.partial();
export type RecordRequest = z.output<typeof RecordRequest>;

type Content = Omit<CloudflareRecord, "id" | "zone_id" | "created_on" | "modified_on">;

/** Checks a record against the rules of its type and writes it as the vendor keeps it. */
export function checkedRecord(wanted: RecordRequest, zone: string): Content {
  const proxiable = PROXIABLE.includes(wanted.type);
  if (wanted.proxied && !proxiable) throw invalid(`This record type cannot be proxied.`, 9004);
  const proxied = wanted.proxied ?? false;
  return {
    name: fullName(wanted.name, zone),
    type: wanted.type,
    ...contentOf(wanted),
    // A proxied record always has the automatic TTL.
    ttl: proxied ? AUTOMATIC_TTL : wanted.ttl,
    proxied,
    proxiable,
    comment: wanted.comment ?? null,
    tags: wanted.tags ?? [],
    settings: wanted.settings ?? {},
  };
}

/** Names are kept in full; clients may send them relative to the zone. */
function fullName(name: string, zone: string): string {
  const given = name.toLowerCase().replace(/\.$/, "");
  if (given === "@" || given === zone) return zone;
  return given.endsWith(`.${zone}`) ? given : `${given}.${zone}`;
}

function contentOf(wanted: RecordRequest): Pick<Content, "content" | "data" | "priority"> {
  if (wanted.type === "CAA") {
    const data = dataOf(Caa, wanted);
    return { content: `${data.flags} ${data.tag} "${data.value}"`, data };
  }
  if (wanted.type === "SRV") {
    const data = dataOf(Srv, wanted);
    return { content: `${data.weight} ${data.port} ${data.target}`, data, priority: data.priority };
  }
  const content = wanted.content ?? "";
  if (content === "") throw invalid("DNS record content is required.", 9000);
  if (wanted.type === "A" && !isIPv4(content))
    throw invalid("Content for A record must be a valid IPv4 address.");
  if (wanted.type === "AAAA" && !isIPv6(content))
    throw invalid("Content for AAAA record must be a valid IPv6 address.");
  if (wanted.type !== "MX") return { content };
  if (wanted.priority === undefined) throw invalid("DNS record priority is required for MX.", 9101);
  return { content, priority: wanted.priority };
}

/** CAA and SRV are described by their parts, not by their text. */
function dataOf<T extends z.ZodType>(schema: T, wanted: RecordRequest): z.output<T> {
  const result = schema.safeParse(wanted.data);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw invalid(
    `data.${issue?.path.join(".") ?? ""}: ${issue?.message ?? "is required"} (${wanted.type})`,
    9101,
  );
}
