import assert from "node:assert/strict";
import { suite, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { recordRegistrations, unwrap } from "../support/mocks.ts";

recordRegistrations();
const { SupabaseConnection } = await import("../../components/supabase-connection.ts");

const args = {
  projectRef: "spdtwktxdalcfigzeqrz",
  poolerHost: "aws-1-us-east-1.pooler.supabase.com",
  ownerPassword: "p@ss/word",
  rolePasswords: { odoo: "odoo-password" },
  logins: { odoo: "odoo_a" },
};
const supabase = new SupabaseConnection("database", args);
const verified = new SupabaseConnection("verified", { ...args, certificateAuthority: "sample authority" });
const pooler = "aws-1-us-east-1.pooler.supabase.com";

suite("every way into the database", () => {
  const { direct, sessionPooler, transactionPooler, restUrl } = supabase.connections;

  test("the direct host takes the bare owner; passwords are escaped", async () => {
    assert.equal(
      await unwrap(direct),
      "postgresql://postgres:p%40ss%2Fword@db.spdtwktxdalcfigzeqrz.supabase.co:5432/postgres?sslmode=require",
    );
  });

  test("the poolers take user.project, session on 5432 and transaction on 6543", async () => {
    const user = "postgres.spdtwktxdalcfigzeqrz:p%40ss%2Fword";
    assert.equal(await unwrap(sessionPooler), `postgresql://${user}@${pooler}:5432/postgres?sslmode=require`);
    assert.equal(
      await unwrap(transactionPooler),
      `postgresql://${user}@${pooler}:6543/postgres?sslmode=require`,
    );
  });

  test("an application connects by its own login, never as the owner", async () => {
    const { session } = supabase.role("odoo");
    assert.equal(
      await unwrap(session),
      `postgresql://odoo_a.spdtwktxdalcfigzeqrz:odoo-password@${pooler}:5432/postgres?sslmode=require`,
    );
  });

  test("whoever has files verifies the server where the authority is known; apps have none", async () => {
    for (const connection of Object.values(verified.connections).slice(0, 3)) {
      assert.match(String(await unwrap(connection as pulumi.Output<string>)), /\?sslmode=verify-full$/);
    }
    assert.match(await unwrap(verified.role("odoo").session), /\?sslmode=require$/);
  });

  test("all of them are secret", async () => {
    for (const connection of [direct, sessionPooler, transactionPooler, supabase.role("odoo").session]) {
      assert.equal(await pulumi.isSecret(connection), true);
    }
  });

  test("the REST address is the project's", () => {
    assert.equal(restUrl, "https://spdtwktxdalcfigzeqrz.supabase.co");
  });

  test("a role without a password is an error that names those which have one", () => {
    assert.throws(() => supabase.role("superset"), /no database role "superset"; there are: odoo/);
  });
});
