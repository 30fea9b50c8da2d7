import { isIPv4, isIPv6 } from "node:net";
import { z } from "zod";
import { unprocessable } from "../core/errors.ts";
import type { DomainRecord } from "./records.ts";

/** Record types that clients may write; SOA only changes by itself. */
export const TYPES = ["A", "AAAA", "CAA", "CNAME", "MX", "NS", "SRV", "TXT"] as const;

const LOWEST_TTL = 30;

/** The fields of a record, as clients send them: a Go client sends zeros for what does not apply. */
export const RecordFields = z.strictObject({
  type: z.enum(TYPES).optional(),
  name: z.string().optional(),
  data: z.string().optional(),
  priority: z.int().min(0).max(65_535).nullish(),
  port: z.int().min(0).max(65_535).nullish(),
  ttl: z.int().min(LOWEST_TTL, `must be greater than or equal to ${LOWEST_TTL}`).nullish(),
  weight: z.int().min(0).max(65_535).nullish(),
  flags: z.int().min(0).max(255).nullish(),
  tag: z.string().nullish(),
});
export type RecordFields = z.output<typeof RecordFields>;

/** The part of a record that its type gives a meaning to. */
export type RecordContent = Omit<DomainRecord, "id" | "domain" | "ttl">;

const HOST = /^(@|\*|(\*\.)?[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*)$/i;

/** A name relative to its zone; a full one with a dot at the end is cut down to that. */
export function relativeName(name: string, domain: string): string {
  if (name === `${domain}.`) return "@";
  const relative = name.endsWith(`.${domain}.`) ? name.slice(0, -domain.length - 2) : name;
  if (!HOST.test(relative)) {
    throw unprocessable(
      "name: Only valid hostname characters are allowed. (a-z, A-Z, 0-9, ., _ and -) Or a single record of '@'.",
    );
  }
  return relative;
}

/** Checks what a record says against the rules of its type, and leaves out what does not belong to it. */
export function checkedContent(type: string, name: string, fields: RecordFields): RecordContent {
  const data = fields.data ?? "";
  if (data === "") throw unprocessable("data: can't be blank");
  const content: RecordContent = {
    ...{ type, name, data: storedData(type, fields.tag ?? "", data) },
    ...{ priority: null, port: null, weight: null, flags: null, tag: null },
  };
  if (type === "MX") return { ...content, priority: required("priority", fields.priority) };
  if (type === "SRV") {
    const { priority, weight, port } = fields;
    if (!/^_[^.]+\._[^.]+/.test(name)) throw unprocessable("name: must look like _service._protocol");
    return {
      ...content,
      priority: required("priority", priority),
      weight: required("weight", weight),
      port: required("port", port),
    };
  }
  if (type === "CAA") {
    if (!["issue", "issuewild", "iodef"].includes(fields.tag ?? "")) {
      throw unprocessable("tag: must be issue, issuewild or iodef");
    }
    return { ...content, flags: required("flags", fields.flags), tag: fields.tag ?? "" };
  }
  if (type === "CNAME" && name === "@")
    throw unprocessable("name: CNAME records cannot be at the root of a domain");
  return content;
}

function required(field: string, value: number | null | undefined): number {
  if (value === null || value === undefined) throw unprocessable(`${field}: can't be blank`);
  return value;
}

/** Host names must end in a dot on the way in, and come back without it. */
function storedData(type: string, tag: string, data: string): string {
  switch (type) {
    case "A":
      if (!isIPv4(data)) throw unprocessable("data: IP address did not match IPv4 format (e.g. 1.2.3.4)");
      return data;
    case "AAAA":
      if (!isIPv6(data)) throw unprocessable("data: IP address did not match IPv6 format");
      return data;
    case "TXT":
      return data;
    case "CAA":
      return tag === "iodef" ? data : withoutDot(data);
    default:
      return data === "@" ? data : withoutDot(data);
  }
}

function withoutDot(data: string): string {
  if (!data.endsWith(".")) throw unprocessable("data: Data needs to end with a dot (.)");
  return data.slice(0, -1);
}
