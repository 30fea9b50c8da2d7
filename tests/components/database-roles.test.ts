import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { DatabaseRole } from "../../config/derive/database-roles.ts";
import { inputsOf, recordRegistrations, secretValue, settled } from "../support/mocks.ts";

const registrations = recordRegistrations();
const { DatabaseRoles } = await import("../../components/database-roles/database-roles.ts");
const { roleStatements } = await import("../../components/database-roles/statements.ts");
const { passwordVerifier } = await import("../../components/database-roles/verifier.ts");

const plain = { readsEverything: false, makesSchemas: false, connectionLimit: 15 };
const roles: DatabaseRole[] = [
  { name: "odoo", schema: "odoo", ...plain },
  { name: "backup", ...plain, readsEverything: true },
];

new DatabaseRoles("database-roles", {
  from: { address: "203.0.113.10", user: "deploy", privateKey: "sample-private-key" },
  projectRef: "abcdefghijklmnopqrst",
  poolerHost: "pooler.example.com",
  ownerPassword: "sample-owner-password",
  roles,
  passwords: { odoo: "sample-odoo-password", backup: "sample-backup-password" },
});
await settled();

suite("the roles of the database", () => {
  const { create, stdin } = inputsOf(registrations, "database-roles-apply");

  test("are made by one command, as the owner, through the session pooler", () => {
    assert.equal(registrations.length, 2);
    assert.equal(create, "bash -s -- pooler.example.com 5432 postgres.abcdefghijklmnopqrst");
  });

  test("the owner's password travels in the secret input and nowhere else, the roles' own not at all", () => {
    const lines = String(secretValue(stdin)).split("\n");
    assert.equal(lines[lines.indexOf('main "$@"; exit') + 1], "sample-owner-password");
    const { stdin: _, connection: __, ...open } = inputsOf(registrations, "database-roles-apply");
    assert.doesNotMatch(JSON.stringify(open), /sample-/);
    assert.doesNotMatch(lines.join("\n"), /sample-(odoo|backup)-password/);
  });

  test("a role without a password is an error that names it", () => {
    assert.throws(() => roleStatements(roles, { odoo: "x" }), /no password of a database role "backup"/);
  });

  test("the same roles and passwords give the same statements, and another password other ones", () => {
    const passwords = { odoo: "a", backup: "b" };
    assert.equal(roleStatements(roles, passwords), roleStatements(roles, passwords));
    assert.notEqual(roleStatements(roles, passwords), roleStatements(roles, { ...passwords, backup: "c" }));
  });

  test("two roles with one password have nothing in common", () => {
    assert.match(
      passwordVerifier("odoo", "one"),
      /^SCRAM-SHA-256\$4096:[\w+/]{22}==\$[\w+/]{43}=:[\w+/]{43}=$/,
    );
    const [first, second] = ["odoo", "n8n"].map((role) => passwordVerifier(role, "one").split(/[$:]/));
    assert.equal(first?.filter((part, index) => index > 1 && part === second?.[index]).length, 0);
  });
});
