import type { Settings } from "../schema.ts";
import { isWorld } from "../world.ts";
import { setAuthorityCommand } from "./database.ts";

/** Each looks at the settings and says what is allowed but should be known. */
export const warnings: readonly ((settings: Settings) => readonly string[])[] = [
  ({ ssh }) =>
    ssh.allowFrom.some(isWorld)
      ? [
          `SSH is open to the whole world${ssh.openToWorldBecause ? ` (${ssh.openToWorldBecause})` : ""}. Set ssh.allowFrom.`,
        ]
      : [],
  ({ database }) =>
    database.odooConnection === "transaction"
      ? [
          "Odoo is on the transaction pooler, where LISTEN/NOTIFY does not work: its bus stalls and cron jobs start " +
            "late. database.odooConnection is session by default.",
        ]
      : [],
  ({ database, environment }) =>
    database.certificateAuthority === undefined
      ? [
          "Connections to the database are encrypted, but nobody verifies whose server they end at. Download the " +
            `certificate (Supabase dashboard, Database settings, SSL configuration), then: ${setAuthorityCommand(environment)}`,
        ]
      : [],
];
