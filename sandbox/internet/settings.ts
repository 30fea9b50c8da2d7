import { z } from "zod";
import { repositoryUrl } from "./git/host.ts";
import { googleSettings } from "./google/settings.ts";
import { builtPrograms } from "./registry/built-images.ts";
import { played, playedApps } from "./registry/layer.ts";

const built = Object.keys(builtPrograms) as (keyof typeof builtPrograms)[];

const role = z.strictObject({ name: z.string(), password: z.string(), schema: z.string() });

/** What the sandbox's internet is to be: given to it on standard input, since there are passwords in it. */
export const internetSettings = z.strictObject({
  /** Everything it keeps. */
  folder: z.string(),
  /** Folder of the cloud, whose state says which names there are. */
  cloudFolder: z.string(),
  /** Addresses of this network namespace. */
  addresses: z.strictObject({
    /** Where names are resolved. */
    names: z.array(z.string()).min(1),
    /** Every web server of the world. */
    web: z.string(),
    /** The poolers of all Supabase projects. */
    pooler: z.string(),
    mail: z.string(),
  }),
  /** Whose name servers the owner's domain is registered with. */
  registered: z.enum(["digitalocean", "cloudflare"]),
  /** Supabase projects; none where no database can run. */
  projects: z.array(
    z.strictObject({
      projectRef: z.string(),
      poolerHost: z.string(),
      ownerPassword: z.string(),
      /** Address of the direct host; an IPv6 one, as Supabase has it, makes an AAAA record. */
      address: z.string(),
      /** Roles that are there from the start; a program that owns its database makes its own. */
      roles: z.array(role).default([]),
    }),
  ),
  images: z.array(
    z.strictObject({
      reference: z.string(),
      plays: z.enum([...played, ...built]),
      /** Folder of the real image, where it was fetched. */
      layout: z.string().optional(),
    }),
  ),
  /**
   * Who stands in for which app of App Platform, by the app's name, where the vendor would build it from a repository.
   * An app that names images needs nobody.
   */
  apps: z.array(z.strictObject({ app: z.string(), plays: z.enum(playedApps) })).default([]),
  /** Git repositories of the world, by the address they are cloned from. */
  repositories: z
    .array(
      z.strictObject({
        url: z.string().regex(repositoryUrl, "must be https://HOST/OWNER/NAME"),
        /** A bare repository. */
        folder: z.string(),
      }),
    )
    .default([]),
  /** Google's sign-in. */
  google: googleSettings.default({ clients: [], accounts: [] }),
  /** Host names of the mail server. */
  mailNames: z.array(z.string()),
  tools: z.strictObject({
    pebble: z.string(),
    /** Docker's own registry. */
    registryServer: z.string(),
    databaseRoot: z.string().optional(),
    /** Folder of a PostgreSQL that runs the databases instead of that root's own. */
    databaseServer: z.string().optional(),
    /** Folders of images that are made here, by the program in them. */
    builtImages: z.partialRecord(z.enum(built), z.string()).default({}),
    layer: z.strictObject({
      digest: z.string(),
      size: z.number(),
      contentDigest: z.string(),
      file: z.string(),
      programs: z.string(),
    }),
  }),
});

/** What the sandbox's internet is to be. */
export type InternetSettings = z.output<typeof internetSettings>;

/** The same as whoever starts it writes it: what has a default may be left out. */
export type InternetSettingsInput = z.input<typeof internetSettings>;
