import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { planDatabaseRoles } from "../../config/derive/database-roles.ts";
import { entranceFiles } from "../../host/render/entrance.ts";
import { renderHostBundle } from "../../host/render/host-bundle.ts";
import { configuration, secretValues } from "../host/support/render.ts";
import { type Said, skip, TestFleet, told } from "../machines/support.ts";
import { inputsOf, recordRegistrations, secretValue, settled } from "../support/mocks.ts";
import { testSigningKey } from "../support/signing-key.ts";
import { waitFor } from "../support/wait-for.ts";
import { makeNamedKey, TestInternet } from "./support.ts";

const registrations = recordRegistrations();
const { Convergence } = await import("../../components/host/convergence.ts");
const { DatabaseRoles } = await import("../../components/database-roles/database-roles.ts");
const { HostAccess } = await import("../../components/host/host-access.ts");

const machine = 1;
const address = "203.0.113.11";
const ownerPassword = "the owner's password";
// Nobody's name servers are far away here.
const config = configuration({ edits: { "certificates.propagationSeconds": 0 } });
const signingKey = testSigningKey();

describe("the ERP host, from a droplet of somebody else's to services that answer", { skip }, () => {
  const lab = new TestFleet();
  const internet = new TestInternet(lab);
  let operator: Awaited<ReturnType<typeof makeNamedKey>>;
  let deploy: Awaited<ReturnType<typeof makeNamedKey>>;

  before(async () => {
    operator = await makeNamedKey(lab, "operator");
    deploy = await makeNamedKey(lab, "deploy");
    lab.add(machine, { publicKeys: [operator.publicKey], memoryMib: 4096, vcpus: 2 });
    await lab.open();
    await Promise.all([lab.fleet.boot(machine), internet.start(config, ownerPassword)]);
    // A moment after sshd listens users other than root are still refused.
    const isUp = async () => (await lab.in(machine, "test", "-e", "/run/nologin")).exitCode !== 0;
    await waitFor(isUp, "the machine to let users in");
    await internet.makeZone(config.domain);
    await internet.trust(machine);
    await declare();
  });
  after(async () => {
    await internet.stop();
    await lab.remove();
  });

  /** What the program would send: its own components, with the recorder in the engine's place. */
  async function declare(): Promise<void> {
    const [operatorKey, deployKey] = [operator, deploy].map(({ file }) => readFileSync(file, "utf8"));
    assert.ok(operatorKey && deployKey);
    const values = {
      ...secretValues(config),
      deployPublicKey: deploy.publicKey,
      signingPublicKey: signingKey.publicKey,
      dnsChallengeToken: internet.token,
    };
    new HostAccess("access", {
      ...{ address, user: "root", privateKey: operatorKey },
      ...{ deployUser: "deploy", deployPublicKey: deploy.publicKey },
      entrance: entranceFiles({
        ...{ host: "erp", deployUser: "deploy", administrators: {} },
        signingPublicKey: signingKey.publicKey,
      }),
    });
    const connection = { address, user: "deploy", privateKey: deployKey };
    new DatabaseRoles("roles", {
      ...{ from: connection, ownerPassword, passwords: values.rolePasswords },
      ...{ projectRef: config.database.projectRef, poolerHost: config.database.poolerHost },
      roles: planDatabaseRoles(config.resolvedServices, config),
    });
    const bundle = renderHostBundle("erp", config, values);
    new Convergence("convergence", { ...connection, dropletId: String(machine), bundle, signingKey });
    await settled();
  }

  /** Does what a declared command says, as the provider does. */
  function run(name: string): Promise<Said> {
    const { connection, create, stdin } = inputsOf(registrations, name);
    const { user } = secretValue(connection) as { user: string };
    const key = user === "root" ? operator : deploy;
    const text = typeof stdin === "string" ? stdin : String(secretValue(stdin));
    return lab.sshWith(text, user, address, key.file, String(create));
  }

  const ask = (host: string, path: string) =>
    lab.beside(
      ...["curl", "--silent", "--show-error", "--max-time", "30", "--cacert", internet.trustBundle],
      ...["--resolve", `${host}.${config.domain}:443:${address}`, `https://${host}.${config.domain}${path}`],
    );

  test("the operator's key lets the deploy user in, once and for all", async () => {
    assert.notEqual((await lab.ssh("deploy", address, deploy.file, "true")).exitCode, 0);
    assert.match(await told(run("access-deploy-user")), /opens deploy/);
    assert.equal(await told(run("access-deploy-user")), "");
    const rights = await lab.ssh("deploy", address, deploy.file, "sudo", "-n", "id");
    assert.match(rights.text, /a password is required/);
  });

  test("the database gets its roles from there, and the same again changes nothing", async () => {
    assert.equal(await told(run("roles-apply")), "");
    assert.equal(await told(run("roles-apply")), "");
  });

  test("one run makes the host what its bundle says", async () => {
    const said = await told(run("convergence-apply"));
    assert.match(said, /\d+ changed, \d+ restarted or reloaded, in/);
    for (const unit of ["odoo", "mattermost", "n8n", "nginx"]) {
      assert.equal(await told(lab.in(machine, "systemctl", "is-active", `${unit}.service`)), "active");
    }
  });

  test("the next run has nothing to do, and nothing has drifted", async () => {
    assert.match(await told(run("convergence-apply")), /^nothing to change, in [\d.]+ s$/);
    assert.equal(await told(lab.in(machine, "converge", "check")), "everything is as the bundle says");
  });

  test("the world reaches every service by its name, with a certificate it trusts", async () => {
    // While nginx changes over to the certificate, now a process of before answers and now one of after.
    for (const [host, path, answer] of [
      ["erp", "/web/health", /"status"\s*:\s*"pass"/],
      ["chat", "/api/v4/system/ping", /"status"\s*:\s*"OK"/],
      ["n8n", "/healthz", /"status"\s*:\s*"ok"/],
    ] as const) {
      const isTrusted = async () => (await ask(host, path)).exitCode === 0;
      await waitFor(isTrusted, `the certificate of ${host}`, 300);
      await waitFor(async () => answer.test((await ask(host, path)).text), `${host} to be well`);
    }
  });

  test("root is let in no more, and the deploy user still is", async () => {
    assert.notEqual((await lab.ssh("root", address, operator.file, "true")).exitCode, 0);
    await told(lab.ssh("deploy", address, deploy.file, "true"));
  });
});
