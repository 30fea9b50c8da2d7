import type { Refusal } from "./refusal.ts";

/** What must be refused of the database, backups, secrets and what is protected, each for one reason. */
export const dataRefusals: readonly Refusal[] = [
  {
    name: "a role that is the vendor's own",
    edits: { "database.roles": { supabase_admin: { schema: "x" } } },
    path: "database.roles.supabase_admin",
    says: /is not allowed/,
    allowed: /none of Supabase's or PostgreSQL's own/,
  },
  {
    name: "us-east-1",
    edits: { "backup.region": "us-east-1" },
    path: "backup.region",
    says: /Amazon's/,
    allowed: /nyc3/,
  },
  {
    name: "a backup region without Spaces",
    edits: { "backup.secondRegion": "nyc1" },
    path: "backup.secondRegion",
    says: /"nyc1" has no Spaces/,
  },
  {
    name: "both copies in one region",
    edits: { "backup.secondRegion": "nyc3" },
    path: "backup.secondRegion",
    says: /would take both/,
  },
  {
    name: "backups taken by a host that is not there",
    edits: { "backup.host": "archive" },
    path: "backup.host",
    says: /"archive" is no host/,
    allowed: /erp, ocr/,
  },
  {
    name: "both copies written by one host",
    edits: { "backup.host": "ocr", "backup.copyHost": "ocr" },
    path: "backup.copyHost",
    says: /could destroy both copies/,
    allowed: /erp/,
  },
  {
    name: "unprotected data in prod",
    edits: { protectData: false },
    path: "protectData",
    says: /not allowed in prod/,
  },
  {
    name: "an unknown Odoo connection",
    edits: { "database.odooConnection": "direct" },
    path: "database.odooConnection",
    says: /"direct" is not allowed/,
    allowed: /session, transaction/,
  },
  {
    name: "a database authority that is no certificate",
    edits: { "database.certificateAuthority": "prod-ca-2021.crt" },
    path: "database.certificateAuthority",
    says: /is not allowed/,
    allowed: /PEM text/,
  },
  {
    name: "a database authority that cannot be read",
    edits: {
      "database.certificateAuthority": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    },
    path: "database.certificateAuthority",
    says: /no certificate that can be read/,
    allowed: /Supabase dashboard/,
  },
  {
    name: "a rotation of a role that is not there",
    edits: { "database.rotations": { oddo: 1 } },
    path: "database.rotations.oddo",
    says: /a role that is not there/,
    allowed: /odoo, mattermost/,
  },
  {
    name: "a rotation of what the stack must not make anew",
    edits: { "secrets.rotations": { "n8n-encryption-key": 1 } },
    path: "secrets.rotations.n8n-encryption-key",
    says: /what the stack does not rotate/,
    allowed: /odoo-master-password, ocr-api-key/,
  },
  {
    name: "the day of a secret that the stack made",
    edits: { "secrets.setOn": { "deploy-key": "2026/11/25" } },
    path: "secrets.setOn.deploy-key",
    says: /nobody sets here/,
    allowed: /supabaseOwnerPassword/,
  },
  {
    name: "a day that there is not",
    edits: { "secrets.setOn": { supabaseOwnerPassword: "2026/02/30" } },
    path: "secrets.setOn.supabaseOwnerPassword",
    says: /"2026\/02\/30" is not allowed/,
    allowed: /2026\/11\/25/,
  },
  {
    name: "Odoo on the transaction pooler without saying why",
    edits: { "database.odooConnection": "transaction" },
    path: "database.odooConnection",
    says: /LISTEN\/NOTIFY does not work/,
    allowed: /database\.transactionPoolerBecause/,
  },
];
