import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { databaseRolesHost, planDatabaseRoles } from "../../config/derive/database-roles.ts";
import { planDnsRecords } from "../../config/derive/dns-records.ts";
import { planHosts } from "../../config/derive/hosts.ts";
import { monthlyCost } from "../../config/derive/monthly-cost.ts";
import { protection } from "../../config/derive/protection.ts";
import { oauthRedirectUris } from "../../config/derive/redirect-uris.ts";
import { loadConfiguration } from "../../config/load.ts";
import { certificateAuthority } from "../support/certificate-authority.ts";
import { readStackFile, setPath } from "../support/stack-file.ts";

function load(stack: string, edits: Readonly<Record<string, unknown>> = {}) {
  const source = readStackFile(stack);
  for (const [key, value] of Object.entries(edits)) setPath(source.values, key, value);
  return loadConfiguration(source);
}

suite("the repository's own configurations", () => {
  for (const stack of ["prod", "staging"]) {
    test(`${stack} is accepted`, () => {
      assert.equal(load(stack).stack, stack);
    });
  }

  test("prod warns that SSH is open to the world, with the reason", () => {
    assert.match(load("prod").warnings.join("\n"), /SSH is open to the whole world \(As found at adoption/);
  });

  test("hosts that nobody administers are converged, with a warning that says how to name somebody", () => {
    const nobody = /Nobody can work on the hosts.*pulumi config set --path 'ssh\.administrators\.YOU\[0\]'/;
    assert.match(load("prod").warnings.join("\n"), nobody);
    const keys = [`ssh-ed25519 ${"A".repeat(68)} admin@office`];
    assert.doesNotMatch(load("prod", { "ssh.administrators": { admin: keys } }).warnings.join("\n"), nobody);
  });

  test("Odoo on the transaction pooler is allowed to whoever says why, with a warning", () => {
    const { warnings } = load("prod", {
      "database.odooConnection": "transaction",
      "database.transactionPoolerBecause": "Nobody uses its bus here.",
    });
    assert.match(warnings.join("\n"), /LISTEN\/NOTIFY does not work/);
    assert.doesNotMatch(load("prod").warnings.join("\n"), /LISTEN/);
  });

  test("a database whose authority is not known is used, with a warning that says how to get it", () => {
    const unverified =
      /nobody verifies.*pulumi config set <prod-ca-2021\.crt --path 'database\.certificateAuthority'/;
    assert.match(load("prod").warnings.join("\n"), unverified);
    const { warnings } = load("prod", { "database.certificateAuthority": certificateAuthority });
    assert.doesNotMatch(warnings.join("\n"), unverified);
  });

  test("the registry's tier holds what the services come from, and its price is on the bill of whoever owns it", () => {
    const taken = { "services.superset.specification": "managed", "services.mcp.specification": "managed" };
    const prod = load("prod", { ...taken, "registry.tier": "basic" });
    const [before, after] = [load("prod"), prod].map((config) =>
      monthlyCost(config.resolvedServices, config),
    );
    assert.equal((after?.totalUsd ?? 0) - (before?.totalUsd ?? 0), 5);
    // From elsewhere, they need no room in it.
    const elsewhere = { registryType: "GHCR", registry: "owner", repository: "superset", tag: "1" };
    assert.ok(
      load("prod", { "services.superset.specification": "managed", "services.superset.image": elsewhere }),
    );
    const shared =
      /3 repositories of the registry fin-workspace \(mcp-coordinator, ocr-service, superset\), which another stack owns/;
    assert.match(load("staging").warnings.join("\n"), shared);
    assert.doesNotMatch(load("prod").warnings.join("\n"), /repositories/);
  });

  test("a GPU is accepted where one is sold, with the vendor's driver image", () => {
    const config = load("prod", {
      "networks.tor1": { name: "insightpulse-tor1", ipRange: "10.130.0.0/20" },
      "hosts.ocr.region": "tor1",
      "hosts.ocr.size": "gpu-4000adax1-20gb",
      "hosts.ocr.accelerator": "gpu",
      "budget.acceptedUsd": 2000,
    });
    assert.equal(planHosts(config).ocr?.droplet.image, "gpu-h100x1-base");
  });

  test("data is protected everywhere unless it is thrown away; in prod the rest is as well", () => {
    const [yes, no] = [{ protect: true }, { protect: false }];
    assert.deepEqual(protection(load("prod")), { data: yes, rest: yes });
    assert.deepEqual(protection(load("staging")), { data: yes, rest: no });
    assert.deepEqual(protection(load("staging", { protectData: false })), { data: no, rest: no });
  });

  test("the roles of the database, each with what it may do", () => {
    const config = load("prod", { "database.roles": { scout: { schema: "scout_data" } } });
    const application = {
      ...{ readsEverything: false, makesSchemas: false, seesStatistics: false },
      connectionLimit: 15,
    };
    const platform = { ...application, connectionLimit: 5 };
    const first = (name: string) => ({ name, login: `${name}_a`, retired: [`${name}_b`, name] });
    assert.deepEqual(planDatabaseRoles(config.resolvedServices, config), [
      ...["odoo", "mattermost"].map((name) => ({ ...first(name), schema: name, ...application })),
      // It asks for its schema at every start, and would hang without the right to make one.
      { ...first("n8n"), schema: "n8n", ...application, makesSchemas: true },
      { ...first("superset"), schema: "superset", ...application },
      { ...first("backup"), ...platform, readsEverything: true },
      { ...first("migration"), ...platform, makesSchemas: true, seesStatistics: true },
      { ...first("watch"), ...platform, seesStatistics: true },
      { ...first("scout"), schema: "scout_data", ...application },
    ]);
  });

  test("a rotation gives the other login its turn, and the next one takes it back", () => {
    const loginAt = (count: number) => {
      const config = load("prod", { "database.rotations": { odoo: count } });
      const [odoo] = planDatabaseRoles(config.resolvedServices, config);
      return [odoo?.login, odoo?.retired];
    };
    assert.deepEqual(loginAt(0), ["odoo_a", ["odoo_b", "odoo"]]);
    assert.deepEqual(loginAt(1), ["odoo_b", ["odoo_a", "odoo"]]);
    assert.deepEqual(loginAt(2), loginAt(0));
  });

  test("roles are made from the host of the first service that has one", () => {
    const from = (edits: Readonly<Record<string, unknown>>) => {
      const config = load("prod", edits);
      return databaseRolesHost(config.resolvedServices, config);
    };
    assert.equal(from({}), "erp");
    assert.equal(from({ "services.odoo": { host: "ocr" }, "services.ocr": { enabled: false } }), "ocr");
  });

  test("secrets of hosts are needed where hosts are converged, and only there", () => {
    const hosts = ["dnsChallengeToken", "hostAccessKey", "registryPullToken"];
    const needed = (stack: string, edits: Readonly<Record<string, unknown>>) =>
      load(stack, edits).secretNames.filter((name) => hosts.includes(name));
    assert.deepEqual(needed("prod", {}), hosts);
    assert.deepEqual(needed("staging", {}), ["dnsChallengeToken", "registryPullToken"]);
    assert.deepEqual(needed("staging", { "services.ocr": { enabled: false } }), ["dnsChallengeToken"]);
    assert.deepEqual(needed("prod", { convergeHosts: false }), []);
  });

  test("an app's plain variables: a literal one overridden, a new one beside the catalogue's", () => {
    const variables = { SUPERSET_ENV: "staging", LOG_LEVEL: "debug" };
    const config = load("staging", { "services.superset.variables": variables });
    const found = config.resolvedServices.find(({ name }) => name === "superset");
    assert.ok(found?.kind === "app");
    assert.deepEqual(found.variables.SUPERSET_ENV, { from: "literal", value: "staging" });
    assert.deepEqual(found.variables.LOG_LEVEL, { from: "literal", value: "debug" });
    assert.equal(found.variables.SUPERSET_SECRET_KEY?.from, "generated");
  });

  test("a feature environment takes its own stack's name", () => {
    const source = { ...readStackFile("staging"), stack: "feature-invoices" };
    source.values.environment = "feature-invoices";
    assert.equal(loadConfiguration(source).environment, "feature-invoices");
  });
});

suite("what is derived from the catalogue", () => {
  test("prod's DNS table is the inventory's, with root, www and CAA", () => {
    const config = load("prod");
    const table = planDnsRecords(config.resolvedServices, config).map(
      ({ name, type, target, ttlSeconds }) =>
        `${name} ${type} ${JSON.stringify(Object.values(target))} ${ttlSeconds}`,
    );
    assert.deepEqual(table, [
      '@ A ["host","erp"] 3600',
      'www CNAME ["name","insightpulseai.net"] 3600',
      'erp A ["host","erp"] 3600',
      'chat A ["host","erp"] 3600',
      'n8n A ["host","erp"] 3600',
      'ocr A ["host","ocr"] 3600',
      'superset CNAME ["app","superset"] 3600',
      'mcp CNAME ["app","mcp"] 3600',
      'agent CNAME ["name","wr2azp5dsl6mu6xvxtpglk5v.agents.do-ai.run"] 3600',
      '@ CAA ["name","letsencrypt.org"] 3600',
      '@ CAA ["name","letsencrypt.org"] 3600',
      '@ CAA ["name","pki.goog"] 3600',
      '@ CAA ["name","pki.goog"] 3600',
      'staging NS ["name","ns1.digitalocean.com"] 3600',
      'staging NS ["name","ns2.digitalocean.com"] 3600',
      'staging NS ["name","ns3.digitalocean.com"] 3600',
    ]);
  });

  test("record keys are stable and used once", () => {
    const config = load("prod");
    const keys = planDnsRecords(config.resolvedServices, config).map(({ key }) => key);
    assert.equal(new Set(keys).size, keys.length);
  });

  test("n8n moves to a third droplet by editing the configuration alone", () => {
    const config = load("prod", {
      "hosts.automation": { name: "ipai-automation", region: "sfo2", size: "s-1vcpu-2gb" },
      "services.n8n": { host: "automation" },
    });
    const record = planDnsRecords(config.resolvedServices, config).find(({ key }) => key === "n8n");
    assert.deepEqual(record?.target, { kind: "host", host: "automation" });
    assert.deepEqual(planHosts(config).automation?.services, ["n8n"]);
    assert.deepEqual(planHosts(config).erp?.services, ["odoo", "mattermost"]);
  });

  test("a port that is taken on one host is free on another", () => {
    const config = load("prod", {
      "hosts.automation": { name: "ipai-automation", region: "sfo2", size: "s-1vcpu-2gb" },
      "services.n8n": { host: "automation", port: 8065 },
    });
    assert.ok(config.resolvedServices.some(({ name }) => name === "n8n"));
  });

  test("a service that is switched off leaves no record, URI or check behind", () => {
    const config = load("prod", { "services.agent": { enabled: false } });
    assert.ok(!config.resolvedServices.some(({ name }) => name === "agent"));
    assert.ok(!planDnsRecords(config.resolvedServices, config).some(({ key }) => key === "agent"));
  });

  test("redirect URIs: the application's own, or the sign-on proxy's", () => {
    assert.deepEqual(oauthRedirectUris(load("prod").resolvedServices), {
      odoo: "https://erp.insightpulseai.net/auth_oauth/signin",
      mattermost: "https://chat.insightpulseai.net/oauth2/callback",
      n8n: "https://n8n.insightpulseai.net/oauth2/callback",
      superset: "https://superset.insightpulseai.net/oauth-authorized/google",
      mcp: "https://mcp.insightpulseai.net/api/auth/callback/google",
    });
  });

  test("a recovery takes a size whose disk holds the old one", () => {
    const plans = planHosts(load("prod"));
    assert.equal(plans.erp?.recoverySize, "s-2vcpu-4gb-120gb-intel");
    assert.equal(plans.ocr?.recoverySize, "s-4vcpu-8gb");
  });
});
