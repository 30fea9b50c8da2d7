import { z } from "zod";
import type { SecretRow } from "../../config/derive/secret-inventory.ts";
import { Failure } from "../failure.ts";

const inventorySchema = z.object({
  format: z.literal("insightpulse-kit-1"),
  environment: z.string(),
  takenAt: z.iso.datetime(),
  /** Commit of this repository that was checked out. */
  commit: z.string(),
  /** Every secret of the platform: where in the kit it is, or why it is not in it. */
  secrets: z.array(
    z.object({ name: z.string(), files: z.array(z.string()), leftOut: z.string().nullable() }),
  ),
  images: z.array(
    z.object({
      reference: z.string(),
      digest: z.string().nullable(),
      /** Hosts that run it; none for an app's. */
      hosts: z.array(z.string()),
      reason: z.string().optional(),
      /** Where in the kit the image itself is; null where it is not. */
      file: z.string().nullable(),
    }),
  ),
  /** Repositories that hosts check out, each as one file that git clones from. */
  repositories: z.array(z.object({ url: z.string(), commit: z.string(), file: z.string() })),
  /** What should be in the kit and could not be had, as sentences without their end. */
  missing: z.array(z.string()),
  /** Every other file in the kit, by path. */
  files: z.record(z.string(), z.object({ bytes: z.number(), sha256: z.string() })),
});

/** What a kit holds. Its field names are an interface: whoever opens a kit by hand reads it. */
export type Inventory = z.output<typeof inventorySchema>;

/** Path of the inventory inside a kit. */
export const inventoryPath = "inventory.json";

/** A kit's inventory, from its text. */
export function readInventory(text: string, name: string): Inventory {
  const { data, error } = inventorySchema.safeParse(JSON.parse(text));
  if (data) return data;
  throw new Failure(`${name} has no inventory that can be read: ${z.prettifyError(error)}`);
}

/** What is in no kit: it opens the kit, or whoever owns the account makes it anew. */
const leftOut: Readonly<Record<string, string>> = {
  "kit-passphrase": "it opens the kit: its shares are with people",
  DIGITALOCEAN_TOKEN: "whoever owns the account makes another one (control panel, API, Tokens)",
  SPACES_SECRET_ACCESS_KEY: "whoever owns the account makes another one (control panel, Spaces, Access Keys)",
  CLOUDFLARE_API_TOKEN: "whoever owns the zone makes another one (dashboard, My Profile, API Tokens)",
};

/** Where a secret of the platform is found when a kit is made. */
export type Source =
  | { readonly from: "resource"; readonly resource: string }
  | { readonly from: "settings"; readonly key: string }
  | { readonly from: "passphrase" }
  | { readonly from: "hosts"; readonly hosts: readonly string[] }
  | { readonly from: "nowhere"; readonly because: string };

/**
 * Where a secret comes from. One that nobody has thought of here is no kit's to forget.
 *
 * @throws Error for a secret that has no source
 */
export function sourceOf({ name, resource, configurationKey, users }: SecretRow): Source {
  if (resource !== undefined) return { from: "resource", resource };
  if (configurationKey !== undefined) return { from: "settings", key: configurationKey };
  if (name === "state-passphrase") return { from: "passphrase" };
  if (name === "certificate-keys")
    return { from: "hosts", hosts: users.flatMap((user) => (user.on === "host" ? [user.name] : [])) };
  const because = leftOut[name];
  if (because !== undefined) return { from: "nowhere", because };
  throw new Error(`nobody has said how the secret ${name} gets into a disaster kit`);
}

/** Files that may be as they please: the inventory cannot hold its own checksum. */
const unlisted = new Set([inventoryPath]);

/**
 * What a kit lacks: files that are not as its inventory says, secrets that the platform has and the kit does not know, and what it
 * says itself. Sentences without their end; none for a whole kit.
 */
export function lacks(
  inventory: Inventory,
  found: ReadonlyMap<string, { readonly bytes: number; readonly sha256: string }>,
  rows: readonly SecretRow[],
): string[] {
  const known = new Map(inventory.secrets.map((secret) => [secret.name, secret]));
  return [
    ...Object.entries(inventory.files).flatMap(([path, { bytes, sha256 }]) => {
      const there = found.get(path);
      if (there === undefined) return [`${path} is not in it`];
      return there.bytes === bytes && there.sha256 === sha256 ? [] : [`${path} is not what was packed`];
    }),
    ...[...found.keys()]
      .filter((path) => !unlisted.has(path) && inventory.files[path] === undefined)
      .map((path) => `${path} is in it and in no inventory`),
    ...rows.flatMap(({ name }) => {
      const secret = known.get(name);
      if (secret === undefined) return [`the secret ${name} is not in it`];
      return secret.files
        .filter((file) => inventory.files[file] === undefined)
        .map((file) => `the secret ${name} should be in ${file}, which is not there`);
    }),
    ...inventory.missing,
  ];
}
