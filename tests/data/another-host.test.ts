import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ask } from "../platform/account.ts";
import { healthUrls, waitUntilWell } from "../platform/services.ts";
import { Platform, skip, told } from "../platform/support.ts";
import { waitFor } from "../support/wait-for.ts";
import { type Record as BackupRecord, Backups } from "./backup-support.ts";
import { follow } from "./follow.ts";

/** Files in every folder that backups hold, beside those that Odoo's tables refer to. */
const plant = `
for folder in $(jq --raw-output '.services[].folder' /etc/insightpulse/backup.json); do
  mkdir "$folder/kept"
  for number in $(seq 1 10); do head -c 20000 /dev/urandom >"$folder/kept/$number"; done
  chown -R --reference="$folder" "$folder/kept"
done`;

/** Names, owners' names, modes and contents. */
const list = `
for folder in $(jq --raw-output '.services[].folder' /etc/insightpulse/backup.json); do
  for part in kept filestore; do
    [ ! -e "$folder/$part" ] || find "$folder/$part" -type f -printf '%p %u %m ' -exec sha256sum {} ';'
  done
done | sort`;

/** What of a host follows from its droplet's size. */
const sizing = `
setting() { sed -n "s/^$1 = //p" /etc/insightpulse/secrets/odoo.conf; }
jq --null-input --argjson workers "$(setting workers)" \\
  --argjson odoo "$(systemctl show --property=MemoryMax --value odoo.service)" '$ARGS.named'`;

interface Sizing {
  readonly workers: number;
  /** Bytes in which all of Odoo must do. */
  readonly odoo: number;
}

describe("a restore onto an ERP host of another size in another region", { skip }, () => {
  let platform: Platform;
  let backups: Backups;
  let backup: BackupRecord;
  let files: string;
  let sized: Sizing;
  before(async () => {
    // Its droplet will be another one.
    platform = await Platform.own("prod");
    backups = new Backups(platform);
    await backups.seed(600);
    await told(backups.on("erp", plant));
    files = await filesOf();
    sized = await sizingOf();
    const night = await backups.night();
    assert.deepEqual([night.backup.result, night.proof.result], ["complete", "proven"]);
    backup = night.backup;
    await backups.query(
      "DELETE FROM account_move_line WHERE id % 3 = 0; UPDATE res_partner SET name = 'gone'; DROP VIEW open_move",
    );
  });
  after(() => platform?.close());

  const filesOf = () => told(backups.on("erp", list));
  const sizingOf = async (): Promise<Sizing> => JSON.parse(await told(backups.on("erp", sizing)));
  const droplet = async () => {
    const { droplet: found } = await ask(platform, "GET", `/droplets/${await platform.droplet("erp")}`);
    return { size: found.size_slug, region: found.region.slug };
  };

  test("the runbook's own commands make it, and it is converged for its size", async (context) => {
    assert.deepEqual(await droplet(), { size: "s-2vcpu-4gb", region: "sfo2" });
    const lost = await platform.droplet("erp");
    await ask(platform, "DELETE", `/droplets/${lost}`);
    await waitFor(async () => {
      const { droplets } = await ask(platform, "GET", "/droplets?per_page=200");
      return !droplets.some(({ id }: { id: number }) => id === lost);
    }, "the droplet is gone");
    await told(follow(platform, "replace-a-host.md", "tests/data/another-host.test.ts"));
    assert.deepEqual(await droplet(), { size: "s-4vcpu-8gb", region: "sfo3" });
    const now = await sizingOf();
    for (const part of ["workers", "odoo"] as const)
      assert.ok(now[part] > sized[part], `${part}: ${now[part]} where it was ${sized[part]}`);
    context.diagnostic(`before: ${JSON.stringify(sized)}, after: ${JSON.stringify(now)}`);
    assert.ok(now.odoo < 8 * 2 ** 30, "Odoo may take more than the droplet has");
    await waitUntilWell(platform, Object.values(healthUrls("insightpulseai.net")));
  });

  test("tables and files of the backup are back as its manifest says, and serve", async () => {
    // Before it they are not: the comparison is worth something.
    assert.match(
      (await backups.differences(backup)).join("; "),
      /table odoo\.account_move_line has 1200 rows/,
    );
    assert.equal(await filesOf(), "");
    const said = await platform.ops("restore", "--into", "live", "--yes-really", "prod");
    assert.equal(said.exitCode, 0, said.text);
    assert.match(said.text, /proven by a restore/);
    assert.deepEqual(await backups.differences(backup), []);
    assert.equal(await filesOf(), files);
    await backups.query("INSERT INTO res_partner (name) VALUES ('somebody')");
    await waitUntilWell(platform, Object.values(healthUrls("insightpulseai.net")));
    await told(platform.curl("--fail", "https://erp.insightpulseai.net/web/health?db_server_status=1"));
  });

  test("the next night's backup is taken there and proven, and goes on from the one before", async () => {
    const next = await backups.night();
    assert.deepEqual([next.backup.result, next.proof.result], ["complete", "proven"]);
    // What is in the repository already is not sent again.
    assert.ok((next.backup.bytes?.uploaded ?? 0) < (backup.bytes?.uploaded ?? 0) / 2);
    const drift = await platform.ops("drift");
    assert.equal(drift.exitCode, 0, drift.text);
  });
});
