/** Where a service's data lay before it came to its host service: what a move has to know, and nothing else does. */
export interface OldSoftware {
  /** Container of the service itself. */
  readonly container: string;
  /** Its PostgreSQL, in a container of its own; all of it lies in the schema `public`. */
  readonly database: { readonly container: string; readonly user: string; readonly name: string };
  /** Folders as the old container saw them, and where below `/var/lib/<service>` they go. */
  readonly folders: readonly { readonly from: string; readonly to: string }[];
}

/**
 * The services that ran in Docker Compose in November 2025, by service. Names of containers are as the deployment's scripts have
 * them; `./scripts/ops move inventory` shows those there are. n8n is not here: what it keeps is encrypted with a key of the old
 * one's, which no move of tables brings along.
 */
export const oldSoftware: Readonly<Record<string, OldSoftware>> = {
  odoo: {
    container: "odoo",
    database: { container: "odoo-postgres", user: "odoo", name: "insightpulse" },
    // Odoo names the folder after the database, and the new one's is Supabase's.
    folders: [{ from: "/var/lib/odoo/filestore/insightpulse", to: "filestore/postgres" }],
  },
  mattermost: {
    container: "mattermost",
    database: { container: "mattermost-postgres", user: "mmuser", name: "mattermost" },
    folders: [{ from: "/mattermost/data", to: "data" }],
  },
};
