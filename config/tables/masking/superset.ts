import type { MaskingRule } from "./rule.ts";

/** Superset's own tables. Databases it has been told of keep their addresses and lose their passwords. */
export const supersetMasks: readonly MaskingRule[] = [
  {
    table: "superset.ab_user",
    columns: {
      ...{ first_name: "name", last_name: "name", username: "account", email: "mail", password: "empty" },
    },
  },
  {
    table: "superset.dbs",
    columns: { password: "empty", encrypted_extra: "empty", server_cert: "empty" },
  },
  { table: "superset.report_schedule", columns: { active: "off" } },
  ...["ab_register_user", "report_recipient", "ssh_tunnels", "logs", "query"].map((table) => ({
    table: `superset.${table}`,
    isEmptied: true,
  })),
];
