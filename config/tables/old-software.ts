import type { HealthCheck } from "../health-check.ts";

/** Where a service's data lay before it came to its host service: what a move has to know, and nothing else does. */
export type OldSoftware = (InContainer | AsUnit) & {
  /** Folders as the old one saw them, and where below `/var/lib/<service>` they go. */
  readonly folders: readonly { readonly from: string; readonly to: string }[];
  /** How it answered when it was well, where that is not how its successor answers. */
  readonly health?: HealthCheck & { readonly url: string; readonly body: RegExp };
};

/** One that ran in a container. */
interface InContainer {
  readonly container: string;
  /** Its PostgreSQL, in a container of its own; all of it lies in the schema `public`. */
  readonly database: { readonly container: string; readonly user: string; readonly name: string };
  /** What it has sealed with a key of its own, as n8n does: it is sealed anew with the key that its successor has. */
  readonly sealed?: Sealed;
}

/** One that ran as a unit of systemd, and had no database. */
interface AsUnit {
  readonly unit: string;
  readonly database?: undefined;
}

/** Where the key is, and what must open with it. */
interface Sealed {
  /** Variable of the container that holds the key, and of the successor. */
  readonly variable: string;
  /** Where the key is when nobody gave one: a file of JSON as the container sees it, and the entry in it. */
  readonly file: string;
  readonly entry: string;
  /** `TABLE.COLUMN` in which every value is sealed, and of no use when it cannot be opened. */
  readonly mustOpen: string;
  /** Tables in which nothing of the kind is looked for. */
  readonly without: readonly string[];
}

/**
 * The services as they ran in November 2025. Names of containers are as the deployment's scripts have them; `./scripts/ops move
 * inventory` shows those there are.
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
  n8n: {
    container: "n8n",
    database: { container: "n8n-postgres", user: "n8n", name: "n8n" },
    // Not the file with the key: n8n does not start where that is another one than it is given.
    folders: [
      { from: "/home/node/.n8n/binaryData", to: "binaryData" },
      { from: "/home/node/.n8n/nodes", to: "nodes" },
    ],
    sealed: {
      ...{ variable: "N8N_ENCRYPTION_KEY", file: "/home/node/.n8n/config", entry: "encryptionKey" },
      mustOpen: "credentials_entity.data",
      // What workflows have worked on may look sealed, and is by another key if it is; it may also be gigabytes.
      without: ["execution_data"],
    },
  },
  ocr: {
    unit: "ai-inference-hub.service",
    // PaddleOCR keeps its models in the home of whoever runs it.
    folders: [{ from: "/home/aihub/.paddleocr", to: ".paddleocr" }],
    health: {
      ...{ url: "http://127.0.0.1:8100/health", path: "/health", status: 200 },
      body: /"status"\s*:\s*"ok"/,
    },
  },
};
