import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { EditedProgram } from "../support/edited-program.ts";
import { EditedStack, type Edits } from "../support/edited-stack.ts";
import { EngineShell } from "../support/engine-shell.ts";
import { lasting } from "../support/sandbox.ts";

const prod = new EditedStack("prod");
const { sandbox } = prod;
let engine: EngineShell;
before(async () => {
  await prod.begin();
  engine = await EngineShell.of(sandbox, "prod");
});
after(() => sandbox.remove());

/** What pull requests might change in the program, each refused by these rules about these resources. */
const programs: Readonly<
  Record<string, { file: string; text: string; by: string; refusals: readonly string[]; fix: RegExp }>
> = {
  "opens Odoo's own port": {
    file: "components/host/host-firewall.ts",
    text: 'const webPorts = ["80", "443"]',
    by: 'const webPorts = ["80", "443", "8069"]',
    refusals: [
      "only-the-web-is-open host-erp-firewall-rules",
      "only-the-web-is-open host-ocr-firewall-rules",
    ],
    fix: /host-erp-firewall-rules: tcp 8069 is open to the world\. Take that rule out of components\/host\/host-firewall\.ts/,
  },
  "unprotects the buckets": {
    file: "index.ts",
    text: 'new BackupBucket("backups", buckets, data)',
    by: 'new BackupBucket("backups", buckets)',
    refusals: ["data-is-protected backups-first", "data-is-protected backups-second"],
    fix: /backups-first: it holds data .* is not protected\. Pass protect: true/,
  },
  "makes the buckets public and forgets their versions": {
    file: "components/backup-bucket.ts",
    text: 'acl: "private",\n          ...(args.isThrownAway ? { forceDestroy: true } : {}),\n          versioning: { enabled: true },',
    by: 'acl: "public-read",',
    refusals: [
      ...[
        "buckets-are-private-and-versioned backups-first",
        "buckets-are-private-and-versioned backups-first",
      ],
      ...[
        "buckets-are-private-and-versioned backups-second",
        "buckets-are-private-and-versioned backups-second",
      ],
    ],
    fix: /backups-second: it keeps no versions\. Set versioning: \{ enabled: true \}/,
  },
  "has another volume made than the bill says": {
    file: "index.ts",
    text: "{ name, region, size: sizeGib }",
    by: "{ name, region, size: sizeGib * 2 }",
    refusals: ["costs-are-within-budget volume-odoobo-backup"],
    fix: /volume-odoobo-backup: it costs \$20\.00 a month that is on no bill\. Declare it in the settings/,
  },
  "keeps the reasons to itself for which SSH is open and the budget exceeded": {
    file: "index.ts",
    text: "plan.acknowledgements(config)",
    by: "{}",
    refusals: [
      "costs-are-within-budget insightpulse-prod",
      "ssh-is-for-stated-addresses host-erp-firewall-rules",
      "ssh-is-for-stated-addresses host-ocr-firewall-rules",
    ],
    fix: /port 22 is open to the world, and nobody says why\. Set ssh\.allowFrom/,
  },
  "watches no host and no service's failures": {
    file: "components/monitoring/service-monitoring.ts",
    text: 'alert("down", { type: "down", period: "2m" });',
    by: "",
    refusals: ["agent", "mattermost", "mcp", "n8n", "ocr", "odoo", "superset"].map(
      (service) => `services-are-watched service-${service}-check`,
    ),
    fix: /service-odoo-check: nobody is told when it fails\. Give it an UptimeAlert/,
  },
  "enters a name that leads nowhere, and is asked for anew every five seconds": {
    file: "index.ts",
    text: "const zoneArgs = { domain: config.domain, records,",
    by: `const stray = { key: "stray", name: "stray", type: "A", value: "198.51.100.9", ttlSeconds: 5, purpose: "" } as const;
const zoneArgs = { domain: config.domain, records: [...records, stray],`,
    refusals: ["names-lead-somewhere", "services-are-watched", "times-to-live-are-sane"].map(
      (rule) => `${rule} dns-stray`,
    ),
    fix: /stray\.insightpulseai\.net leads to 198\.51\.100\.9, which is none of the stack's/,
  },
  "puts a secret on a command line": {
    file: "index.ts",
    text: "// Somebody outside who asks",
    by: `const { remote } = await import("@pulumi/command");
new remote.Command("greeting", {
  connection: { host: "198.51.100.9", user: "nobody" },
  create: pulumi.interpolate\`echo \${generated.value("odoo-master-password")}\`,
});
// Somebody outside who asks`,
    refusals: ["secrets-stay-in-secret-inputs greeting"],
    fix: /greeting: the secret generated-odoo-master-password stands in create\. Pass it through standard input/,
  },
  "leaves everything out of the project": {
    file: "components/account-project.ts",
    text: "resources: args.resourceUrns",
    by: "resources: []",
    refusals: [
      ...["app-mcp-app", "app-superset-app", "backups-first", "backups-second", "dns-zone"],
      ...["heartbeats-bucket", "host-erp-droplet", "host-ocr-droplet", "volume-odoobo-backup"],
    ].map((name) => `everything-is-in-the-project ${name}`),
    fix: /host-erp-droplet: it is in no project\. Add its URN/,
  },
};

