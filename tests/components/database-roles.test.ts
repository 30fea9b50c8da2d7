import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { DatabaseRole } from "../../config/derive/database-roles.ts";
import { inputsOf, recordRegistrations, secretValue, settled } from "../support/mocks.ts";

const registrations = recordRegistrations();
const { DatabaseRoles, RetiredLogins } = await import("../../components/database-roles/database-roles.ts");
const { retirementStatements, roleStatements } = await import(
  "../../components/database-roles/statements.ts"
);
const { passwordVerifier } = await import("../../components/database-roles/verifier.ts");

const plain = { readsEverything: false, makesSchemas: false, seesStatistics: false, connectionLimit: 15 };
const roles: DatabaseRole[] = [
  { name: "odoo", login: "odoo_b", retired: ["odoo_a", "odoo"], schema: "odoo", ...plain },
  { name: "backup", login: "backup_a", retired: ["backup_b", "backup"], ...plain, readsEverything: true },
];
const from = { address: "203.0.113.10", user: "deploy", privateKey: "sample-private-key" };
const owner = {
  ...{ from, projectRef: "abcdefghijklmnopqrst", poolerHost: "pooler.example.com" },
  ...{ ownerPassword: "sample-owner-password", certificateAuthority: "sample authority" },
};

const made = new DatabaseRoles("database-roles", {
  ...{ ...owner, roles },
  passwords: { odoo: "sample-odoo-password", backup: "sample-backup-password" },
});
new RetiredLogins("retired", { ...owner, roles }, { dependsOn: [made] });
await settled();

suite("the roles of the database", () => {
  const { create, stdin } = inputsOf(registrations, "database-roles-apply");

  test("are made by one command, as the owner, through the session pooler", () => {
    assert.equal(registrations.length, 4);
    const options = "--single-transaction --output=/dev/null";
    assert.equal(create, `bash -s -- pooler.example.com 5432 postgres.abcdefghijklmnopqrst ${options}`);
  });

  test("the owner's password travels in the secret input and nowhere else, the roles' own not at all", () => {
    const lines = String(secretValue(stdin)).split("\n");
    const start = lines.indexOf('main "$@"; exit') + 1;
    const authority = Buffer.from("sample authority").toString("base64");
    assert.deepEqual(lines.slice(start, start + 2), ["sample-owner-password", authority]);
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

  test("nobody signs in as the role that owns, and who reads everything does so as the login too", () => {
    const sql = roleStatements(roles, { odoo: "a", backup: "b" });
    assert.match(sql, /ALTER ROLE "odoo_b" LOGIN CONNECTION LIMIT 15 PASSWORD 'SCRAM/);
    assert.match(sql, /ALTER ROLE "backup_a" BYPASSRLS/);
    assert.doesNotMatch(sql, /ALTER ROLE "(odoo|odoo_a|backup|backup_b)" /);
  });

  test("a login whose turn is over keeps its password until the hosts and apps have the next one", () => {
    const sql = retirementStatements(roles);
    for (const retired of ["odoo_a", "odoo", "backup_b", "backup"])
      assert.match(sql, new RegExp(`ALTER ROLE "${retired}" NOLOGIN PASSWORD NULL`));
    assert.doesNotMatch(sql, /ALTER ROLE "(odoo_b|backup_a)"/);
    const { dependencies = [] } = registrations.find(({ name }) => name === "retired") ?? {};
    assert.deepEqual(dependencies, ["database-roles-apply"]);
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
