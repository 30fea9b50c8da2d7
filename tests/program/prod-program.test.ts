import assert from "node:assert/strict";
import { mock, suite, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import type { CostOutput } from "../../config/derive/cost-summary.ts";
import type { HostBundle } from "../../host/bundle.ts";
import { bundleIn } from "../../operations/hosts/stack.ts";
import { ofType, secretValue, unwrap } from "../support/mocks.ts";
import { runProgram, sampleSecret } from "../support/program.ts";

// Without an engine to tell, warnings go to the console.
const warned = mock.method(console, "warn", () => {});
const { registrations, outputs } = await runProgram("prod");

suite("the program as prod declares", () => {
  test("these resources of each kind, and nothing else", () => {
    const counts: Record<string, number> = {};
    for (const { type, custom } of registrations) {
      if (custom) counts[type] = (counts[type] ?? 0) + 1;
    }
    assert.deepEqual(counts, {
      "command:remote:Command": 6,
      "digitalocean:index/app:App": 2,
      "digitalocean:index/containerRegistry:ContainerRegistry": 1,
      "digitalocean:index/dnsRecord:DnsRecord": 16,
      "digitalocean:index/domain:Domain": 1,
      "digitalocean:index/droplet:Droplet": 2,
      "digitalocean:index/firewall:Firewall": 2,
      "digitalocean:index/monitorAlert:MonitorAlert": 8,
      "digitalocean:index/project:Project": 1,
      "digitalocean:index/projectResources:ProjectResources": 1,
      "digitalocean:index/spacesBucket:SpacesBucket": 3,
      "digitalocean:index/spacesKey:SpacesKey": 5,
      "digitalocean:index/sshKey:SshKey": 1,
      "digitalocean:index/tag:Tag": 3,
      "digitalocean:index/uptimeAlert:UptimeAlert": 14,
      "digitalocean:index/uptimeCheck:UptimeCheck": 7,
      "digitalocean:index/volume:Volume": 1,
      "digitalocean:index/vpc:Vpc": 2,
      "random:index/randomPassword:RandomPassword": 15,
      "tls:index/privateKey:PrivateKey": 2,
    });
  });

  test("whatever is live is taken over by its id", () => {
    const imported = Object.fromEntries(registrations.flatMap(({ name, id }) => (id ? [[name, id]] : [])));
    assert.deepEqual(imported, {
      "network-sfo2": "810501ec-9ee6-47e1-b02c-cf42b3a942a7",
      "network-sgp1": "0d3ec42e-f3ec-4c99-97ef-aa62d5db6b09",
      "host-erp-droplet": "527891549",
      "host-ocr-droplet": "525178434",
      "host-ocr-firewall-rules": "fb77861f-8402-44d3-b4c4-3e71696ac3fb",
      "volume-odoobo-backup": "8b8b827e-afe3-11f0-93c2-0a58ac12c695",
      "registry-registry": "fin-workspace",
      "app-superset-app": "73af11cb-dab2-4cb1-9770-291c536531e6",
      "app-mcp-app": "844b0bb2-0208-4694-bf86-12e750b7f790",
      "project-project": "29cde7a1-8280-46ad-9fdf-dea7b21a7825",
    });
  });

  test("an app that is left as it was found waits for nothing that it does not use", () => {
    const apps = ofType(registrations, "insightpulse:app:AppService");
    assert.deepEqual(apps["app-superset"]?.dependencies ?? assert.fail("no superset"), []);
  });

  test("every service is asked for on its own health path", () => {
    const checks = ofType(registrations, "digitalocean:index/uptimeCheck:UptimeCheck");
    assert.deepEqual(
      Object.values(checks)
        .map(({ inputs }) => inputs.target)
        .sort(),
      [
        "https://agent.insightpulseai.net/",
        "https://chat.insightpulseai.net/api/v4/system/ping",
        "https://erp.insightpulseai.net/web/health",
        "https://mcp.insightpulseai.net/api/health",
        "https://n8n.insightpulseai.net/healthz",
        "https://ocr.insightpulseai.net/health",
        "https://superset.insightpulseai.net/health",
      ],
    );
  });

  test("n8n's encryption key and every role's password are generated", () => {
    assert.deepEqual(
      Object.keys(ofType(registrations, "random:index/randomPassword:RandomPassword")).sort(),
      [
        "backup-repository-password",
        "database-role-backup",
        "database-role-mattermost",
        "database-role-migration",
        "database-role-n8n",
        "database-role-odoo",
        "database-role-superset",
        "database-role-watch",
        "generated-mcp-nextauth-secret",
        "generated-n8n-encryption-key",
        "generated-ocr-api-key",
        "generated-ocr-queue-password",
        "generated-odoo-master-password",
        "generated-sign-on-cookie-key",
        "generated-superset-secret-key",
      ],
    );
  });
});

suite("the hosts as prod declares", () => {
  const commands = ofType(registrations, "command:remote:Command");
  const bundleOf = (host: string): HostBundle => {
    const { stdin } = commands[`host-${host}-convergence-apply`]?.inputs ?? {};
    return bundleIn(String(secretValue(stdin))) as HostBundle;
  };
  const contentOf = (host: string, path: string) =>
    bundleOf(host).files.find((file) => file.path === path)?.content ?? "";

  test("are converged each by its own bundle, in which the stack's secrets stand", () => {
    assert.equal(bundleOf("erp").host, "erp");
    assert.equal(bundleOf("ocr").host, "ocr");
    const secrets = "/etc/insightpulse/secrets";
    assert.match(contentOf("erp", `${secrets}/odoo.conf`), /sample-password-database-role-odoo/);
    assert.match(contentOf("erp", `${secrets}/n8n.env`), /sample-password-generated-n8n-encryption-key/);
    assert.match(contentOf("erp", `${secrets}/dns-challenge.json`), new RegExp(sampleSecret));
    assert.match(contentOf("erp", "/home/deploy/.ssh/authorized_keys"), /ssh-ed25519 AAAASAMPLE-deploy-/);
    assert.match(contentOf("erp", "/etc/insightpulse/converge-signers"), /ssh-ed25519 AAAASAMPLE-signing-/);
    assert.match(contentOf("ocr", `${secrets}/registry.json`), /registry\.digitalocean\.com/);
    assert.equal(contentOf("erp", `${secrets}/registry.json`), "");
  });

  test("are opened with the operator's key first, for they are adopted", () => {
    const { connection } = commands["host-erp-access-deploy-user"]?.inputs ?? {};
    const { user, privateKey } = secretValue(connection) as Record<string, unknown>;
    assert.deepEqual([user, privateKey], ["root", sampleSecret]);
  });

  test("wait for their droplet and firewall, the deploy user, the roles and the zone, and for no app", () => {
    const convergences = ofType(registrations, "insightpulse:host:Convergence");
    for (const host of ["erp", "ocr"]) {
      const dependencies = convergences[`host-${host}-convergence`]?.dependencies ?? [];
      for (const wanted of [
        ...[`host-${host}-droplet`, `host-${host}-firewall-rules`, `host-${host}-access-deploy-user`],
        ...["database-roles-apply", "dns-zone"],
      ]) {
        assert.ok(dependencies.includes(wanted), `${host} does not wait for ${wanted}: ${dependencies}`);
      }
      assert.deepEqual(
        dependencies.filter((name) => name.startsWith("app-")),
        [],
      );
    }
  });

  test("no command says a secret where everybody on a host could read it", () => {
    for (const { name, inputs } of Object.values(commands)) {
      const { stdin: _, connection: __, ...open } = inputs;
      assert.doesNotMatch(JSON.stringify(open), /sample-/, name);
      assert.equal("delete" in inputs, false, name);
    }
  });
});

suite("what the stack gives out", () => {
  test("every output an operator asks for", () => {
    assert.deepEqual(Object.keys(outputs).sort(), [
      "acknowledgements",
      "addresses",
      "backupKeys",
      "backupRepositoryPassword",
      "connections",
      "deployPrivateKey",
      "dnsTable",
      "heartbeatKey",
      "hosts",
      "monthlyCost",
      "nameServers",
      "oauthRedirectUris",
      "services",
      "urls",
    ]);
  });

  test("connections, keys and the deploy key are secret; nothing else holds a secret", async () => {
    for (const [name, output] of Object.entries(outputs)) {
      const secret = await pulumi.isSecret(pulumi.output(output));
      assert.equal(
        secret,
        [
          "backupKeys",
          "backupRepositoryPassword",
          "connections",
          "deployPrivateKey",
          "heartbeatKey",
        ].includes(name),
        name,
      );
      if (secret) continue;
      const text = JSON.stringify(await unwrap(pulumi.output(output)));
      assert.doesNotMatch(text, /sample-/, name);
    }
  });

  test("connection strings carry the secret only where they are secret", async () => {
    const connections = JSON.stringify(await unwrap(pulumi.output(outputs.connections)));
    assert.match(connections, new RegExp(sampleSecret));
  });

  test("what it costs a month, line by line, and one warning that this is over the budget", () => {
    const { lines, ...sums } = outputs.monthlyCost as CostOutput;
    assert.deepEqual(sums, { totalUsd: 110, budgetUsd: 82, overBudgetUsd: 28 });
    assert.equal(lines["host ocr"], 48);
    const warnings = warned.mock.calls.map((call) => String(call.arguments[0]));
    assert.equal(warnings.filter((text) => text.includes("prod costs $110.00 a month")).length, 1);
  });

  test("how to reach each host", async () => {
    const hosts = (await unwrap(pulumi.output(outputs.hosts))) as Record<string, { ssh: string }>;
    assert.equal(hosts.erp?.ssh, "ssh deploy@203.0.113.10");
  });
});
