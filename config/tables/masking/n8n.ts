import type { MaskingRule } from "./rule.ts";

/** n8n 2. Workflows are there to be looked at and tried by hand; none starts by itself, and none can sign in anywhere. */
export const n8nMasks: readonly MaskingRule[] = [
  {
    table: "n8n.user",
    columns: {
      ...{ email: "mail", firstName: "name", lastName: "name", password: "empty" },
      ...{ mfaSecret: "empty", mfaRecoveryCodes: "empty", personalizationAnswers: "empty" },
    },
  },
  {
    table: "n8n.workflow_entity",
    columns: { active: "off", pinData: "empty", staticData: "empty" },
  },
  { table: "n8n.workflow_entity", comesWith: "n8n 2", columns: { activeVersionId: "empty" } },
  ...[
    ...["credentials_entity", "user_api_keys", "auth_identity", "invalid_auth_token", "variables"],
    // What came from outside, and what was made of it.
    ...["webhook_entity", "execution_entity", "processed_data"],
  ].map((table) => ({ table: `n8n.${table}`, isEmptied: true })),
];