suite("a pull request's preview of production is refused, by rule and resource, with what mends it, when the program", () => {
  for (const [title, { refusals, fix, ...edit }] of Object.entries(programs)) {
    test(title, async () => {
      const held = lasting(await sandbox.inventory());
      await new EditedProgram(sandbox, engine, [edit]).assertRefused(refusals, fix);
      assert.deepEqual(lasting(await sandbox.inventory()), held);
    });
  }

  test("and accepted when it changes nothing of that", async () => {
    const judged = await new EditedProgram(sandbox, engine, []).preview("--expect-no-changes");
    assert.ok(judged.accepted, judged.printed);
    assert.match(judged.printed, /✅ insightpulse@v0\.1\.0/);
  });

  test("an up is judged as well: what is refused is not made", async () => {
    const { file, text, by } = programs["opens Odoo's own port"] ?? assert.fail();
    const held = lasting(await sandbox.inventory());
    const program = new EditedProgram(sandbox, engine, [{ file, text, by }]);
    const judged = await program.up();
    assert.ok(!judged.accepted, judged.printed);
    assert.deepEqual(lasting(await sandbox.inventory()), held);
  });
});

suite("a pull request's preview is refused, by setting and with the command that mends it, when the settings", () => {
  const refused: Readonly<Record<string, { edits: Edits; says: RegExp }>> = {
    "name an image latest": {
      edits: { "services.mcp.image": { registryType: "DOCR", repository: "mcp-coordinator", tag: "latest" } },
      says: /services\.mcp\.image\.tag: "latest" is a moving tag.*fix: +pulumi config set --path 'services\.mcp\.image\.tag' VERSION/s,
    },
    "exceed what is accepted above the budget": {
      edits: { "hosts.ocr.size": "s-8vcpu-16gb" },
      says: /budget: \$158\.00 a month is \$33\.00 more than the \$125\.00 accepted.*Least in capacity.*fix: +pulumi config set --path 'hosts\.ocr\.size' s-4vcpu-8gb --stack prod/s,
    },
    "open SSH without a reason": {
      edits: { "ssh.openToWorldBecause": undefined },
      says: /ssh\.allowFrom\[0\]: "0\.0\.0\.0\/0" opens SSH of prod to the whole world/,
    },
    "unprotect production": {
      edits: { protectData: false },
      says: /protectData: false is not allowed in prod/,
    },
  };
  for (const [title, { edits, says }] of Object.entries(refused)) {
    test(title, async () => {
      const settings = sandbox.editedSettings("prod", edits);
      const { exitCode, printed } = await sandbox.pulumi("prod", "preview", "--config-file", settings);
      assert.notEqual(exitCode, 0);
      assert.match(printed, says);
    });
  }
});
