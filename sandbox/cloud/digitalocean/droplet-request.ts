import { z } from "zod";
import { list, parseBody } from "../core/validation.ts";

const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] as const;
const USER_DATA_BYTES = 64 * 1024;
const HOSTNAME = /^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/;

/** A droplet's name, which becomes its host name. */
export const DropletName = z
  .string()
  .max(255)
  .regex(HOSTNAME, "Only valid hostname characters are allowed. (a-z, A-Z, 0-9, . and -)");

/** Tags may hold letters, digits, colons, dashes and underscores. */
export const TagName = z
  .string()
  .regex(/^[a-zA-Z0-9_:-]{1,255}$/, "may only hold letters, digits, colons, dashes and underscores");

export const BackupPolicyRequest = z
  .strictObject({
    plan: z.enum(["daily", "weekly"]),
    // A Go client sends an empty day for a daily plan.
    weekday: z
      .enum([...WEEKDAYS, ""])
      .optional()
      .transform((day) => (day === "" ? undefined : day)),
    hour: z
      .int()
      .refine((hour) => hour >= 0 && hour <= 20 && hour % 4 === 0, "must be 0, 4, 8, 12, 16 or 20")
      .default(0),
  })
  .refine((policy) => policy.plan === "daily" || policy.weekday !== undefined, {
    path: ["weekday"],
    message: "is required for a weekly plan",
  });

const VolumeReference = z.union([z.string(), z.strictObject({ id: z.string() }).transform(({ id }) => id)]);

const settings = {
  region: z.string(),
  size: z.string(),
  image: z.union([z.string(), z.int()]),
  ssh_keys: list(z.union([z.string(), z.int()])),
  backups: z.boolean().default(false),
  backup_policy: BackupPolicyRequest.optional(),
  ipv6: z.boolean().default(false),
  monitoring: z.boolean().default(false),
  private_networking: z.boolean().optional(),
  public_networking: z.boolean().default(true),
  with_droplet_agent: z.boolean().default(true),
  tags: list(TagName),
  user_data: z
    .string()
    .refine((data) => Buffer.byteLength(data) <= USER_DATA_BYTES, "may not exceed 64 KiB")
    .nullish(),
  volumes: list(VolumeReference),
  vpc_uuid: z.string().optional(),
};

const One = z.strictObject({ name: DropletName, ...settings });
const Several = z.strictObject({ names: z.array(DropletName).min(1).max(10), ...settings });

export type DropletSettings = Omit<z.output<typeof One>, "name">;

/** Reads a request for one droplet, or for several alike. */
export function parseDropletRequest(body: unknown): {
  names: string[];
  settings: DropletSettings;
  single: boolean;
} {
  if (typeof body === "object" && body !== null && "names" in body) {
    const { names, ...shared } = parseBody(Several, body);
    return { names, settings: shared, single: false };
  }
  const { name, ...own } = parseBody(One, body);
  return { names: [name], settings: own, single: true };
}
