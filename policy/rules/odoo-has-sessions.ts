import { poolerPorts } from "../../config/tables/supabase.ts";
import { bundleText } from "../bundle-text.ts";
import { known, stackRule } from "../rule.ts";
import { acknowledged, ofType } from "../stack.ts";
import { types } from "../types.ts";

const name = "odoo-has-sessions";
const transactionPooler = new RegExp(`^db_port\\s*=\\s*${poolerPorts.transaction}\\s*$`, "m");

/** On the transaction pooler LISTEN/NOTIFY does not work: Odoo's bus and cron stall, and nothing says so. */
export const odooHasSessions = stackRule({
  name,
  description:
    "Odoo reaches its database through the session pooler, unless database.transactionPoolerBecause says why not.",
  check: (resources, refuse) => {
    if (acknowledged(resources, name) !== undefined) return;
    for (const command of ofType(resources, types.command)) {
      if (!transactionPooler.test(bundleText(known(() => command.props.stdin)))) continue;
      refuse(
        command,
        `Odoo is on the transaction pooler (port ${poolerPorts.transaction}), and nobody says why.`,
        "Set database.odooConnection to session, or database.transactionPoolerBecause to the reason.",
      );
    }
  },
});
