import { z } from "zod";

const image = z.object({
  registryType: z.enum(["DOCR", "DOCKER_HUB", "GHCR"]),
  registry: z.string().optional(),
  repository: z.string(),
  tag: z.string().optional(),
  digest: z.string().optional(),
});

/** One delivery to one environment, or one way back: what it made true, and how that went. No secret is in it. */
export const releaseSchema = z.object({
  format: z.literal("insightpulse-release-1"),
  /**
   * When it ended, as `20261126T021500Z`; unique in its environment, and in the order of time. A way back is called by when it
   * began, so that one that was broken off is found under the name that it has at its end.
   */
  name: z.string(),
  environment: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  /** Who delivered it. */
  by: z.string(),
  /** The run that did it, where it was one. */
  link: z.string().nullable(),
  commit: z.string(),
  tree: z.string(),
  /** Digest of the change set that was reviewed and applied. */
  changeSet: z.string(),
  /** SHA-256 of the settings file as it was. */
  settingsHash: z.string(),
  /** The images of services with a container, by service, as the settings and the catalogue pin them. */
  images: z.record(z.string(), image),
  /** App Platform's deployment that served afterwards, by the name of the resource. */
  deployments: z.record(z.string(), z.string()),
  /** Commit of the Odoo addons; null where there are none. */
  addonsCommit: z.string().nullable(),
  /** Modules of Odoo whose tables it changed; left out by releases from before this was written down. */
  odooUpdates: z.array(z.string()).optional(),
  /** What a way back was, and how long its parts took; left out by what was delivered. */
  rollback: z
    .object({
      /** The release that ran before; null where none was recorded. */
      from: z.string().nullable(),
      /** The release that was gone back to. */
      to: z.string(),
      part: z.enum(["app", "host", "all"]),
      seconds: z.object({ apps: z.number().optional(), hosts: z.number().optional() }),
    })
    .optional(),
  /** Copy of the state that was kept after it; null where that failed. */
  stateCopy: z.string().nullable(),
  /** The newest backup that had been proven by then; null where there was none or nobody could be asked. */
  provenBackup: z.object({ snapshot: z.string(), time: z.string() }).nullable(),
  /**
   * - `healthy`: every service answered as it should.
   * - `unhealthy`: applied, but the services in `unwell` did not.
   * - `failed`: the engine stopped on the way.
   * - `unasked`: applied, and nobody asked the services.
   */
  result: z.enum(["healthy", "unhealthy", "failed", "unasked"]),
  unwell: z.array(z.object({ service: z.string(), reason: z.string() })),
});

/** One delivery, or one way back. */
export type Release = z.output<typeof releaseSchema>;

/** A release's name from the time at which it ended. */
export function releaseName(finishedAt: string): string {
  return finishedAt.replace(/[-:]|\.\d+/g, "");
}
