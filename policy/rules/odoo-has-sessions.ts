import { known, stackRule } from "../rule.ts";
import { acknowledged, ofType } from "../stack.ts";
import { types } from "../types.ts";

const name = "odoo-has-sessions";
const transactionPooler = /^db_port\s*=\s*6543\s*$/m;

/** On the transaction pooler LISTEN/NOTIFY does not work: Odoo's bus and cron stall, and nothing says so. */
export const odooHasSessions = stackRule({
  name,
  description:
    "Odoo reaches its database through the session pooler, unless database.transactionPoolerBecause says why not.",
  check: (resources, refuse) => {
    if (acknowledged(resources, name) !== undefined) return;
    for (const command of ofType(resources, types.command)) {
      // The host's bundle is JSON: its files' lines end with an escaped end of line.
      const given = known(() => command.props.stdin as string | undefined)?.replaceAll("\\n", "\n") ?? "";
      if (!transactionPooler.test(given)) continue;
      refuse(
        command,
        "Odoo is on the transaction pooler (port 6543), and nobody says why.",
        "Set database.odooConnection to session, or database.transactionPoolerBecause to the reason.",
      );
    }
  },
});
