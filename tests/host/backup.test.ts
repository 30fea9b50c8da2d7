import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { maskingRules } from "../../config/tables/masking.ts";
import { supabaseSchemas } from "../../config/tables/supabase-schemas.ts";
import { renderHostBundle } from "../../host/render/host-bundle.ts";
import { configuration, contentOf, fileOf, render, secretValues } from "./support/render.ts";

const secrets = "/etc/insightpulse/secrets";
const paths = (host: string, rendering = {}) => render(host, rendering).files.map(({ path }) => path);

suite("backups on the hosts", () => {
  test("the host that Odoo runs on takes them, with what belongs to its services", () => {
    const settings = JSON.parse(contentOf(render("erp"), "/etc/insightpulse/backup.json"));
    assert.deepEqual(settings.folders, [
      "/var/lib/odoo",
      "/var/lib/mattermost",
      "/var/lib/n8n",
      "/etc/letsencrypt",
      "/etc/insightpulse",
      "/var/lib/insightpulse/watch",
    ]);
    assert.deepEqual(settings.filestores, [{ schema: "odoo", folder: "/var/lib/odoo/filestore/postgres" }]);
    assert.deepEqual(settings.keep, { daily: 7, weekly: 4, monthly: 12 });
    assert.deepEqual(settings.first, {
      endpoint: "https://nyc3.digitaloceanspaces.com",
      bucket: "insightpulse-backups",
    });
    assert.equal(settings.second.endpoint, "https://sfo3.digitaloceanspaces.com");
    const { host, port, user } = settings.database;
    assert.deepEqual(
      [host, port, user],
      ["aws-1-us-east-1.pooler.supabase.com", 5432, "backup_a.spdtwktxdalcfigzeqrz"],
    );
    assert.deepEqual(settings.database.leaveOut, supabaseSchemas);
    for (const own of ["odoo", "public", "scout", "n8n"]) assert.ok(!supabaseSchemas.includes(own), own);
  });

  test("another host copies them, and holds nothing that the first one needs", () => {
    const settings = JSON.parse(contentOf(render("ocr"), "/etc/insightpulse/backup.json"));
    assert.ok(!("database" in settings));
    const there = paths("ocr");
    assert.ok(there.includes("/etc/systemd/system/backup-copy.timer"));
    assert.ok(!there.includes("/etc/systemd/system/backup.timer"));
    assert.ok(!there.includes(`${secrets}/backup.pgpass`));
    assert.ok(!paths("erp").includes("/etc/systemd/system/backup-copy.timer"));
    // Only who takes dumps makes them small.
    assert.deepEqual(
      ["erp", "ocr"].filter((host) => render(host).packages.includes("zstd")),
      ["erp"],
    );
  });

  test("they change places by two words of the configuration", () => {
    const edits = { "backup.host": "ocr", "backup.copyHost": "erp" };
    assert.ok(paths("ocr", { edits }).includes("/etc/systemd/system/backup.timer"));
    assert.ok(paths("erp", { edits }).includes("/etc/systemd/system/backup-copy.timer"));
  });

  test("every secret is in a file of its own that only root reads", () => {
    const bundle = render("erp");
    for (const name of [
      "backup-repository-password",
      "backup-spaces.ini",
      "backup.pgpass",
      "slack-webhook",
    ]) {
      const { secret, mode, owner } = fileOf(bundle, `${secrets}/${name}`);
      assert.deepEqual([secret, mode, owner], [true, "0600", "root"], name);
    }
  });

  test("only hosts that take backups of another environment than production may be filled from one", () => {
    const rules = "/etc/insightpulse/masking.json";
    const { rules: there } = JSON.parse(contentOf(render("erp", { stack: "staging" }), rules));
    assert.deepEqual(there, maskingRules);
    assert.ok(!paths("ocr", { stack: "staging" }).includes(rules));
    assert.ok(!paths("erp").includes(rules));
  });

  test("without an alert channel nothing is posted", () => {
    assert.ok(!paths("erp", { stack: "staging" }).includes(`${secrets}/slack-webhook`));
  });

  test("PostgreSQL's programs come in the database's version, from its own project where the image has another", () => {
    const bundle = render("erp", { edits: { "database.majorVersion": 16 } });
    for (const name of ["postgresql-16", "postgresql-client-16"])
      assert.ok(bundle.packages.includes(name), name);
    assert.match(contentOf(bundle, "/etc/apt/sources.list.d/pgdg.sources"), /^Suites: noble-pgdg$/m);
    const debian = { edits: { "hosts.erp.image": "debian-13-x64" } };
    assert.ok(!paths("erp", debian).includes("/etc/apt/sources.list.d/pgdg.sources"));
  });

  test("every unit of theirs speaks up when it fails", () => {
    const units = ["erp", "ocr"].flatMap((host) => render(host).files);
    const services = units.filter(({ path }) => /\/backup(-[a-z]+)?\.service$/.test(path));
    assert.ok(services.length >= 6);
    for (const { path, content } of services) assert.match(content, /^OnFailure=alarm@%n\.service$/m, path);
  });

  test("a key that is missing is named", () => {
    const config = configuration();
    const { backup: _backup, ...withoutKeys } = secretValues(config);
    const { slackWebhookUrl: _url, ...withoutChannel } = secretValues(config);
    assert.throws(
      () => renderHostBundle("erp", config, withoutKeys),
      /keys of the backups are missing for erp/,
    );
    assert.throws(() => renderHostBundle("erp", config, withoutChannel), /slackWebhookUrl is missing/);
  });
});
